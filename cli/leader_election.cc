// kafka-leader-election: makes preferred replicas leaders again, or, where no replica in sync is left, one
// that is not.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/topics.h"
#include "cli/java_order.h"
#include "cli/json_text.h"
#include "cli/text.h"
#include "cli/tool_list.h"
#include "protocol/json_writer.h"
#include "protocol/messages/elect_leaders_request.h"
#include "protocol/messages/elect_leaders_response.h"

namespace klamm::cli {
namespace {

using protocol::ElectLeadersRequest;
using protocol::ElectLeadersResponse;
using protocol::ErrorCode;
using Partitions = std::set<TopicPartition>;

constexpr std::string_view kAbout =
    "This tool attempts to elect a new leader for a set of topic partitions. The type of elections supported "
    "are preferred replicas and unclean replicas.";
constexpr std::string_view kTimeoutMs = "30000";
constexpr std::string_view kRequestTimeoutMs = "15000";

constexpr OptionSpec kOptions[] = {
    {.name = "bootstrap-server",
     .takes = Takes::kArgument,
     .argument = "host:port",
     .help = "REQUIRED: a broker's address, or several with commas."},
    {.name = "admin.config",
     .takes = Takes::kArgument,
     .argument = "config file",
     .help = "The old name of --command-config.",
     .completes = Completes::kFile},
    {.name = "command-config",
     .takes = Takes::kArgument,
     .argument = "Config file",
     .help = "A file with the configuration of a Java client: security.protocol and what belongs to it.",
     .completes = Completes::kFile},
    {.name = "path-to-json-file",
     .takes = Takes::kArgument,
     .argument = "Path to JSON file",
     .help = "A file of JSON with the partitions:\n{\"partitions\":\n\t[{\"topic\": \"foo\", \"partition\": "
             "1},\n\t {\"topic\": \"foobar\", \"partition\": 2}]\n}",
     .completes = Completes::kFile},
    {.name = "topic", .takes = Takes::kArgument, .argument = "topic name", .help = "The topic."},
    {.name = "partition",
     .takes = Takes::kArgument,
     .argument = "partition id",
     .help = "The partition. REQUIRED with --topic.",
     .type = ArgumentType::kInteger},
    {.name = "all-topic-partitions", .help = "All partitions that such an election may be for."},
    {.name = "election-type",
     .takes = Takes::kArgument,
     .argument = "election type",
     .help = "REQUIRED: \"preferred\", where the leader is not the preferred replica, or \"unclean\", where "
             "there is no leader: records may be lost by it.",
     .choices = "preferred unclean"},
    kHelpOption,
    kVersionOption,
    kJsonOption,
};

struct Election {
  int8_t type = 0;  // 1: unclean
  std::string name;
  std::optional<Partitions> partitions;  // nullopt: all
};

Attempt<> check(const Options& options) {
  std::vector<std::string> missing;
  for (const std::string_view name : {"bootstrap-server", "election-type"}) {
    if (!options.has(name)) missing.emplace_back(name);
  }
  if (!missing.empty()) return failed("Missing required option(s): " + joined(missing, ", "));
  if (auto done = forbid_beside(options, "admin.config", {"command-config"}); !done) return done;
  if (options.count({"topic", "all-topic-partitions", "path-to-json-file"}) != 1) {
    return failed(
        "One and only one of the following options is required: topic, all-topic-partitions, "
        "path-to-json-file");
  }
  if (options.has("topic") && !options.has("partition")) {
    return failed("Missing required option(s): partition");
  }
  if (!options.has("topic") && options.has("partition")) {
    return failed("Option partition is only allowed if topic is used");
  }
  return {};
}

Attempt<Partitions> parse_partitions(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return failed("Replica election data is empty");
  auto object = json_object(*json);
  if (!object) return Error{object.error()};
  const Json* list = (*object)->if_contains("partitions");
  if (list == nullptr) return failed("Replica election data is missing \"partitions\" field");
  auto array = json_array(*list);
  if (!array) return Error{array.error()};
  Partitions partitions;
  Partitions twice;
  for (const Json& element : **array) {
    auto one = json_object(element);
    if (!one) return Error{one.error()};
    auto topic = json_string(**one, "topic");
    if (!topic) return Error{topic.error()};
    auto partition = json_int(**one, "partition");
    if (!partition) return Error{partition.error()};
    const TopicPartition key{*topic, *partition};
    if (!partitions.insert(key).second) twice.insert(key);
  }
  if (twice.empty()) return partitions;
  std::vector<std::string> texts;
  for (const TopicPartition& one : twice) texts.push_back(one.text());
  return failed(
      fmt::format("Replica election data contains duplicate partitions: [{}]", joined(texts, ", ")));
}

Attempt<Election> election_of(const Options& options, storage::Disk& disk) {
  Election election;
  election.name = upper_case(*options.value("election-type"));
  if (election.name == "UNCLEAN") {
    election.type = 1;
  } else if (election.name != "PREFERRED") {
    return failed(
        fmt::format("Cannot parse argument '{}' of option election-type", *options.value("election-type")));
  }
  if (const auto topic = options.value("topic")) {
    const auto partition = static_cast<int32_t>(*options.number("partition"));
    election.partitions.emplace().insert(TopicPartition{*topic, partition});
  } else if (const auto path = options.value("path-to-json-file")) {
    auto text = read_named_file(disk, *path);
    if (!text) return Error{text.error()};
    auto partitions = parse_partitions(*text);
    if (!partitions) return Error{partitions.error()};
    election.partitions = *std::move(partitions);
  }
  return election;
}

Attempt<ClientConfig> config_of(const Options& options, Session& session) {
  std::optional<std::string> path = options.value("command-config");
  if (options.has("admin.config")) {
    session.console.line(
        "Option --admin.config has been deprecated and will be removed in a future version. Use "
        "--command-config instead.");
    path = options.value("admin.config");
  }
  auto properties = load_properties(session.disk, path);
  if (!properties) return Error{properties.error()};
  properties->set("bootstrap.servers", *options.value("bootstrap-server"));
  properties->set_default("default.api.timeout.ms", std::string(kTimeoutMs));
  properties->set_default("request.timeout.ms", std::string(kRequestTimeoutMs));
  return make_client_config(*properties, session);
}

// What kept each partition from a new leader, or nothing.
using Outcomes = std::map<TopicPartition, std::optional<ToolError>>;

Attempt<Outcomes> elect(Client& client, const Election& election) {
  ElectLeadersRequest request;
  request.election_type = election.type;
  request.timeout_ms = static_cast<int32_t>(client.config().request_timeout_ms);
  request.topic_partitions.reset();  // all of them
  if (election.partitions) {
    auto& topics = request.topic_partitions.emplace();
    for (const TopicPartition& one : *election.partitions) {
      if (topics.empty() || topics.back().topic != one.topic) topics.emplace_back().topic = one.topic;
      topics.back().partitions.push_back(one.partition);
    }
  }
  // Version 0 knows preferred replicas alone.
  auto answer = client.ask_controller<ElectLeadersResponse>("electLeaders", request, {.min = election.type});
  if (!answer) return Error{answer.error()};
  if ((*answer)->error_code != 0) return broker_error((*answer)->error_code);
  Outcomes outcomes;
  for (const auto& topic : (*answer)->replica_election_results) {
    for (const auto& one : topic.partition_result) {
      std::optional<ToolError>& outcome = outcomes[{std::string(topic.topic), one.partition_id}];
      if (one.error_code != 0) outcome = broker_error(one.error_code, one.error_message).error;
    }
  }
  return outcomes;
}

// As the tool's Java has them: in sets, and in a table.
std::vector<TopicPartition> in_table_order(std::vector<TopicPartition> partitions) {
  return in_java_order(std::move(partitions), [](const TopicPartition& one) {
    return java_hash(one.topic, one.partition);
  });
}

std::string list_of(const std::vector<TopicPartition>& partitions) {
  std::vector<std::string> texts;
  for (const TopicPartition& one : in_table_order(partitions)) texts.push_back(one.text());
  return joined(texts, ", ");
}

void print_json(Console& console, const Outcomes& outcomes) {
  protocol::JsonWriter json;
  json.begin_array();
  for (const auto& [partition, error] : outcomes) {
    json.begin_object().field("topic", partition.topic).field("partition", partition.partition);
    if (error) json.field("error", exception_text(*error));
    json.end_object();
  }
  console.line("{}", json.end_array().str());
}

// The status.
int tell(Session& session, const Election& election, const Outcomes& outcomes, bool as_json) {
  std::vector<TopicPartition> elected;
  std::vector<TopicPartition> as_before;
  std::vector<TopicPartition> lost;
  for (const auto& [partition, error] : outcomes) {
    const bool is_needless = error && error->code == ErrorCode::kElectionNotNeeded;
    (!error ? elected : is_needless ? as_before : lost).push_back(partition);
  }
  Console& console = session.console;
  if (as_json) {
    print_json(console, outcomes);
    return lost.empty() ? 0 : 1;
  }
  if (!elected.empty()) {
    console.line("Successfully completed leader election ({}) for partitions {}", election.name,
                 list_of(elected));
  }
  if (!as_before.empty()) console.line("Valid replica already elected for partitions {}", list_of(as_before));
  if (lost.empty()) return 0;
  for (const TopicPartition& one : in_table_order(lost)) {
    console.line("Error completing leader election ({}) for partition: {}: {}", election.name, one.text(),
                 exception_text(*outcomes.at(one)));
  }
  console.error_line("{} replica(s) could not be elected", lost.size());
  return 1;
}

// A message that Kafka's tool prints twice.
int say_twice(Console& console, std::string_view message) {
  console.line("{}", message);
  console.error_line("{}", message);
  return 1;
}

}  // namespace

OptionTable leader_election_options() { return kOptions; }

int run_leader_election(Session& session, Words words) {
  const OptionTable table = table_for(session, kOptions);
  Begun begun = begin_tool(session, table, words, kAbout);
  if (!begun.options) return begun.status;
  const Options& options = *begun.options;
  if (auto done = check(options); !done) return say_wrong(session, table, done.error());
  auto election = election_of(options, session.disk);
  if (!election) return say_wrong(session, table, election.error());
  auto config = config_of(options, session);
  if (!config) return say_wrong(session, table, config.error());
  Client client(*std::move(config), session);
  auto outcomes = elect(client, *election);
  if (outcomes) return tell(session, *election, *outcomes, options.has("json"));
  const ToolError& error = outcomes.error();
  if (error.kind == ToolError::Kind::kTimeout) {
    return say_twice(session.console, "Timeout waiting for election results");
  }
  if (error.code == ErrorCode::kClusterAuthorizationFailed) {
    return say_twice(session.console, "Not authorized to perform leader election");
  }
  session.console.error_line("java.util.concurrent.ExecutionException: {}", exception_text(error));
  return 1;
}

}  // namespace klamm::cli
