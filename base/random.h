// Randomness as it is handed in: a seeded generator in the simulator, the kernel's entropy as seed in a node.
#pragma once

#include <cstdint>

namespace klamm {

class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t next() = 0;

  // Uniform enough over [0, bound); bound > 0.
  uint64_t below(uint64_t bound) { return next() % bound; }
  bool one_in(uint64_t n) { return below(n) == 0; }
};

// splitmix64: small, fast, the same sequence from the same seed on every machine. Not for secrets.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  uint64_t next() override;

 private:
  uint64_t state_;
};

// The kernel's generator (getrandom): for ids and secrets.
class SystemRandom final : public Random {
 public:
  uint64_t next() override;
};

}  // namespace klamm
