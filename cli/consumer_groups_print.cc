#include "cli/consumer_groups_print.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/java_order.h"
#include "cli/text.h"
#include "protocol/json_writer.h"

namespace klamm::cli {
namespace {

using protocol::ErrorCode;
using protocol::JsonWriter;

constexpr std::string_view kMissing = "-";
constexpr size_t kColumn = 15;

template <class Number>
std::string number_text(const std::optional<Number>& number) {
  return number ? fmt::format("{}", *number) : std::string(kMissing);
}
std::string text_of(const std::optional<std::string>& text) { return text.value_or(std::string(kMissing)); }

// The cells, each but the last padded to its width, with a blank between them.
std::string row_of(const std::vector<size_t>& widths, const std::vector<std::string>& cells) {
  std::string row;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) row += ' ';
    row += i < widths.size() ? padded(cells[i], widths[i]) : cells[i];
  }
  return row;
}

// Whether there is something to print of a group with so many rows; what it is if not is said.
bool should_print(Console& console, const GroupDescription& group, size_t rows) {
  const std::string& state = group.state;
  if (state == "Dead") {
    console.line("\nError: Consumer group '{}' does not exist.", group.id);
    return false;
  }
  if (state == "Empty") {
    console.error_line("\nConsumer group '{}' has no active members.", group.id);
  } else if (state != "Stable") {
    console.error_line("\nWarning: Consumer group '{}' is rebalancing.", group.id);
  }
  return rows > 0;
}

std::string assignment_text(const std::set<TopicPartition>& assignment) {
  std::map<std::string, std::vector<int32_t>> by_topic;
  for (const TopicPartition& partition : assignment) {
    by_topic[partition.topic].push_back(partition.partition);
  }
  std::vector<std::string> texts;
  for (const auto& [topic, partitions] : by_topic) texts.push_back(topic + ":" + joined_numbers(partitions));
  return texts.empty() ? std::string(kMissing) : joined(texts, ";");
}

std::string group_type(const std::string& type) { return type.empty() ? "Unknown" : type; }

void put(JsonWriter& json, std::string_view name, const std::optional<int64_t>& number) {
  json.key(name);
  if (number) {
    json.number(*number);
  } else {
    json.null();
  }
}

}  // namespace

void print_listing(Console& console, const std::vector<GroupListing>& groups, bool with_type,
                   bool with_state) {
  size_t width = kColumn;
  for (const GroupListing& group : groups) width = std::max(width, java_length(group.id));
  const std::vector<size_t> widths = {width + 10, 20, 20};
  std::vector<std::string> header = {"GROUP"};
  if (with_type) header.emplace_back("TYPE");
  if (with_state) header.emplace_back("STATE");
  console.line("{}", row_of(widths, header));
  for (const GroupListing& group : groups) {
    std::vector<std::string> cells = {group.id};
    if (with_type) cells.push_back(group_type(group.type));
    if (with_state) cells.push_back(group_type(group.state));
    console.line("{}", row_of(widths, cells));
  }
}

void print_offsets(Console& console, const GroupDescription& group, const std::vector<OffsetRow>& rows,
                   bool is_verbose) {
  if (!should_print(console, group, rows.size())) return;
  size_t of_group = kColumn, of_topic = kColumn, of_member = kColumn, of_host = kColumn;
  for (const OffsetRow& row : rows) {
    of_group = std::max(of_group, java_length(row.group));
    of_topic = std::max(of_topic, java_length(row.partition.topic));
    of_member = std::max(of_member, java_length(text_of(row.member)));
    of_host = std::max(of_host, java_length(text_of(row.host)));
  }
  std::vector<size_t> widths = {of_group, of_topic, 10, kColumn, kColumn, kColumn, of_member, of_host};
  std::vector<std::string> header = {"GROUP", "TOPIC",       "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET",
                                     "LAG",   "CONSUMER-ID", "HOST",      "CLIENT-ID"};
  if (is_verbose) {
    widths.insert(widths.begin() + 3, kColumn);
    header.insert(header.begin() + 3, "LEADER-EPOCH");
  }
  console.print("\n{}", console.coloured(Colour::kBold, row_of(widths, header)));
  for (const OffsetRow& row : rows) {
    std::vector<std::string> cells = {row.group,
                                      row.partition.topic,
                                      fmt::format("{}", row.partition.partition),
                                      number_text(row.offset),
                                      number_text(row.end),
                                      number_text(row.lag),
                                      text_of(row.member),
                                      text_of(row.host),
                                      text_of(row.client)};
    if (is_verbose) cells.insert(cells.begin() + 3, number_text(row.leader_epoch));
    console.print("\n{}", row_of(widths, cells));
  }
  console.write("\n");
}

