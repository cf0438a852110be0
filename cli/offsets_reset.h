// kafka-consumer-groups --reset-offsets: which offsets a group would have.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/groups.h"
#include "cli/client/topics.h"
#include "cli/error.h"
#include "cli/options.h"

namespace klamm::cli {

using NewOffsets = std::map<TopicPartition, int64_t>;

// Plans, and with --execute commits, the new offsets of one group without members. Failures are as Kafka's
// tool tells them: kUsage, kArgument, and else with the message as it is to be printed.
Attempt<NewOffsets> reset_offsets(Client& client, const Options& options, const std::string& group);

// "topic:0,1,2"; kArgument.
Attempt<std::vector<TopicPartition>> parse_topic_partitions(std::string_view text);

// What Java prints of an exception that another one was thrown for, whatever its kind: kFailed.
Error<ToolError> thrown_on(const ToolError& error);

}  // namespace klamm::cli
