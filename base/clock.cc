#include "base/clock.h"

#include <time.h>

namespace klamm {
namespace {

timespec read(clockid_t id) {
  timespec now;
  clock_gettime(id, &now);
  return now;
}

int64_t read_ms(clockid_t id) {
  const timespec now = read(id);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

int64_t SystemClock::wall_ms() const { return read_ms(CLOCK_REALTIME); }
int64_t SystemClock::monotonic_ms() const { return read_ms(CLOCK_MONOTONIC); }

int64_t SystemClock::monotonic_us() const {
  const timespec now = read(CLOCK_MONOTONIC);
  return int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

}  // namespace klamm
