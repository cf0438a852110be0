// A broker that a run starts itself, to time it.
#pragma once

#include "bench/load/options.h"
#include "bench/load/process.h"

namespace klamm::bench {

struct Started {
  pid_t pid;
  int64_t began_ns;
  int64_t listening_ns;  // when it could first be connected to
};

// The options' command, once somebody listens at their address.
Started start_broker(const Options& options);

}  // namespace klamm::bench
