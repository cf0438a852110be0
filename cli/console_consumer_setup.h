// What kafka-console-consumer is asked to do: its options, the properties of a Java consumer, and what
// Kafka's tool checks before it connects.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "cli/client/fetcher.h"
#include "cli/client/membership.h"
#include "cli/client/properties.h"
#include "cli/client/topics.h"
#include "cli/error.h"
#include "cli/options.h"
#include "cli/tool.h"

namespace klamm::cli {

struct ConsumerSetup {
  ClientProperties consumer;
  ClientProperties formatter;
  MembershipConfig membership;  // without a group's name: none
  std::optional<int32_t> partition;
  int64_t offset = kLatestOffset;  // in that partition
  FetchConfig fetch;               // its `reset` is where to begin where nothing was committed, too
  bool commits = true;             // in a group
  int64_t commit_every_ms = 5'000;
  int64_t max_messages = -1;  // all
  int64_t timeout_ms = std::numeric_limits<int64_t>::max();
};

OptionTable console_consumer_options();

// The failures are kUsage and kArgument. What is deprecated is told on standard output, as Kafka's tool does.
Attempt<ConsumerSetup> consumer_setup_of(const Options& options, Session& session);

}  // namespace klamm::cli