void print_members(Console& console, const GroupDescription& group, bool is_verbose) {
  const bool is_shown = should_print(console, group, group.members.size());
  size_t of_group = kColumn, of_member = kColumn, of_instance = 17, of_host = kColumn, of_client = kColumn;
  size_t of_current = 20, of_target = 20;
  bool has_instance = false, has_classic = false, has_new = false;
  for (const GroupMember& member : group.members) {
    if (!is_shown) break;
    of_group = std::max(of_group, java_length(group.id));
    of_member = std::max(of_member, java_length(member.id));
    of_instance = std::max(of_instance, java_length(member.instance_id));
    of_host = std::max(of_host, java_length(member.host));
    of_client = std::max(of_client, java_length(member.client_id));
    of_current = std::max(of_current, java_length(assignment_text(member.assignment)));
    of_target = std::max(of_target, java_length(assignment_text(member.target)));
    has_instance |= !member.instance_id.empty();
    has_classic |= member.is_upgraded == false;
    has_new |= member.is_upgraded == true;
  }
  const bool is_mixed = has_classic && has_new;
  std::vector<size_t> widths = {of_group, of_member, of_host, of_client, kColumn};
  std::vector<std::string> header = {"GROUP", "CONSUMER-ID", "HOST", "CLIENT-ID", "#PARTITIONS"};
  if (has_instance) {
    widths.insert(widths.begin() + 2, of_instance);
    header.insert(header.begin() + 2, "GROUP-INSTANCE-ID");
  }
  std::vector<size_t> more_widths = {kColumn, of_current, kColumn, of_target};
  std::vector<std::string> more = {"CURRENT-EPOCH", "CURRENT-ASSIGNMENT", "TARGET-EPOCH",
                                   "TARGET-ASSIGNMENT"};
  if (is_mixed) more.emplace_back("UPGRADED");
  console.print("\n{} ", row_of(widths, header));
  console.line("{}", is_verbose ? row_of(more_widths, more) : "");
  for (const GroupMember& member : group.members) {
    std::vector<std::string> cells = {group.id, member.id, member.host, member.client_id,
                                      fmt::format("{}", member.assignment.size())};
    if (has_instance) cells.insert(cells.begin() + 2, member.instance_id);
    console.print("{} ", row_of(widths, cells));
    more = {number_text(member.epoch), assignment_text(member.assignment), number_text(group.target_epoch),
            assignment_text(member.target)};
    if (is_mixed) more.emplace_back(member.is_upgraded ? (*member.is_upgraded ? "true" : "false") : "-");
    console.line("{}", is_verbose ? row_of(more_widths, more) : "");
  }
}

void print_state(Console& console, const GroupDescription& group, bool is_verbose) {
  if (!should_print(console, group, 1)) return;
  const std::string coordinator =
      fmt::format("{}:{}  ({})", group.coordinator.address.host, group.coordinator.address.port,
                  group.coordinator.id);
  const std::string assignor = group.assignor.empty() ? std::string(kMissing) : group.assignor;
  std::vector<size_t> widths = {std::max(kColumn, java_length(group.id)),
                                std::max<size_t>(25, java_length(coordinator)), 20, 20};
  std::vector<std::string> header = {"GROUP", "COORDINATOR (ID)", "ASSIGNMENT-STRATEGY", "STATE"};
  std::vector<std::string> cells = {group.id, coordinator, assignor, group.state};
  if (is_verbose) {
    widths.push_back(kColumn);
    widths.push_back(25);
    header.emplace_back("GROUP-EPOCH");
    header.emplace_back("TARGET-ASSIGNMENT-EPOCH");
    cells.push_back(number_text(group.epoch));
    cells.push_back(number_text(group.target_epoch));
  }
  header.emplace_back("#MEMBERS");
  cells.push_back(fmt::format("{}", group.members.size()));
  console.line("\n{}\n{}", row_of(widths, header), row_of(widths, cells));
}

std::vector<std::pair<TopicPartition, int64_t>> in_table_order(const NewOffsets& offsets) {
  std::vector<std::pair<TopicPartition, int64_t>> all(offsets.begin(), offsets.end());
  return in_java_order(std::move(all), [](const auto& entry) {
    return java_hash(entry.first.topic, entry.first.partition);
  });
}

