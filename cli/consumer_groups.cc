// kafka-consumer-groups: lists, describes and deletes groups of consumers, and resets or deletes what they
// have committed. It prints what Kafka's ConsumerGroupCommand prints; as there, a failure of the cluster is
// told on standard output, and the exit status stays 0.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/groups.h"
#include "cli/client/topics.h"
#include "cli/consumer_groups_options.h"
#include "cli/consumer_groups_print.h"
#include "cli/csv.h"
#include "cli/java_order.h"
#include "cli/offsets_reset.h"
#include "cli/text.h"
#include "cli/tool_list.h"

namespace klamm::cli {
namespace {

using protocol::ErrorCode;

constexpr std::string_view kAbout =
    "This tool helps to list all consumer groups, describe a consumer group, delete consumer group info, or "
    "reset consumer group offsets.";

class GroupsTool {
 public:
  GroupsTool(const Options& options, Client& client)
      : options_(options), client_(client), console_(client.session().console) {}

  Attempt<> run() {
    if (options_.has("list")) return list();
    if (options_.has("describe")) return describe();
    if (options_.has("delete")) return remove();
    if (options_.has("reset-offsets")) return reset();
    return remove_offsets();
  }

 private:
  Attempt<> list();
  Attempt<> describe();
  Attempt<> remove();
  Attempt<> reset();
  Attempt<> remove_offsets();

  // Of --group, each once, or all.
  Attempt<std::vector<std::string>> groups();
  Attempt<std::vector<OffsetRow>> offset_rows(const GroupDescription& group);
  // Rows of one member, or of what nobody reads.
  Attempt<std::vector<OffsetRow>> rows_of(const GroupDescription& group,
                                          const std::set<TopicPartition>& partitions,
                                          const CommittedOffsets& committed, const GroupMember* member);
  Attempt<std::set<TopicPartition>> leaderless(const std::set<TopicPartition>& partitions);

