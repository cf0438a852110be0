// What of topics and users is declared by a directory of manifests (broker/declared).
#pragma once

#include <cstdint>
#include <string>

namespace klamm::broker {

struct DeclaredConfig {
  std::string directory;         // klamm.declared.dir; empty: nothing is declared
  std::string secrets;           // klamm.declared.secrets.dir; empty: there are no passwords
  bool corrects_drift = true;    // klamm.declared.drift
  int64_t interval_ms = 10'000;  // klamm.declared.interval.ms: between two looks at the directory
};

}  // namespace klamm::broker
