// The command line of kafka-reassign-partitions.
#pragma once

#include "cli/options.h"

namespace klamm::cli {

OptionTable reassign_options();

// What Kafka's tool checks before it connects; all kUsage.
Attempt<> check_reassign_options(const Options& options);

}  // namespace klamm::cli
