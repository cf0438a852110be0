// kafka-reassign-partitions: moves replicas between brokers, and between the directories of a broker. As in
// Kafka's tool all is told on standard output.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/log_dirs.h"
#include "cli/client/reassignments.h"
#include "cli/json_text.h"
#include "cli/reassign_generate.h"
#include "cli/reassign_options.h"
#include "cli/reassign_plan.h"
#include "cli/reassign_throttles.h"
#include "cli/text.h"
#include "cli/tool_list.h"
#include "protocol/json_writer.h"

namespace klamm::cli {
namespace {

using protocol::ErrorCode;
using Outcomes = std::map<TopicPartition, Attempt<>>;

constexpr std::string_view kAbout = "This tool helps to move topic partitions between replicas.";
constexpr int64_t kMovePauseMs = 100;

class ReassignTool {
 public:
  ReassignTool(const Options& options, Client& client)
      : options_(options), client_(client), console_(client.session().console) {}

  Attempt<> run() {
    if (options_.has("list")) return list();
    if (options_.has("generate")) return generate();
    auto text = read_named_file(client_.session().disk, *options_.value("reassignment-json-file"));
    if (!text) return Error{text.error()};
    auto plan = parse_reassign_plan(*text);
    if (!plan) return Error{plan.error()};
    if (options_.has("verify")) return verify(*plan);
    return options_.has("execute") ? execute(*plan) : cancel(*plan);
  }

  // Whether the failure is told without "Error: " before it.
  bool is_terse() const { return is_terse_; }

 private:
  Attempt<> list();
  Attempt<> generate();
  Attempt<> verify(const ReassignPlan& plan);
  Attempt<> execute(const ReassignPlan& plan);
  Attempt<> cancel(const ReassignPlan& plan);

  // Whether any reassignment is under way, of the plan's or of others.
  Attempt<bool> tell_partitions(const ReassignPlan& plan);
  Attempt<bool> tell_directories(const ReassignPlan& plan);
  Attempt<> check_brokers(const PartitionReplicas& proposed);
  // What the proposed partitions have now; all are there.
  Attempt<PartitionReplicas> replicas_before(const PartitionReplicas& proposed);
  Attempt<> throttle(const ReassignPlan& plan, const Reassignments& moving, const PartitionReplicas& current);
  // Waits until all moves have begun.
  Attempt<> begin_moves(NewDirectories moves);
  Attempt<> cancel_partitions(const ReassignPlan& plan);

  Error<ToolError> terse(std::string message) {
    is_terse_ = true;
    return failed(std::move(message));
  }