  const Options& options_;
  Client& client_;
  Console& console_;
};

Attempt<std::vector<std::string>> GroupsTool::groups() {
  if (!options_.has("all-groups")) {
    std::vector<std::string> named;
    for (std::string& id : options_.values("group")) {
      if (std::ranges::find(named, id) == named.end()) named.push_back(std::move(id));
    }
    return named;
  }
  auto listed = list_groups(client_, GroupFilter::consumers());
  if (!listed) return thrown_on(listed.error());
  std::vector<std::string> ids;
  for (const GroupListing& group : *listed) ids.push_back(group.id);
  return ids;
}

Attempt<> GroupsTool::list() {
  auto states = group_states_of(options_);
  if (!states) return Error{states.error()};
  auto types = group_types_of(options_);
  if (!types) return Error{types.error()};
  GroupFilter filter = GroupFilter::consumers();
  filter.states = *states;
  if (!types->empty()) filter.types = *types;
  const bool with_more = options_.has("state") || options_.has("type");
  auto listed = list_groups(client_, filter);
  if (!listed) return with_more ? Error<ToolError>{listed.error()} : thrown_on(listed.error());
  if (options_.has("json")) {
    print_listing_json(console_, *listed);
  } else if (with_more) {
    print_listing(console_, *listed, options_.has("type"), options_.has("state"));
  } else {
    for (const GroupListing& group : *listed) console_.line("{}", group.id);
  }
  return {};
}

Attempt<std::set<TopicPartition>> GroupsTool::leaderless(const std::set<TopicPartition>& partitions) {
  std::vector<std::string> topics;
  for (const TopicPartition& partition : partitions) topics.push_back(partition.topic);
  auto described = describe_topics(client_, topics);
  if (!described) return thrown_on(described.error());
  std::set<TopicPartition> without;
  for (const TopicDescription& topic : *described) {
    for (const auto& one : topic.partitions) {
      const TopicPartition partition{topic.name, one.partition};
      if (one.leader < 0 && partitions.contains(partition)) without.insert(partition);
    }
  }
  return without;
}

Attempt<std::vector<OffsetRow>> GroupsTool::rows_of(const GroupDescription& group,
                                                    const std::set<TopicPartition>& partitions,
                                                    const CommittedOffsets& committed,
                                                    const GroupMember* member) {
  auto without_leader = leaderless(partitions);
  if (!without_leader) return Error{without_leader.error()};
  OffsetsWanted wanted;
  for (const TopicPartition& partition : partitions) {
    if (!without_leader->contains(partition)) wanted[partition] = kLatestOffset;
  }
  auto ends = list_offsets(client_, wanted);
  if (!ends) return thrown_on(ends.error());
  std::vector<OffsetRow> rows;
  for (const TopicPartition& partition : partitions) {
    OffsetRow& row = rows.emplace_back();
    row.group = group.id;
    row.partition = partition;
    if (const auto found = committed.find(partition); found != committed.end()) {
      row.offset = found->second.offset;
      if (found->second.leader_epoch >= 0) row.leader_epoch = found->second.leader_epoch;
    }
    if (const auto end = ends->find(partition); end != ends->end()) {
      if (!end->second) return thrown_on(end->second.error());
      row.end = end->second->offset;
    }
    if (row.offset && row.end && *row.offset != -1) row.lag = difference(*row.end, *row.offset);
    if (member == nullptr) continue;
    row.member = member->id;
    row.host = member->host;
    row.client = member->client_id;
  }
  return rows;
}

Attempt<std::vector<OffsetRow>> GroupsTool::offset_rows(const GroupDescription& group) {
  auto committed = committed_offsets(client_, group.id);
  if (!committed) return thrown_on(committed.error());
  std::vector<const GroupMember*> members;
  for (const GroupMember& member : group.members) {
    if (!member.assignment.empty()) members.push_back(&member);
  }
  std::ranges::stable_sort(members, std::ranges::greater(),
                           [](const GroupMember* member) { return member->assignment.size(); });
  std::vector<OffsetRow> rows;
  std::set<TopicPartition> assigned;
  for (const GroupMember* member : members) {
    assigned.insert(member->assignment.begin(), member->assignment.end());
    auto some = rows_of(group, member->assignment, *committed, member);
    if (!some) return some;
    rows.insert(rows.end(), some->begin(), some->end());
  }
  std::set<TopicPartition> unread;
  for (const auto& [partition, offset] : *committed) {
    if (!assigned.contains(partition)) unread.insert(partition);
  }
  if (unread.empty()) return rows;
  auto some = rows_of(group, unread, *committed, nullptr);
  if (!some) return some;
  rows.insert(rows.end(), some->begin(), some->end());
  return rows;
}

Attempt<> GroupsTool::describe() {
  auto ids = groups();
  if (!ids) return Error{ids.error()};
  std::map<std::string, GroupDescription> described;
  size_t done = 0;
  for (const std::string& id : *ids) {
    console_.progress("groups", done++, ids->size(), client_.session().clock.monotonic_ms());
    auto one = describe_consumer_group(client_, id);
    if (!one) return failed(exception_text(one.error()));
    described.insert_or_assign(id, *std::move(one));
  }
  const bool is_verbose = options_.has("verbose");
  // All rows first: what fails then leaves nothing half printed.
  std::map<std::string, std::vector<OffsetRow>> rows;
  const bool of_offsets = !options_.has("members") && !options_.has("state");
  if (of_offsets || options_.has("json")) {
    for (const auto& [id, group] : described) {
      auto some = offset_rows(group);
      if (!some) return Error{some.error()};
      rows[id] = *std::move(some);
    }
  }
  if (options_.has("json")) {
    print_groups_json(console_, described, rows);
    return {};
  }
  for (const auto& [id, group] : described) {
    if (of_offsets) {
      print_offsets(console_, group, rows[id], is_verbose);
    } else if (options_.has("members")) {
      print_members(console_, group, is_verbose);
    } else {
      print_state(console_, group, is_verbose);
    }
  }
  return {};
}

Attempt<> GroupsTool::remove() {
  auto ids = groups();
  if (!ids) return Error{ids.error()};
  std::vector<std::string> deleted;
  std::vector<std::pair<std::string, ToolError>> kept;
  const auto ordered = in_java_order(*ids, [](const std::string& id) { return java_hash(id); });
  for (const std::string& id : ordered) {
    if (auto done = delete_group(client_, id); done) {
      deleted.push_back(fmt::format("'{}'", id));
    } else {
      kept.emplace_back(id, done.error());
    }
  }
  if (kept.empty()) {
    console_.line("Deletion of requested consumer groups ({}) was successful.", joined(deleted, ", "));
    return {};
  }
  console_.line("\nError: Deletion of some consumer groups failed:");
  for (const auto& [id, error] : kept) {
    console_.line("* Group '{}' could not be deleted due to: {}", id, exception_text(error));
  }
  if (!deleted.empty()) {
    console_.line("\nThese consumer groups were deleted successfully: {}", joined(deleted, ", "));
  }
  return {};
}

Attempt<> GroupsTool::reset() {
  auto ids = groups();
  if (!ids) return Error{ids.error()};
  std::map<std::string, NewOffsets> planned;
  const auto ordered = in_java_order(*ids, [](const std::string& id) { return java_hash(id); });
  for (const std::string& id : ordered) {
    auto group = describe_consumer_group(client_, id);
    if (!group && group.error().code != ErrorCode::kGroupIdNotFound) return thrown_on(group.error());
    if (group && group->state != "Empty" && group->state != "Dead") {
      console_.line(
          "\nError: Assignments can only be reset if the group '{}' is inactive, but the current state is "
          "{}.",
          id, group->state);
      planned[id];
      continue;
    }
    auto offsets = reset_offsets(client_, options_, id);
    if (!offsets) return Error{offsets.error()};
    planned[id] = *std::move(offsets);
  }
  if (!options_.has("export")) {
    print_planned(console_, ordered, planned);
    return {};
  }
  const bool is_single = options_.values("group").size() == 1;
  std::string text;
  for (const std::string& id : ordered) {
    for (const auto& [partition, offset] : in_table_order(planned[id])) {
      std::vector<std::string> fields = {partition.topic, fmt::format("{}", partition.partition),
                                         fmt::format("{}", offset)};
      if (!is_single) fields.insert(fields.begin(), id);
      text += csv_line(fields);
    }
  }
  console_.line("{}", text);
  return {};
}

Attempt<> GroupsTool::remove_offsets() {
  const std::string group = options_.values("group").front();
  std::map<TopicPartition, Attempt<>> outcomes;
  std::set<TopicPartition> partitions;
  std::vector<std::string> whole;
  for (const std::string& text : options_.values("topic")) {
    if (text.find(':') == std::string::npos) {
      whole.push_back(text);
      continue;
    }
    auto parsed = parse_topic_partitions(text);
    if (!parsed) return Error{parsed.error()};
    partitions.insert(parsed->begin(), parsed->end());
  }
  auto described = try_describe_topics(client_, whole);
  if (!described) return Error{described.error()};
  for (const auto& [name, topic] : *described) {
    if (!topic) {
      outcomes.insert_or_assign(TopicPartition{name, -1}, Attempt<>(Error<ToolError>{topic.error()}));
      continue;
    }
    for (const auto& one : topic->partitions) partitions.insert(TopicPartition{name, one.partition});
  }
  auto deleted = delete_offsets(client_, group, partitions);
  std::optional<ToolError> first;
  if (!deleted) first = deleted.error();
  for (const TopicPartition& partition : partitions) {
    Attempt<> outcome;
    if (!deleted) {
      outcome = Attempt<>(Error<ToolError>{deleted.error()});
    } else if (const auto found = deleted->find(partition); found != deleted->end()) {
      outcome = found->second;
    } else {
      outcome = Attempt<>(failed(fmt::format(
          "Offset deletion result for partition \"{}\" was not included in the response", partition.text())));
    }
    if (!outcome && !first) first = outcome.error();
    outcomes.insert_or_assign(partition, outcome);
  }
  print_deleted_offsets(console_, group, first, outcomes);
  return {};
}

// What re2j, by which Kafka's tool looks, says of a mistake; empty where that is not known.
std::string_view mistake_text(re2::RE2::ErrorCode code) {
  switch (code) {
    case re2::RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case re2::RE2::ErrorBadCharClass:
    case re2::RE2::ErrorBadCharRange:
      return "invalid character class range";
    case re2::RE2::ErrorMissingBracket:
      return "missing closing ]";
    case re2::RE2::ErrorMissingParen:
      return "missing closing )";
    case re2::RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case re2::RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case re2::RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case re2::RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case re2::RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    default:
      return {};
  }
}

int validate_regex(Session& session, const std::string& text) {
  // What a broker compiles is RE2's own language, not Java's.
  re2::RE2::Options options;
  options.set_log_errors(false);
  const re2::RE2 compiled(text, options);
  if (compiled.ok()) {
    session.console.line("The regular expression `{}` is valid.", text);
  } else {
    const std::string_view mistake = mistake_text(compiled.error_code());
    session.console.line("The regular expression `{}` is invalid: {}.", text,
                         mistake.empty() ? std::string_view(compiled.error()) : mistake);
  }
  return 0;
}

int say_failure(Session& session, OptionTable table, const ToolError& error) {
  using Kind = ToolError::Kind;
  if (error.kind == Kind::kUsage || error.kind == Kind::kArgument) {
    return say_usage(session, table, error.message);
  }
  session.console.line("\nError: Executing consumer group command failed due to {}",
                       error.kind == Kind::kFailed ? error.message : exception_text(error));
  return 0;
}

}  // namespace

int run_consumer_groups(Session& session, Words words) {
  const OptionTable table = table_for(session, consumer_groups_options());
  Begun begun = begin_tool(session, table, words, kAbout);
  if (!begun.options) return begun.status;
  const Options& options = *begun.options;
  if (auto done = check_consumer_groups_options(options, session.console); !done) {
    return say_wrong(session, table, done.error());
  }
  if (const auto regex = options.value("validate-regex")) return validate_regex(session, *regex);
  auto config = client_config_of(options, session);
  if (!config) return say_failure(session, table, config.error());
  config->call_timeout_ms = options.number("timeout").value_or(config->call_timeout_ms);
  Client client(*std::move(config), session);
  auto done = GroupsTool(options, client).run();
  return done ? 0 : say_failure(session, table, done.error());
}

}  // namespace klamm::cli
