// kafka-topics: lists, describes, makes, alters and deletes topics. What it prints, and where, is what
// Kafka's TopicCommand prints, but for the Java stack traces on standard error.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/configs.h"
#include "cli/client/reassignments.h"
#include "cli/client/topics.h"
#include "cli/java_order.h"
#include "cli/pattern.h"
#include "cli/text.h"
#include "cli/tool_list.h"
#include "cli/topics_options.h"
#include "protocol/json_writer.h"
#include "protocol/messages/create_partitions_request.h"
#include "protocol/messages/create_partitions_response.h"
#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"
#include "protocol/messages/delete_topics_request.h"
#include "protocol/messages/delete_topics_response.h"

namespace klamm::cli {
namespace {

using protocol::ErrorCode;
using protocol::JsonWriter;

constexpr std::string_view kAbout = "This tool helps to create, delete, describe, or change a topic.";
constexpr std::string_view kMinIsr = "min.insync.replicas";
constexpr int32_t kTimeoutMs = 30'000;

using Entries = std::vector<ConfigEntry>;

class TopicsTool {
 public:
  TopicsTool(const Options& options, Session& session, Client& client)
      : options_(options), console_(session.console), client_(client) {}

  Attempt<> run() {
    if (options_.has("create")) return create();
    if (options_.has("alter")) return alter();
    if (options_.has("list")) return list();
    if (options_.has("describe")) return describe();
    return remove();
  }

 private:
  struct Wanted {
    std::string name;
    std::optional<int64_t> partitions;
    std::optional<int64_t> replication_factor;
    ReplicaLists assignment;
    std::vector<std::pair<std::string, std::string>> configs;
  };

  Attempt<Wanted> wanted() const {
    Wanted wanted;
    wanted.name = options_.value("topic").value_or("");
    wanted.partitions = options_.number("partitions");
    wanted.replication_factor = options_.number("replication-factor");
    const auto lists = options_.value("replica-assignment");
    if (lists && !lists->empty()) {
      auto parsed = parse_replica_lists(*lists);
      if (!parsed) return Error{parsed.error()};
      wanted.assignment = *std::move(parsed);
    }
    for (const std::string& text : options_.values("config")) {
      const auto pieces = split(text, '=');
      if (pieces.size() != 2) {
        return wrong_argument(
            "requirement failed: Invalid topic config: all configs to be added must be in the format "
            "\"key=val\".");
      }
      wanted.configs.emplace_back(trimmed(pieces[0]), trimmed(pieces[1]));
    }
    return wanted;
  }

  Attempt<> create();
  Attempt<> alter();
  Attempt<> list();
  Attempt<> describe();
  Attempt<> remove();

  // The topics that --topic stands for, by name.
  Attempt<std::vector<std::string>> found_topics();
  Attempt<> require_found(const std::vector<std::string>& found) const;
  Attempt<std::vector<TopicDescription>> described_topics();

  // What a description says beside where replicas are.
  struct Surroundings {
    std::map<std::string, Entries> configs;  // by topic
    Reassignments moving;
    std::set<int32_t> live;  // brokers
  };
  Attempt<Surroundings> surroundings_of(const std::vector<TopicDescription>& topics);

  void print_topic(const TopicDescription& topic, const Entries& entries, const Reassignments& moving);
  void print_partition(const TopicDescription& topic, const PartitionDescription& partition,
                       const Reassignments& moving);
  bool is_reported(const TopicDescription& topic, const PartitionDescription& partition, int32_t min_isr,
                   const Surroundings& around) const;
  // Those of a topic that the options ask for, which by default are all.
  std::vector<const PartitionDescription*> reported(const TopicDescription& topic, const Entries& entries,
                                                    const Surroundings& around) const;
  std::string json_of(const std::vector<TopicDescription>& topics, Surroundings& around) const;
  bool reports_partitions() const {
    return options_.count({"unavailable-partitions", "under-replicated-partitions",
                           "under-min-isr-partitions", "at-min-isr-partitions"}) > 0;
  }

