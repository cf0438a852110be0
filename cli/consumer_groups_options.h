// The command line of kafka-consumer-groups.
#pragma once

#include "cli/options.h"
#include "cli/output.h"

namespace klamm::cli {

OptionTable consumer_groups_options();

// What Kafka's tool checks before it connects; all kUsage. A warning goes on standard error.
Attempt<> check_consumer_groups_options(const Options& options, Console& console);

// Of --state and --type beside --list: as the brokers write them. kArgument for a word that is none.
Attempt<std::vector<std::string>> group_states_of(const Options& options);
Attempt<std::vector<std::string>> group_types_of(const Options& options);

}  // namespace klamm::cli
