// Time as it is handed in. Nothing but main and the network loops asks the machine what time it is.
#pragma once

#include <cstdint>

namespace klamm {

class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since 1970, which records carry and which may jump.
  virtual int64_t wall_ms() const = 0;
  // Milliseconds from an arbitrary start, which only grow: for deadlines.
  virtual int64_t monotonic_ms() const = 0;
  // The same in microseconds, for what is measured and nothing else. A clock that counts milliseconds gives
  // those.
  virtual int64_t monotonic_us() const { return monotonic_ms() * 1000; }
};

class SystemClock final : public Clock {
 public:
  int64_t wall_ms() const override;
  int64_t monotonic_ms() const override;
  int64_t monotonic_us() const override;
};

}  // namespace klamm