  const Options& options_;
  Console& console_;
  Client& client_;
};

const Reassignment* find_moving(const Reassignments& moving, const std::string& topic, int32_t partition) {
  const auto found = moving.find(TopicPartition{topic, partition});
  return found == moving.end() ? nullptr : &found->second;
}

// A reassignment may end between our two questions: then it no longer counts.
size_t replication_factor(const PartitionDescription& partition, const Reassignment* moving) {
  if (moving == nullptr) return partition.replicas.size();
  const bool is_under_way = std::ranges::any_of(partition.replicas, [&](int32_t id) {
    return std::ranges::find(moving->adding, id) != moving->adding.end() ||
           std::ranges::find(moving->removing, id) != moving->removing.end();
  });
  return is_under_way ? moving->replicas.size() - moving->adding.size() : partition.replicas.size();
}

std::string numbers_or_not_there(const std::optional<std::vector<int32_t>>& numbers) {
  return numbers ? joined_numbers(*numbers) : "N/A";
}

// As Kafka's tool goes through the configuration: by the order of a Java hash table.
Entries in_table_order(Entries entries) {
  return in_java_order(std::move(entries), [](const ConfigEntry& entry) { return java_hash(entry.name); });
}

Attempt<> TopicsTool::create() {
  auto topic = wanted();
  if (!topic) return Error{topic.error()};
  if (topic->name.find_first_of("._") != std::string::npos) {
    console_.line(
        "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could "
        "collide. To avoid issues it is best to use either, but not both.");
  }
  const int64_t factor = topic->replication_factor.value_or(1);
  if (factor > INT16_MAX || factor < 1) {
    return wrong_argument("The replication factor must be between 1 and 32767 inclusive");
  }
  if (topic->partitions && *topic->partitions < 1) {
    return wrong_argument("The partitions must be greater than 0");
  }
  protocol::CreateTopicsRequest request;
  request.timeout_ms = kTimeoutMs;
  auto& one = request.topics.emplace_back();
  one.name = topic->name;
  one.num_partitions = -1;
  one.replication_factor = -1;
  if (topic->assignment.empty()) {
    one.num_partitions = static_cast<int32_t>(topic->partitions.value_or(-1));
    one.replication_factor = static_cast<int16_t>(topic->replication_factor.value_or(-1));
  }
  for (size_t i = 0; i < topic->assignment.size(); ++i) {
    auto& assignment = one.assignments.emplace_back();
    assignment.partition_index = static_cast<int32_t>(i);
    assignment.broker_ids = topic->assignment[i];
  }
  for (const auto& [name, value] : topic->configs) {
    auto& config = one.configs.emplace_back();
    config.name = name;
    config.value = value;
  }
  auto answer = client_.ask_controller<protocol::CreateTopicsResponse>("createTopics", request);
  if (!answer) return Error{answer.error()};
  for (const auto& result : (*answer)->topics) {
    const auto error = static_cast<ErrorCode>(result.error_code);
    if (error == ErrorCode::kTopicAlreadyExists && options_.has("if-not-exists")) return {};
    if (error != ErrorCode::kNone) return broker_error(error, result.error_message);
  }
  console_.line("Created topic {}.", topic->name);
  return {};
}

Attempt<std::vector<std::string>> TopicsTool::found_topics() {
  auto all = list_topics(client_);
  if (!all) return Error{all.error()};
  const auto filter = options_.value("topic");
  std::optional<Pattern> pattern;
  if (filter) {
    auto parsed = Pattern::parse_include_list(*filter);
    if (!parsed) return Error{parsed.error()};
    pattern = *std::move(parsed);
  }
  std::vector<std::string> names;
  for (const TopicListing& topic : *all) {
    if (options_.has("exclude-internal") && (topic.is_internal || is_internal_topic(topic.name))) continue;
    if (!pattern || pattern->matches(topic.name)) names.push_back(topic.name);
  }
  return names;
}

Attempt<> TopicsTool::require_found(const std::vector<std::string>& found) const {
  const std::string topic = options_.value("topic").value_or("");
  if (topic.empty() || options_.has("if-exists") || !found.empty()) return {};
  return wrong_argument(fmt::format("Topic '{}' does not exist as expected", topic));
}

Attempt<> TopicsTool::list() {
  auto names = found_topics();
  if (!names) return Error{names.error()};
  if (options_.has("json")) {
    JsonWriter json;
    json.begin_array();
    for (const std::string& name : *names) json.text(name);
    json.end_array();
    console_.line("{}", json.str());
    return {};
  }
  console_.line("{}", joined(*names, "\n"));
  return {};
}

Attempt<> TopicsTool::alter() {
  auto topic = wanted();
  if (!topic) return Error{topic.error()};
  auto names = found_topics();
  if (!names) return Error{names.error()};
  if (auto done = require_found(*names); !done) return done;
  if (names->empty()) return {};
  auto described = describe_topics(client_, *names);
  if (!described) return Error{described.error()};
  protocol::CreatePartitionsRequest request;
  request.timeout_ms = kTimeoutMs;
  for (const TopicDescription& known : *described) {
    auto& one = request.topics.emplace_back();
    one.name = known.name;
    one.count = static_cast<int32_t>(topic->partitions.value_or(0));
    one.assignments.reset();
    if (topic->assignment.empty()) continue;
    // What stands there for partitions that are there already is passed over.
    one.assignments.emplace();
    for (size_t i = known.partitions.size(); i < topic->assignment.size(); ++i) {
      one.assignments->emplace_back().broker_ids = topic->assignment[i];
    }
  }
  auto answer = client_.ask_controller<protocol::CreatePartitionsResponse>("createPartitions", request);
  if (!answer) return Error{answer.error()};
  for (const auto& result : (*answer)->results) {
    if (result.error_code != 0) return broker_error(result.error_code, result.error_message);
  }
  return {};
}

Attempt<> TopicsTool::remove() {
  auto names = found_topics();
  if (!names) return Error{names.error()};
  if (auto done = require_found(*names); !done) return done;
  if (names->empty()) return {};
  protocol::DeleteTopicsRequest request;
  request.timeout_ms = kTimeoutMs;
  for (const std::string& name : *names) {
    request.topics.emplace_back().name = name;
    request.topic_names.emplace_back(name);
  }
  auto answer = client_.ask_controller<protocol::DeleteTopicsResponse>("deleteTopics", request);
  if (!answer) return Error{answer.error()};
  for (const auto& result : (*answer)->responses) {
    if (result.error_code != 0) return broker_error(result.error_code, result.error_message);
  }
  return {};
}

Attempt<std::vector<TopicDescription>> TopicsTool::described_topics() {
  const auto text = options_.value("topic-id");
  if (text) {
    const auto id = Uuid::from_string(*text);
    if (!id) return wrong_argument(fmt::format("{} is not a topic's id", *text));
    if (!id->is_zero()) {
      auto all = list_topics(client_);
      if (!all) return Error{all.error()};
      const bool is_there = std::ranges::any_of(*all, [&](const TopicListing& topic) {
        return topic.id == *id && !(options_.has("exclude-internal") && topic.is_internal);
      });
      if (is_there) return describe_topics_by_id(client_, {*id});
      if (options_.has("if-exists")) return std::vector<TopicDescription>();
      return wrong_argument(fmt::format("TopicId '{}' does not exist as expected", id->to_string()));
    }
  }
  auto names = found_topics();
  if (!names) return Error{names.error()};
  if (auto done = require_found(*names); !done) return Error{done.error()};
  const auto page =
      static_cast<int32_t>(options_.number("partition-size-limit-per-response").value_or(2000));
  auto described = describe_topics(client_, *names, page);
  if (!described) return described;
  const size_t capacity = described->size();
  return in_java_order(
      *std::move(described), [](const TopicDescription& topic) { return java_hash(topic.name); }, capacity);
}

void TopicsTool::print_topic(const TopicDescription& topic, const Entries& entries,
                             const Reassignments& moving) {
  std::vector<std::string> configs;
  for (const ConfigEntry& entry : in_table_order(entries)) {
    if (entry.source != ConfigSource::kDefault) configs.push_back(entry.name + "=" + shown(entry.value));
  }
  const PartitionDescription& first = topic.partitions.front();
  std::string line = "Topic: " + console_.coloured(Colour::kBold, topic.name);
  if (!topic.id.is_zero()) line += "\tTopicId: " + topic.id.to_string();
  line += fmt::format("\tPartitionCount: {}\tReplicationFactor: {}\tConfigs: {}", topic.partitions.size(),
                      replication_factor(first, find_moving(moving, topic.name, first.partition)),
                      joined(configs, ","));
  console_.line("{}", line);
}

void TopicsTool::print_partition(const TopicDescription& topic, const PartitionDescription& partition,
                                 const Reassignments& moving) {
  const std::string leader = partition.leader < 0 ? console_.coloured(Colour::kRed, "none")
                                                  : fmt::format("{}", partition.leader);
  const bool lacks = partition.isr.size() < partition.replicas.size();
  std::string line =
      fmt::format("\tTopic: {}\tPartition: {}\tLeader: {}\tReplicas: {}\tIsr: {}", topic.name,
                  partition.partition, leader, joined_numbers(partition.replicas),
                  console_.coloured(lacks ? Colour::kYellow : Colour::kNone, joined_numbers(partition.isr)));
  if (const Reassignment* move = find_moving(moving, topic.name, partition.partition)) {
    line += fmt::format("\tAdding Replicas: {}\tRemoving Replicas: {}", joined_numbers(move->adding),
                        joined_numbers(move->removing));
  }
  line += fmt::format("\tElr: {}\tLastKnownElr: {}", numbers_or_not_there(partition.elr),
                      numbers_or_not_there(partition.last_known_elr));
  console_.line("{}", line);
}

bool TopicsTool::is_reported(const TopicDescription& topic, const PartitionDescription& partition,
                             int32_t min_isr, const Surroundings& around) const {
  if (!reports_partitions()) return true;
  const Reassignment* move = find_moving(around.moving, topic.name, partition.partition);
  const auto in_sync = static_cast<int32_t>(partition.isr.size());
  const bool has_leader = partition.leader >= 0;
  const bool lacks = replication_factor(partition, move) > partition.isr.size();
  if (options_.has("under-replicated-partitions") && lacks) return true;
  const bool is_led = has_leader && around.live.contains(partition.leader);
  if (options_.has("unavailable-partitions") && !is_led) return true;
  if (options_.has("under-min-isr-partitions") && (!has_leader || in_sync < min_isr)) return true;
  return options_.has("at-min-isr-partitions") && in_sync == min_isr;
}

int32_t min_isr_of(const Entries& entries) {
  const auto found = std::ranges::find(entries, kMinIsr, &ConfigEntry::name);
  if (found == entries.end() || !found->value) return 1;
  return parse_int(*found->value).value_or(1);
}

bool has_own(const Entries& entries) {
  return std::ranges::any_of(entries,
                             [](const ConfigEntry& entry) { return entry.source != ConfigSource::kDefault; });
}

std::vector<const PartitionDescription*> TopicsTool::reported(const TopicDescription& topic,
                                                              const Entries& entries,
                                                              const Surroundings& around) const {
  const int32_t min_isr = min_isr_of(entries);
  std::vector<const PartitionDescription*> chosen;
  for (const PartitionDescription& partition : topic.partitions) {
    if (is_reported(topic, partition, min_isr, around)) chosen.push_back(&partition);
  }
  return chosen;
}

std::string TopicsTool::json_of(const std::vector<TopicDescription>& topics, Surroundings& around) const {
  JsonWriter json;
  json.begin_array();
  for (const TopicDescription& topic : topics) {
    const Entries& entries = around.configs[topic.name];
    const auto partitions = reported(topic, entries, around);
    if (reports_partitions() && partitions.empty()) continue;
    if (options_.has("topics-with-overrides") && !has_own(entries)) continue;
    json.begin_object().field("name", topic.name).field("id", topic.id.to_string());
    json.key("internal").boolean(topic.is_internal).key("configs").begin_object();
    for (const ConfigEntry& entry : entries) {
      if (entry.source != ConfigSource::kDefault) json.field(entry.name, shown(entry.value));
    }
    json.end_object().key("partitions").begin_array();
    for (const PartitionDescription* partition : partitions) {
      json.begin_object().field("partition", partition->partition).field("leader", partition->leader);
      json.key("replicas").numbers(partition->replicas).key("isr").numbers(partition->isr);
      if (partition->elr) json.key("elr").numbers(*partition->elr);
      if (partition->last_known_elr) json.key("last_known_elr").numbers(*partition->last_known_elr);
      json.end_object();
    }
    json.end_array().end_object();
  }
  return json.end_array().str();
}

Attempt<TopicsTool::Surroundings> TopicsTool::surroundings_of(const std::vector<TopicDescription>& topics) {
  Surroundings around;
  if (topics.empty()) return around;
  std::vector<std::string> names;
  std::set<TopicPartition> partitions;
  for (const TopicDescription& topic : topics) {
    names.push_back(topic.name);
    for (const auto& one : topic.partitions) partitions.insert(TopicPartition{topic.name, one.partition});
  }
  auto configs = describe_configs(client_, ConfigType::kTopic, names, false);
  if (!configs) return Error{configs.error()};
  around.configs = *std::move(configs);
  auto moving = list_reassignments(client_, partitions);
  const bool cannot_tell = !moving && (moving.error().kind == ToolError::Kind::kUnsupported ||
                                       moving.error().code == ErrorCode::kClusterAuthorizationFailed);
  if (!moving && !cannot_tell) return Error{moving.error()};
  if (moving) around.moving = *std::move(moving);
  auto nodes =
      client_.retried("listNodes", [&](const Deadline& deadline) { return client_.nodes(deadline); });
  if (!nodes) return Error{nodes.error()};
  for (const Node& node : *nodes) around.live.insert(node.id);
  return around;
}

Attempt<> TopicsTool::describe() {
  auto topics = described_topics();
  if (!topics) return Error{topics.error()};
  auto around = surroundings_of(*topics);
  if (!around) return Error{around.error()};
  if (options_.has("json")) {
    console_.line("{}", json_of(*topics, *around));
    return {};
  }
  const bool only_overrides = options_.has("topics-with-overrides");
  for (const TopicDescription& topic : *topics) {
    if (topic.partitions.empty()) continue;
    const Entries& entries = around->configs[topic.name];
    if (!reports_partitions() && (!only_overrides || has_own(entries))) {
      print_topic(topic, entries, around->moving);
    }
    if (only_overrides) continue;
    for (const PartitionDescription* partition : reported(topic, entries, *around)) {
      print_partition(topic, *partition, around->moving);
    }
  }
  return {};
}

}  // namespace

int run_topics(Session& session, Words words) {
  const OptionTable table = table_for(session, topics_options());
  Begun begun = begin_tool(session, table, words, kAbout);
  if (!begun.options) return begun.status;
  const Options& options = *begun.options;
  if (auto done = check_topics_options(options, session.console); !done) {
    return say_wrong(session, table, done.error());
  }
  auto client = make_client(options, session);
  if (!client) return say_wrong(session, table, client.error());
  auto done = TopicsTool(options, session, **client).run();
  if (done) return 0;
  session.console.line("Error while executing topic command : {}", done.error().message);
  return 1;
}

}  // namespace klamm::cli
