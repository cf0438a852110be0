#include "protocol/wire.h"

namespace klamm::protocol {

bool same_bytes(const std::vector<ByteView>& a, const std::vector<ByteView>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!klamm::same_bytes(a[i], b[i])) return false;
  }
  return true;
}

}  // namespace klamm::protocol
