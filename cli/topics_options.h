// The command line of kafka-topics.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/output.h"

namespace klamm::cli {

OptionTable topics_options();

// What Kafka's tool checks before it connects. Notes that go on standard output or error are written.
Attempt<> check_topics_options(const Options& options, Console& console);

// One list of brokers for each partition, from "1:2,2:3".
using ReplicaLists = std::vector<std::vector<int32_t>>;
Attempt<ReplicaLists> parse_replica_lists(std::string_view text);

}  // namespace klamm::cli
