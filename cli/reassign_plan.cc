#include "cli/reassign_plan.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <optional>

#include "cli/json_text.h"
#include "cli/text.h"
#include "protocol/json_writer.h"

namespace klamm::cli {
namespace {

using boost::json::object;

constexpr std::string_view kAny = "any";
constexpr int32_t kVersion = 1;

// The object that a file is, in a version that is known.
Attempt<const object*> versioned_object(const Json& json) {
  auto whole = json_object(json);
  if (!whole) return whole;
  if (const Json* given = (*whole)->if_contains("version")) {
    auto version = json_int(*given);
    if (!version) return Error{version.error()};
    if (*version != kVersion) return failed(fmt::format("Not supported version field value {}", *version));
  }
  return whole;
}

Attempt<std::vector<int32_t>> numbers_in(const object& fields, std::string_view name) {
  auto field = json_field(fields, name);
  if (!field) return Error{field.error()};
  auto list = json_array(**field);
  if (!list) return Error{list.error()};
  std::vector<int32_t> numbers;
  for (const Json& element : **list) {
    auto number = json_int(element);
    if (!number) return Error{number.error()};
    numbers.push_back(*number);
  }
  return numbers;
}

Attempt<std::vector<std::string>> directories_in(const object& fields, size_t replicas) {
  const Json* field = fields.if_contains("log_dirs");
  if (field == nullptr) return std::vector<std::string>(replicas, std::string(kAny));
  auto list = json_array(*field);
  if (!list) return Error{list.error()};
  std::vector<std::string> directories;
  for (const Json& element : **list) {
    auto directory = json_string(element);
    if (!directory) return Error{directory.error()};
    directories.push_back(*std::move(directory));
  }
  return directories;
}

Attempt<> take_partition(const Json& element, ReassignPlan& plan) {
  auto fields = json_object(element);
  if (!fields) return Error{fields.error()};
  auto topic = json_string(**fields, "topic");
  if (!topic) return Error{topic.error()};
  auto number = json_int(**fields, "partition");
  if (!number) return Error{number.error()};
  auto replicas = numbers_in(**fields, "replicas");
  if (!replicas) return Error{replicas.error()};
  auto directories = directories_in(**fields, replicas->size());
  if (!directories) return Error{directories.error()};
  const TopicPartition partition{*topic, *number};
  if (replicas->size() != directories->size()) {
    return failed(fmt::format(
        "Size of replicas list [{}] is different from size of log dirs list [{}] for partition {}",
        joined_numbers(*replicas, ", "), joined(*directories, ", "), partition.text()));
  }
  for (size_t i = 0; i < replicas->size(); ++i) {
    if ((*directories)[i] != kAny) plan.directories[{(*replicas)[i], partition}] = (*directories)[i];
  }
  plan.partitions.emplace_back(partition, *std::move(replicas));
  return {};
}

// Each that stands there more than once, once.
template <class T>
std::vector<T> duplicates(const std::vector<T>& all) {
  std::set<T> seen;
  std::set<T> twice;
  for (const T& one : all) {
    if (!seen.insert(one).second) twice.insert(one);
  }
  return {twice.begin(), twice.end()};
}

}  // namespace

std::set<std::string> ReassignPlan::topics() const {
  std::set<std::string> names;
  for (const auto& [partition, replicas] : partitions) names.insert(partition.topic);
  return names;
}

Attempt<ReassignPlan> parse_reassign_plan(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return failed("The input string is not a valid JSON");
  auto whole = versioned_object(*json);
  if (!whole) return Error{whole.error()};
  ReassignPlan plan;
  const Json* field = (*whole)->if_contains("partitions");
  if (field == nullptr) return plan;
  auto list = json_array(*field);
  if (!list) return Error{list.error()};
  for (const Json& element : **list) {
    if (auto done = take_partition(element, plan); !done) return Error{done.error()};
  }
  return plan;
}

Attempt<> check_executable(const ReassignPlan& plan) {
  if (plan.partitions.empty()) return failed("Partition reassignment list cannot be empty");
  std::vector<TopicPartition> partitions;
  std::vector<std::string> wrong;
  for (const auto& [partition, replicas] : plan.partitions) {
    if (replicas.empty()) return failed("Partition replica list cannot be empty");
    partitions.push_back(partition);
    const auto twice = duplicates(replicas);
    if (!twice.empty()) {
      wrong.push_back(
          fmt::format("{} contains multiple entries for {}", partition.text(), joined_numbers(twice)));
    }
  }
  std::vector<std::string> twice;
  for (const TopicPartition& partition : duplicates(partitions)) twice.push_back(partition.text());
  if (!twice.empty()) {
    return failed(
        fmt::format("Partition reassignment contains duplicate topic partitions: {}", joined(twice, ",")));
  }
  if (wrong.empty()) return {};
  return failed(
      fmt::format("Partition replica lists may not contain duplicate entries: {}", joined(wrong, ". ")));
}

Attempt<std::vector<std::string>> parse_topics_to_move(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return failed("The input string is not a valid JSON");
  auto whole = versioned_object(*json);
  if (!whole) return Error{whole.error()};
  std::vector<std::string> topics;
  const Json* field = (*whole)->if_contains("topics");
  if (field == nullptr) return topics;
  auto list = json_array(*field);
  if (!list) return Error{list.error()};
  for (const Json& element : **list) {
    auto fields = json_object(element);
    if (!fields) return Error{fields.error()};
    auto topic = json_string(**fields, "topic");
    if (!topic) return Error{topic.error()};
    topics.push_back(*std::move(topic));
  }
  const auto twice = duplicates(topics);
  if (twice.empty()) return topics;
  return failed(
      fmt::format("List of topics to reassign contains duplicate entries: [{}]", joined(twice, ", ")));
}

std::string plan_json(const PartitionReplicas& lists, const NewDirectories& directories) {
  protocol::JsonWriter json;
  json.begin_object().field("version", kVersion).key("partitions").begin_array();
  for (const auto& [partition, replicas] : lists) {
    json.begin_object().field("topic", partition.topic).field("partition", partition.partition);
    json.key("replicas").numbers(replicas).key("log_dirs").begin_array();
    for (const int32_t broker : replicas) {
      const auto known = directories.find({broker, partition});
      json.text(known == directories.end() ? kAny : std::string_view(known->second));
    }
    json.end_array().end_object();
  }
  return json.end_array().end_object().str();
}

Attempt<PartitionReplicas> current_replicas(Client& client, const std::set<std::string>& topics) {
  auto described = try_describe_topics(client, {topics.begin(), topics.end()});
  if (!described) return Error{described.error()};
  PartitionReplicas replicas;
  for (const auto& [name, topic] : *described) {
    if (!topic && topic.error().code == protocol::ErrorCode::kUnknownTopicOrPartition) {
      return broker_error(topic.error().code, fmt::format("Topic {} not found.", name));
    }
    if (!topic) return Error{topic.error()};
    for (const auto& one : topic->partitions) replicas[{name, one.partition}] = one.replicas;
  }
  return replicas;
}

Attempt<NewDirectories> current_directories(Client& client, const PartitionReplicas& lists) {
  auto nodes = client.retried("listNodes", [&](const Deadline& deadline) { return client.nodes(deadline); });
  if (!nodes) return Error{nodes.error()};
  std::set<int32_t> live;
  for (const Node& node : *nodes) live.insert(node.id);
  std::set<BrokerReplica> wanted;
  for (const auto& [partition, replicas] : lists) {
    for (const int32_t broker : replicas) {
      if (live.contains(broker)) wanted.insert({broker, partition});
    }
  }
  auto found = find_directories(client, wanted);
  if (!found) return Error{found.error()};
  NewDirectories directories;
  for (const auto& [replica, one] : *found) {
    if (one.current) directories[replica] = *one.current;
  }
  return directories;
}

}  // namespace klamm::cli