void print_planned(Console& console, const std::vector<std::string>& order,
                   const std::map<std::string, NewOffsets>& planned) {
  size_t of_group = kColumn, of_topic = kColumn;
  for (const auto& [group, offsets] : planned) {
    of_group = std::max(of_group, java_length(group));
    for (const auto& [partition, offset] : offsets) {
      of_topic = std::max(of_topic, java_length(partition.topic));
    }
  }
  const std::vector<size_t> widths = {of_group, of_topic, 10};
  if (!planned.empty()) {
    console.print("\n{}", row_of(widths, {"GROUP", "TOPIC", "PARTITION", "NEW-OFFSET"}));
  }
  for (const std::string& group : order) {
    const auto offsets = planned.find(group);
    if (offsets == planned.end()) continue;
    for (const auto& [partition, offset] : in_table_order(offsets->second)) {
      console.print("\n{}", row_of(widths, {group, partition.topic, fmt::format("{}", partition.partition),
                                            fmt::format("{}", offset)}));
    }
  }
  console.write("\n");
}

void print_deleted_offsets(Console& console, const std::string& group, const std::optional<ToolError>& first,
                           const std::map<TopicPartition, Attempt<>>& outcomes) {
  const ErrorCode code = first ? first->code : ErrorCode::kNone;
  switch (code) {
    case ErrorCode::kNone:
      console.line("Request succeeded for deleting offsets from group {}.", group);
      break;
    case ErrorCode::kInvalidGroupId:
    case ErrorCode::kGroupIdNotFound:
    case ErrorCode::kGroupAuthorizationFailed:
    case ErrorCode::kNonEmptyGroup:
      console.line("\nError: {}", default_message(code));
      break;
    case ErrorCode::kGroupSubscribedToTopic:
    case ErrorCode::kTopicAuthorizationFailed:
    case ErrorCode::kUnknownTopicOrPartition:
      console.line("\nError: Encountered some partition-level error, see the follow-up details.");
      break;
    default:
      console.line("\nError: Encountered some unknown error: {}", protocol::name_of(code));
  }
  size_t of_topic = kColumn;
  std::vector<std::pair<std::string, std::vector<std::string>>> rows;
  for (const auto& [partition, outcome] : outcomes) {
    of_topic = std::max(of_topic, java_length(partition.topic));
    const std::string number =
        partition.partition >= 0 ? fmt::format("{}", partition.partition) : std::string(kMissing);
    const std::string status = outcome ? "Successful" : "Error: " + exception_text(outcome.error());
    const std::string key = fmt::format("{}{}", partition.topic, partition.partition);
    rows.push_back({key, {partition.topic, number, status}});
  }
  std::ranges::sort(rows, {}, [](const auto& row) { return row.first; });
  const std::vector<size_t> widths = {of_topic, 10, kColumn};
  console.print("\n{}", row_of(widths, {"TOPIC", "PARTITION", "STATUS"}));
  for (const auto& [key, cells] : rows) console.print("\n{}", row_of(widths, cells));
  console.write("\n");
}

void print_listing_json(Console& console, const std::vector<GroupListing>& groups) {
  JsonWriter json;
  json.begin_array();
  for (const GroupListing& group : groups) {
    json.begin_object().field("group", group.id).field("type", group_type(group.type));
    json.field("state", group_type(group.state)).end_object();
  }
  console.line("{}", json.end_array().str());
}

void print_groups_json(Console& console, const std::map<std::string, GroupDescription>& groups,
                       const std::map<std::string, std::vector<OffsetRow>>& rows) {
  JsonWriter json;
  json.begin_array();
  for (const auto& [id, group] : groups) {
    json.begin_object().field("group", id).field("state", group.state).field("assignor", group.assignor);
    json.field("coordinator", group.coordinator.id).key("members").begin_array();
    for (const GroupMember& member : group.members) {
      json.begin_object().field("member", member.id).field("client", member.client_id);
      json.field("host", member.host).field("assignment", assignment_text(member.assignment)).end_object();
    }
    json.end_array().key("offsets").begin_array();
    if (const auto found = rows.find(id); found != rows.end()) {
      for (const OffsetRow& row : found->second) {
        json.begin_object().field("topic", row.partition.topic).field("partition", row.partition.partition);
        put(json, "offset", row.offset);
        put(json, "end", row.end);
        put(json, "lag", row.lag);
        if (row.member) json.field("member", *row.member);
        json.end_object();
      }
    }
    json.end_array().end_object();
  }
  console.line("{}", json.end_array().str());
}

}  // namespace klamm::cli