  const Options& options_;
  Client& client_;
  Console& console_;
  bool is_terse_ = false;
};

std::string lines_of(const Outcomes& outcomes) {
  std::vector<std::string> lines;
  for (const auto& [partition, outcome] : outcomes) {
    if (!outcome) lines.push_back(fmt::format("{}: {}", partition.text(), outcome.error().message));
  }
  return joined(lines, "\n");
}

template <class Map>
std::string keys_of(const Map& map) {
  std::vector<std::string> texts;
  for (const auto& [key, value] : map) texts.push_back(key.text());
  return joined(texts, ",");
}

Attempt<> ReassignTool::list() {
  auto moving = list_reassignments(client_, std::nullopt);
  if (!moving) return Error{moving.error()};
  if (options_.has("json")) {
    protocol::JsonWriter json;
    json.begin_array();
    for (const auto& [partition, one] : *moving) {
      json.begin_object().field("topic", partition.topic).field("partition", partition.partition);
      json.key("replicas").numbers(one.replicas).key("adding").numbers(one.adding);
      json.key("removing").numbers(one.removing).end_object();
    }
    console_.line("{}", json.end_array().str());
    return {};
  }
  if (moving->empty()) {
    console_.line("No partition reassignments found.");
    return {};
  }
  console_.line("Current partition reassignments:");
  for (const auto& [partition, one] : *moving) {
    std::string line = fmt::format("{}: replicas: {}.", partition.text(), joined_numbers(one.replicas));
    if (!one.adding.empty()) line += fmt::format(" adding: {}.", joined_numbers(one.adding));
    if (!one.removing.empty()) line += fmt::format(" removing: {}.", joined_numbers(one.removing));
    console_.line("{}", line);
  }
  return {};
}

Attempt<> ReassignTool::generate() {
  auto text = read_named_file(client_.session().disk, *options_.value("topics-to-move-json-file"));
  if (!text) return Error{text.error()};
  auto ids = parse_broker_list(*options_.value("broker-list"));
  if (!ids) return Error{ids.error()};
  auto topics = parse_topics_to_move(*text);
  if (!topics) return Error{topics.error()};
  auto current = current_replicas(client_, {topics->begin(), topics->end()});
  if (!current) return Error{current.error()};
  auto directories = current_directories(client_, *current);
  if (!directories) return Error{directories.error()};
  const bool by_racks = !options_.has("disable-rack-aware");
  auto brokers = usable_brokers(client_, *ids, by_racks);
  if (!brokers) return Error{brokers.error()};
  auto proposed = place_anew(*current, *brokers, by_racks, client_.session().random);
  if (!proposed) return Error{proposed.error()};
  console_.line("Current partition replica assignment\n{}\n", plan_json(*current, *directories));
  console_.line("Proposed partition reassignment configuration\n{}", plan_json(*proposed, {}));
  return {};
}

Attempt<bool> ReassignTool::tell_partitions(const ReassignPlan& plan) {
  auto moving = list_reassignments(client_, std::nullopt);
  if (!moving) return Error{moving.error()};
  std::vector<std::string> names;
  for (const auto& [partition, replicas] : plan.partitions) {
    if (!moving->contains(partition)) names.push_back(partition.topic);
  }
  auto described = try_describe_topics(client_, std::move(names));
  if (!described) return Error{described.error()};
  PartitionReplicas current;
  for (const auto& [name, topic] : *described) {
    const bool is_gone = !topic && topic.error().code == ErrorCode::kUnknownTopicOrPartition;
    if (!topic && !is_gone) return Error{topic.error()};
    if (is_gone) continue;
    for (const auto& one : topic->partitions) current[{name, one.partition}] = one.replicas;
  }
  console_.line("Status of partition reassignment:");
  for (const auto& [partition, wanted] : plan.replicas()) {
    if (moving->contains(partition)) {
      console_.line("Reassignment of partition {} is still in progress.", partition.text());
    } else if (current[partition] == wanted) {
      console_.line("Reassignment of partition {} is completed.", partition.text());
    } else {
      console_.line("There is no active reassignment of partition {}, but replica set is {} rather than {}.",
                    partition.text(), joined_numbers(current[partition]), joined_numbers(wanted));
    }
  }
  return !moving->empty();
}

Attempt<bool> ReassignTool::tell_directories(const ReassignPlan& plan) {
  std::set<BrokerReplica> replicas;
  for (const auto& [replica, directory] : plan.directories) replicas.insert(replica);
  auto found = find_directories(client_, replicas);
  if (!found) return Error{found.error()};
  std::vector<std::string> lines;
  bool are_moving = false;
  for (const auto& [replica, wanted] : plan.directories) {
    const ReplicaDirectories& one = found->at(replica);
    const std::string partition = replica.partition.text();
    if (!one.current) {
      lines.push_back(
          fmt::format("Partition {} is not found in any live log dir on broker {}. There is likely an "
                      "offline log directory on the broker.",
                      partition, replica.broker));
    } else if (one.future) {
      are_moving = true;
      lines.push_back(
          *one.future == wanted
              ? fmt::format("Reassignment of replica {} is still in progress.", replica.text())
              : fmt::format("Partition {} on broker {} is being moved to log dir {} instead of {}.",
                            partition, replica.broker, *one.future, wanted));
    } else if (*one.current == wanted) {
      lines.push_back(fmt::format("Reassignment of replica {} completed successfully.", replica.text()));
    } else {
      lines.push_back(fmt::format("Partition {} on broker {} is not being moved from log dir {} to {}.",
                                  partition, replica.broker, *one.current, wanted));
    }
  }
  // Where there are none, that is an empty line.
  console_.line("{}", joined(lines, "\n"));
  return are_moving;
}

Attempt<> ReassignTool::verify(const ReassignPlan& plan) {
  auto partitions = tell_partitions(plan);
  if (!partitions) return Error{partitions.error()};
  auto directories = tell_directories(plan);
  if (!directories) return Error{directories.error()};
  if (*partitions || *directories || options_.has("preserve-throttles")) return {};
  return clear_throttles(client_, plan);
}

Attempt<> ReassignTool::check_brokers(const PartitionReplicas& proposed) {
  auto nodes =
      client_.retried("listNodes", [&](const Deadline& deadline) { return client_.nodes(deadline); });
  if (!nodes) return Error{nodes.error()};
  for (const auto& [partition, replicas] : proposed) {
    for (const int32_t id : replicas) {
      if (std::ranges::find(*nodes, id, &Node::id) == nodes->end()) {
        return failed(fmt::format("Unknown broker id {}", id));
      }
    }
  }
  return {};
}

Attempt<PartitionReplicas> ReassignTool::replicas_before(const PartitionReplicas& proposed) {
  std::set<std::string> topics;
  for (const auto& [partition, replicas] : proposed) topics.insert(partition.topic);
  auto all = current_replicas(client_, topics);
  if (!all) return all;
  PartitionReplicas current;
  std::vector<std::string> missing;
  for (const auto& [partition, replicas] : proposed) {
    const auto known = all->find(partition);
    if (known == all->end()) {
      missing.push_back(partition.text());
    } else {
      current.insert(*known);
    }
  }
  if (missing.empty()) return current;
  return broker_error(ErrorCode::kUnknownTopicOrPartition,
                      "Unable to find partition: " + joined(missing, ", "));
}

Attempt<> ReassignTool::throttle(const ReassignPlan& plan, const Reassignments& moving,
                                 const PartitionReplicas& current) {
  const int64_t between_brokers = options_.number("throttle").value_or(-1);
  const int64_t between_directories = options_.number("replica-alter-log-dirs-throttle").value_or(-1);
  if (between_brokers < 0 && between_directories < 0) return {};
  console_.line(
      "Warning: You must run --verify periodically, until the reassignment completes, to ensure the throttle "
      "is removed.");
  if (between_brokers >= 0) {
    auto done = throttle_moves(client_, moving, plan.replicas(), current, between_brokers);
    if (!done) return done;
  }
  if (between_directories < 0) return {};
  std::set<int32_t> brokers;
  for (const auto& [replica, directory] : plan.directories) brokers.insert(replica.broker);
  return throttle_directories(client_, brokers, between_directories);
}

Attempt<> ReassignTool::execute(const ReassignPlan& plan) {
  if (auto done = check_executable(plan); !done) return done;
  auto moving = list_reassignments(client_, std::nullopt);
  if (!moving) return Error{moving.error()};
  if (!options_.has("additional") && !moving->empty()) {
    return terse(
        "Cannot execute because there is an existing partition assignment.  Use --additional to override "
        "this and create a new partition assignment in addition to the existing one. The --additional flag "
        "can also be used to change the throttle by resubmitting the current reassignment.");
  }
  const PartitionReplicas proposed = plan.replicas();
  if (auto done = check_brokers(proposed); !done) return done;
  auto current = replicas_before(proposed);
  if (!current) return Error{current.error()};
  auto directories = current_directories(client_, *current);
  if (!directories) return Error{directories.error()};
  console_.line(
      "Current partition replica assignment\n\n{}\n\nSave this to use as the --reassignment-json-file option "
      "during rollback",
      plan_json(*current, *directories));
  if (auto done = throttle(plan, *moving, *current); !done) return done;
  const NewReplicas wanted(proposed.begin(), proposed.end());
  auto outcomes =
      alter_reassignments(client_, wanted, !options_.has("disallow-replication-factor-change"));
  if (!outcomes) return Error{outcomes.error()};
  const std::string errors = lines_of(*outcomes);
  if (!errors.empty()) return terse("Error reassigning partition(s):\n" + errors);
  console_.line("Successfully started partition reassignment{} for {}", proposed.size() == 1 ? "" : "s",
                keys_of(proposed));
  if (plan.directories.empty()) return {};
  return begin_moves(plan.directories);
}

Attempt<> ReassignTool::begin_moves(NewDirectories moves) {
  const Deadline deadline(client_.session().clock, options_.number("timeout").value_or(0));
  for (;;) {
    auto outcomes = move_replicas(client_, moves);
    if (!outcomes) return Error{outcomes.error()};
    for (const auto& [replica, outcome] : *outcomes) {
      // What is being moved to a broker may not be there yet.
      if (!outcome && outcome.error().code == ErrorCode::kReplicaNotAvailable) continue;
      if (!outcome) return failed(fmt::format("Failed to alter dir for {}", replica.text()));
      console_.line("Successfully started moving log directory to {} for replica {} with broker {} ",
                    moves[replica], replica.partition.text(), replica.broker);
      moves.erase(replica);
    }
    if (moves.empty()) return {};
    if (deadline.is_over()) break;
    client_.session().network.pause(kMovePauseMs);
  }
  return terse(fmt::format("Timed out before log directory move{} could be started for: {}",
                           moves.size() == 1 ? "" : "s", keys_of(moves)));
}

Attempt<> ReassignTool::cancel_partitions(const ReassignPlan& plan) {
  std::set<TopicPartition> named;
  for (const auto& [partition, replicas] : plan.partitions) named.insert(partition);
  auto moving = list_reassignments(client_, named);
  if (!moving) return Error{moving.error()};
  NewReplicas calls;
  for (const auto& [partition, one] : *moving) {
    if (!one.adding.empty() || !one.removing.empty()) calls[partition] = std::nullopt;
  }
  if (calls.empty()) {
    console_.line("None of the specified partition reassignments are active.");
    return {};
  }
  auto outcomes = alter_reassignments(client_, calls, true);
  if (!outcomes) return Error{outcomes.error()};
  const std::string errors = lines_of(*outcomes);
  if (!errors.empty()) {
    const auto count = std::ranges::count_if(*outcomes, [](const auto& one) { return !one.second; });
    return terse(
        fmt::format("Error cancelling partition reassignment{} for:\n{}", count == 1 ? "" : "s", errors));
  }
  console_.line("Successfully cancelled partition reassignment{} for: {}", calls.size() == 1 ? "" : "s",
                keys_of(calls));
  return {};
}

Attempt<> ReassignTool::cancel(const ReassignPlan& plan) {
  if (auto done = cancel_partitions(plan); !done) return done;
  std::set<BrokerReplica> replicas;
  for (const auto& [replica, directory] : plan.directories) replicas.insert(replica);
  auto found = find_directories(client_, replicas);
  if (!found) return Error{found.error()};
  NewDirectories back;
  for (const auto& [replica, one] : *found) {
    if (one.current && one.future) back[replica] = *one.current;
  }
  if (back.empty()) {
    // Without an end of the line, as Kafka's tool.
    console_.print("None of the specified partition moves are active.");
  } else if (auto done = begin_moves(std::move(back)); !done) {
    return done;
  }
  if (options_.has("preserve-throttles")) return {};
  return clear_throttles(client_, plan);
}

}  // namespace

int run_reassign(Session& session, Words words) {
  const OptionTable table = table_for(session, reassign_options());
  Begun begun = begin_tool(session, table, words, kAbout);
  if (!begun.options) return begun.status;
  const Options& options = *begun.options;
  if (auto done = check_reassign_options(options); !done) return say_wrong(session, table, done.error());
  auto client = make_client(options, session);
  if (!client) {
    session.console.line("Error: {}", client.error().message);
    return 1;
  }
  ReassignTool tool(options, **client);
  const auto done = tool.run();
  if (done) return 0;
  const ToolError& error = done.error();
  session.console.line("{}", tool.is_terse() ? error.message : "Error: " + thrown_text(error));
  return 1;
}

}  // namespace klamm::cli
