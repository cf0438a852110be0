// CHECK: an assertion about our own state that stays on in every build. A failure means a bug of ours: the
// process says where and aborts. Never used on bytes that came from outside (see docs/STYLE.md, errors).
#pragma once

namespace klamm {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace klamm

#define KLAMM_CHECK(condition) \
  (static_cast<bool>(condition) ? void(0) : ::klamm::check_failed(#condition, __FILE__, __LINE__))
#define CHECK KLAMM_CHECK
