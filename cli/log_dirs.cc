// kafka-log-dirs: how much lies in which directory of which broker, as one line of JSON. The keys and the
// replicas stand in the order of Java's hash tables, as in what Kafka's tool prints.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/topics.h"
#include "cli/java_order.h"
#include "cli/text.h"
#include "cli/tool_list.h"
#include "protocol/json_writer.h"
#include "protocol/messages/describe_log_dirs_request.h"
#include "protocol/messages/describe_log_dirs_response.h"

namespace klamm::cli {
namespace {

using protocol::DescribeLogDirsRequest;
using protocol::DescribeLogDirsResponse;
using protocol::ErrorCode;
using protocol::JsonWriter;
using LogDirsAnswer = Answer<DescribeLogDirsResponse>;
using Directory = DescribeLogDirsResponse::DescribeLogDirsResult;

constexpr std::string_view kAbout =
    "This tool helps to query log directory usage on the specified brokers.";

constexpr OptionSpec kOptions[] = {
    {.name = "bootstrap-server",
     .takes = Takes::kArgument,
     .argument = "The server(s) to use for bootstrapping",
     .help = "REQUIRED: a broker's address, or several with commas."},
    {.name = "command-config",
     .takes = Takes::kArgument,
     .argument = "Admin client property file",
     .help = "A file with the configuration of a Java client: security.protocol and what belongs to it.",
     .completes = Completes::kFile},
    {.name = "describe", .help = "Describe the directories. REQUIRED."},
    {.name = "topic-list",
     .takes = Takes::kArgument,
     .argument = "Topic list",
     .help = "Of which topics, with commas between them; all without it."},
    {.name = "broker-list",
     .takes = Takes::kArgument,
     .argument = "Broker list",
     .help = "Of which brokers, by their ids, with commas between them; all without it."},
    kHelpOption,
    kVersionOption,
};

struct FoundReplica {
  TopicPartition partition;
  int64_t size = 0;
  int64_t lag = 0;
  bool is_future = false;
};

std::vector<std::string> pieces_of(const Options& options, std::string_view name) {
  std::vector<std::string> pieces;
  for (const std::string_view piece : split(options.value(name).value_or(""), ',')) {
    if (!piece.empty()) pieces.emplace_back(piece);
  }
  return pieces;
}

// As a Java set of them is gone through.
std::vector<int32_t> in_set_order(const std::set<int32_t>& ids) {
  return in_java_order(std::vector<int32_t>(ids.begin(), ids.end()), [](int32_t id) { return id; });
}

Attempt<std::set<int32_t>> brokers_of(const Options& options) {
  std::set<int32_t> ids;
  for (const std::string& piece : pieces_of(options, "broker-list")) {
    const auto id = parse_int(piece);
    if (!id) return wrong_argument(fmt::format("For input string: \"{}\"", piece));
    ids.insert(*id);
  }
  return ids;
}

std::vector<FoundReplica> replicas_in(const Directory& directory, const std::set<std::string>& topics) {
  std::vector<FoundReplica> replicas;
  for (const auto& topic : directory.topics) {
    const std::string name(topic.name);
    if (!topics.empty() && !topics.contains(name)) continue;
    for (const auto& one : topic.partitions) {
      replicas.push_back({.partition = {name, one.partition_index},
                          .size = one.partition_size,
                          .lag = one.offset_lag,
                          .is_future = one.is_future_key});
    }
  }
  return in_java_order(std::move(replicas), [](const FoundReplica& replica) {
    return java_hash(replica.partition.topic, replica.partition.partition);
  });
}

void add_directory(JsonWriter& json, const Directory& directory, const std::set<std::string>& topics) {
  json.begin_object().key("partitions").begin_array();
  for (const FoundReplica& replica : replicas_in(directory, topics)) {
    json.begin_object().field("partition", replica.partition.text()).field("size", replica.size);
    json.field("offsetLag", replica.lag).key("isFuture").boolean(replica.is_future).end_object();
  }
  json.end_array().key("error");
  if (directory.error_code == 0) {
    json.null();
  } else {
    const ToolError error = broker_error(directory.error_code).error;
    json.text("org.apache.kafka.common.errors." + exception_name(error));
  }
  json.field("logDir", directory.log_dir).end_object();
}

Attempt<LogDirsAnswer> ask_broker(Client& client, int32_t id) {
  DescribeLogDirsRequest request;
  request.topics.reset();  // all of them
  auto answer = client.ask_node<DescribeLogDirsResponse>("describeLogDirs", id, request);
  if (!answer || !(*answer)->results.empty()) return answer;
  // Below version 3 there is no code: then it is that we may not.
  if ((*answer)->error_code == 0) return broker_error(ErrorCode::kClusterAuthorizationFailed);
  return broker_error((*answer)->error_code);
}

Attempt<std::set<int32_t>> wanted_brokers(Client& client, const Options& options) {
  auto wanted = brokers_of(options);
  if (!wanted) return wanted;
  auto nodes = client.retried("listNodes", [&](const Deadline& deadline) { return client.nodes(deadline); });
  if (!nodes) return Error{nodes.error()};
  std::set<int32_t> known;
  for (const Node& node : *nodes) known.insert(node.id);
  if (wanted->empty()) return known;
  std::set<int32_t> unknown;
  std::ranges::set_difference(*wanted, known, std::inserter(unknown, unknown.end()));
  if (unknown.empty()) return wanted;
  return failed(fmt::format(
      "ERROR: The given brokers do not exist from --broker-list: {}. Current existent brokers: {}",
      joined_numbers(in_set_order(unknown)), joined_numbers(in_set_order(known))));
}

Attempt<> describe(Client& client, const Options& options) {
  auto brokers = wanted_brokers(client, options);
  if (!brokers) return Error{brokers.error()};
  const auto pieces = pieces_of(options, "topic-list");
  const std::set<std::string> topics(pieces.begin(), pieces.end());
  const std::vector<int32_t> ids = in_set_order(*brokers);
  Console& console = client.session().console;
  console.line("Querying brokers for log directories information");
  console.flush();
  JsonWriter json;
  json.begin_object().key("brokers").begin_array();
  // The answers are in a table that was made for as many.
  for (const int32_t id : in_java_order(ids, [](int32_t one) { return one; }, ids.size())) {
    auto answer = ask_broker(client, id);
    if (!answer) return Error{answer.error()};
    const size_t capacity = (*answer)->results.size();
    const auto directories = in_java_order(
        (*answer)->results, [](const Directory& one) { return java_hash(one.log_dir); }, capacity);
    json.begin_object().field("broker", id).key("logDirs").begin_array();
    for (const Directory& directory : directories) add_directory(json, directory, topics);
    json.end_array().end_object();
  }
  json.end_array().field("version", 1).end_object();
  console.line("Received log directory information from brokers {}", joined_numbers(ids));
  console.line("{}", json.str());
  return {};
}

}  // namespace

OptionTable log_dirs_options() { return kOptions; }

int run_log_dirs(Session& session, Words words) {
  const OptionTable table = kOptions;
  Begun begun = begin_tool(session, table, words, kAbout);
  if (!begun.options) return begun.status;
  const Options& options = *begun.options;
  auto done = require_options(options, {"bootstrap-server", "describe"});
  if (!done) return say_wrong(session, table, done.error());
  auto client = make_client(options, session);
  if (!client) return say_wrong(session, table, client.error());
  done = describe(**client, options);
  if (done) return 0;
  session.console.error_line("{}", thrown_text(done.error()));
  return 1;
}

}  // namespace klamm::cli
