// Over which time client quotas are averaged.
#pragma once

#include <cstdint>

namespace klamm::broker {

struct QuotaConfig {
  int32_t windows = 11;                   // quota.window.num
  int32_t window_seconds = 1;             // quota.window.size.seconds
  int32_t controller_windows = 11;        // controller.quota.window.num
  int32_t controller_window_seconds = 1;  // controller.quota.window.size.seconds
};

}  // namespace klamm::broker
