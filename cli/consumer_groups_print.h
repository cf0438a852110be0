// The tables of kafka-consumer-groups, with the spacing of Kafka's: each table begins with an empty line.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/groups.h"
#include "cli/client/topics.h"
#include "cli/offsets_reset.h"
#include "cli/output.h"

namespace klamm::cli {

// What is not known, or not there, is printed as "-".
struct OffsetRow {
  std::string group;
  TopicPartition partition;
  std::optional<int32_t> leader_epoch;
  std::optional<int64_t> offset;
  std::optional<int64_t> end;
  std::optional<int64_t> lag;
  std::optional<std::string> member;
  std::optional<std::string> host;
  std::optional<std::string> client;
};

void print_listing(Console& console, const std::vector<GroupListing>& groups, bool with_type,
                   bool with_state);
void print_offsets(Console& console, const GroupDescription& group, const std::vector<OffsetRow>& rows,
                   bool is_verbose);
void print_members(Console& console, const GroupDescription& group, bool is_verbose);
void print_state(Console& console, const GroupDescription& group, bool is_verbose);
// What --reset-offsets has planned; groups in this order.
void print_planned(Console& console, const std::vector<std::string>& order,
                   const std::map<std::string, NewOffsets>& planned);
// As Kafka's tool goes through them.
std::vector<std::pair<TopicPartition, int64_t>> in_table_order(const NewOffsets& offsets);
// `first` is the first error of all.
void print_deleted_offsets(Console& console, const std::string& group, const std::optional<ToolError>& first,
                           const std::map<TopicPartition, Attempt<>>& outcomes);

void print_listing_json(Console& console, const std::vector<GroupListing>& groups);
void print_groups_json(Console& console, const std::map<std::string, GroupDescription>& groups,
                       const std::map<std::string, std::vector<OffsetRow>>& rows);

}  // namespace klamm::cli
