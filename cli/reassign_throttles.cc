#include "cli/reassign_throttles.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "cli/client/configs.h"
#include "cli/java_order.h"
#include "cli/text.h"

namespace klamm::cli {
namespace {

constexpr std::string_view kLeaderRate = "leader.replication.throttled.rate";
constexpr std::string_view kFollowerRate = "follower.replication.throttled.rate";
constexpr std::string_view kDirectoryRate = "replica.alter.log.dirs.io.max.bytes.per.second";
constexpr std::string_view kLeaderReplicas = "leader.replication.throttled.replicas";
constexpr std::string_view kFollowerReplicas = "follower.replication.throttled.replicas";

struct Move {
  std::set<int32_t> from;
  std::set<int32_t> to;
};
using Moves = std::map<TopicPartition, Move>;

std::set<int32_t> without(std::set<int32_t> all, const auto& left_out) {
  for (const int32_t one : left_out) all.erase(one);
  return all;
}

std::set<int32_t> set_of(const std::vector<int32_t>& all) { return {all.begin(), all.end()}; }

Moves moves_of(const Reassignments& moving, const PartitionReplicas& proposed,
               const PartitionReplicas& current) {
  Moves moves;
  // What is being added is among the replicas already.
  for (const auto& [partition, move] : moving) {
    moves[partition] = {without(set_of(move.replicas), move.adding), set_of(move.adding)};
  }
  for (const auto& [partition, replicas] : proposed) {
    const auto under_way = moves.find(partition);
    const std::set<int32_t> from =
        under_way != moves.end() ? under_way->second.from : set_of(current.at(partition));
    moves[partition] = {from, without(set_of(replicas), from)};
  }
  return moves;
}

std::vector<ConfigChange> changes_of(std::initializer_list<std::string_view> names,
                                     const std::optional<std::string>& value) {
  std::vector<ConfigChange> changes;
  for (const std::string_view name : names) changes.push_back({std::string(name), value});
  return changes;
}

Attempt<> set_for_brokers(Client& client, const std::set<int32_t>& brokers,
                          const std::vector<ConfigChange>& changes) {
  for (const int32_t id : brokers) {
    auto done = alter_configs(client, ConfigType::kBroker, fmt::format("{}", id), changes);
    if (!done) return done;
  }
  return {};
}

// "0:1,0:2": partitions and brokers, in the order of their texts.
std::string list_of(const std::set<std::string>& parts) {
  return joined({parts.begin(), parts.end()}, ",");
}

struct TopicThrottles {
  std::set<std::string> leaders;
  std::set<std::string> followers;
};

Attempt<> set_for_topics(Client& client, const Moves& moves) {
  std::map<std::string, TopicThrottles> topics;
  for (const auto& [partition, move] : moves) {
    TopicThrottles& topic = topics[partition.topic];
    for (const int32_t id : move.from) topic.leaders.insert(fmt::format("{}:{}", partition.partition, id));
    for (const int32_t id : without(move.to, move.from)) {
      topic.followers.insert(fmt::format("{}:{}", partition.partition, id));
    }
  }
  for (const auto& [name, topic] : topics) {
    const std::vector<ConfigChange> changes = {
        {std::string(kLeaderReplicas), list_of(topic.leaders)},
        {std::string(kFollowerReplicas), list_of(topic.followers)}};
    if (auto done = alter_configs(client, ConfigType::kTopic, name, changes); !done) return done;
  }
  return {};
}

}  // namespace

Attempt<> throttle_moves(Client& client, const Reassignments& moving, const PartitionReplicas& proposed,
                         const PartitionReplicas& current, int64_t bytes_per_second) {
  const Moves moves = moves_of(moving, proposed, current);
  if (auto done = set_for_topics(client, moves); !done) return done;
  std::set<int32_t> brokers;
  for (const auto& [partition, move] : moves) {
    brokers.insert(move.from.begin(), move.from.end());
    brokers.insert(move.to.begin(), move.to.end());
  }
  const auto changes = changes_of({kLeaderRate, kFollowerRate}, fmt::format("{}", bytes_per_second));
  if (auto done = set_for_brokers(client, brokers, changes); !done) return done;
  client.session().console.line("The inter-broker throttle limit was set to {} B/s", bytes_per_second);
  return {};
}

Attempt<> throttle_directories(Client& client, const std::set<int32_t>& brokers, int64_t bytes_per_second) {
  const auto changes = changes_of({kDirectoryRate}, fmt::format("{}", bytes_per_second));
  if (auto done = set_for_brokers(client, brokers, changes); !done) return done;
  client.session().console.line("The replica-alter-dir throttle limit was set to {} B/s", bytes_per_second);
  return {};
}

Attempt<> clear_throttles(Client& client, const ReassignPlan& plan) {
  auto nodes = client.retried("listNodes", [&](const Deadline& deadline) { return client.nodes(deadline); });
  if (!nodes) return Error{nodes.error()};
  std::set<int32_t> brokers;
  for (const Node& node : *nodes) brokers.insert(node.id);
  for (const auto& [partition, replicas] : plan.partitions) brokers.insert(replicas.begin(), replicas.end());
  Console& console = client.session().console;
  const auto ids = in_java_order(std::vector<int32_t>(brokers.begin(), brokers.end()),
                                 [](int32_t id) { return id; });
  console.line("Clearing broker-level throttles on broker{} {}", ids.size() == 1 ? "" : "s",
               joined_numbers(ids));
  console.flush();
  const auto of_brokers = changes_of({kLeaderRate, kFollowerRate, kDirectoryRate}, std::nullopt);
  if (auto done = set_for_brokers(client, brokers, of_brokers); !done) return done;
  const std::set<std::string> names = plan.topics();
  const auto topics = in_java_order(std::vector<std::string>(names.begin(), names.end()),
                                    [](const std::string& name) { return java_hash(name); });
  console.line("Clearing topic-level throttles on topic{} {}", topics.size() == 1 ? "" : "s",
               joined(topics, ","));
  const auto of_topics = changes_of({kLeaderReplicas, kFollowerReplicas}, std::nullopt);
  for (const std::string& name : topics) {
    if (auto done = alter_configs(client, ConfigType::kTopic, name, of_topics); !done) return done;
  }
  return {};
}

}  // namespace klamm::cli
