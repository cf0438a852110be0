// kafka-metadata-quorum: who the controllers are, how far each is, and changes to who they are.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/commands.h"
#include "cli/metadata_quorum_controllers.h"
#include "cli/text.h"
#include "cli/tool_list.h"
#include "protocol/json_writer.h"
#include "protocol/messages/describe_quorum_request.h"
#include "protocol/messages/describe_quorum_response.h"

namespace klamm::cli {
namespace {

using protocol::DescribeQuorumRequest;
using protocol::DescribeQuorumResponse;
using protocol::ErrorCode;
using Partition = DescribeQuorumResponse::PartitionData;
using Replica = DescribeQuorumResponse::ReplicaState;

constexpr std::string_view kMetadataTopic = "__cluster_metadata";

constexpr OptionSpec kOptions[] = {
    {.name = "bootstrap-server",
     .takes = Takes::kArgument,
     .help = "A broker's address, or several with commas."},
    {.name = "bootstrap-controller",
     .takes = Takes::kArgument,
     .help = "A controller's address, or several with commas."},
    {.name = "command-config",
     .takes = Takes::kArgument,
     .help = "A file with the configuration of a Java client; with add-controller, of the controller, too.",
     .completes = Completes::kFile},
    {.name = "status", .help = "The quorum in short."},
    {.name = "replication", .help = "How far each replica is."},
    {.name = "human-readable", .help = "Times as they would be told."},
    {.name = "dry-run", .help = "Only say what would be done."},
    {.name = "controller-id",
     .takes = Takes::kArgument,
     .help = "The controller's id.",
     .type = ArgumentType::kInteger,
     .letter = 'i'},
    {.name = "controller-directory-id",
     .takes = Takes::kArgument,
     .help = "The id of the directory of its metadata.",
     .letter = 'd'},
    kJsonOption,
};

constexpr Command kCommands[] = {
    {.name = "describe",
     .help = "Describe the quorum.",
     .options = "status replication human-readable json"},
    {.name = "add-controller", .help = "Add a controller to the quorum.", .options = "dry-run"},
    {.name = "remove-controller",
     .help = "Remove a controller from the quorum.",
     .options = "controller-id controller-directory-id dry-run",
     .required = "controller-id controller-directory-id"},
};
constexpr CommandLine kLine{.name = "kafka-metadata-quorum",
                            .about = "This tool describes kraft metadata quorum status.",
                            .table = kOptions,
                            .options = "bootstrap-server bootstrap-controller command-config",
                            .commands = kCommands};

// The answer, with one partition in it.
using Quorum = Answer<DescribeQuorumResponse>;

Attempt<Quorum> describe_quorum(Client& client) {
  DescribeQuorumRequest request;
  auto& topic = request.topics.emplace_back();
  topic.topic_name = kMetadataTopic;
  topic.partitions.emplace_back().partition_index = 0;
  return client.retried("describeMetadataQuorum", [&](const Deadline& deadline) -> Attempt<Quorum> {
    auto connection = client.controller(deadline);
    if (!connection) return Error{connection.error()};
    auto answer = client.ask<DescribeQuorumResponse>(**connection, request, deadline);
    if (!answer) return answer;
    const DescribeQuorumResponse& body = **answer;
    int16_t code = body.error_code;
    auto said = body.error_message;
    if (code == 0) {
      if (body.topics.size() != 1 || body.topics.front().partitions.size() != 1) {
        return failed("DescribeQuorum was answered without the partition of the cluster's metadata");
      }
      code = body.topics.front().partitions.front().error_code;
      said = body.topics.front().partitions.front().error_message;
    }
    // Versions below 2 have no messages.
    if (said && said->empty()) said.reset();
    if (code == 0) return answer;
    const bool passes = protocol::is_retriable(static_cast<ErrorCode>(code));
    return passes ? passing_error(code, said) : broker_error(code, said);
  });
}

const Partition& partition_of(const Quorum& quorum) { return quorum->topics.front().partitions.front(); }

Attempt<const Replica*> leader_of(const Partition& partition) {
  const auto leader = std::ranges::find(partition.current_voters, partition.leader_id, &Replica::replica_id);
  if (leader == partition.current_voters.end()) return failed("the quorum has no leader at present");
  return &*leader;
}

std::vector<std::string> endpoints_of(const Quorum& quorum, int32_t id) {
  std::vector<std::string> endpoints;
  for (const auto& node : quorum->nodes) {
    if (node.node_id != id) continue;
    for (const auto& one : node.listeners) {
      endpoints.push_back(RaftEndpoint{std::string(one.name), std::string(one.host), one.port}.text());
    }
  }
  return endpoints;
}

// [{"id": 1, "directoryId": "...", "endpoints": ["CONTROLLER://host:9093"]}], with Kafka's blanks.
std::string replicas_text(const Quorum& quorum, const std::vector<Replica>& replicas) {
  std::vector<std::string> texts;
  for (const Replica& replica : replicas) {
    std::string text = fmt::format("{{\"id\": {}", replica.replica_id);
    if (!replica.replica_directory_id.is_zero()) {
      text += fmt::format(", \"directoryId\": \"{}\"", replica.replica_directory_id.to_string());
    }
    const auto endpoints = endpoints_of(quorum, replica.replica_id);
    if (!endpoints.empty()) text += fmt::format(", \"endpoints\": [\"{}\"]", joined(endpoints, "\", \""));
    texts.push_back(text + "}");
  }
  return fmt::format("[{}]", joined(texts, ", "));
}

struct Lag {
  int64_t offsets = 0;
  int64_t ms = 0;
};

// Of the voter that is behind the others.
Lag max_lag(const Partition& partition, const Replica& leader) {
  const Replica& last =
      *std::ranges::min_element(partition.current_voters, {}, &Replica::log_end_offset);
  Lag lag{.offsets = difference(leader.log_end_offset, last.log_end_offset)};
  if (&last == &leader) return lag;
  const bool is_known = leader.last_caught_up_timestamp != -1 && last.last_caught_up_timestamp != -1;
  lag.ms = is_known ? difference(leader.last_caught_up_timestamp, last.last_caught_up_timestamp) : -1;
  return lag;
}

Attempt<> show_status(Client& client, bool as_json) {
  auto named =
      client.retried("listNodes", [&](const Deadline& deadline) { return client.refresh_nodes(deadline); });
  if (!named) return named;
  auto quorum = describe_quorum(client);
  if (!quorum) return Error{quorum.error()};
  const Partition& partition = partition_of(*quorum);
  auto leader = leader_of(partition);
  if (!leader) return Error{leader.error()};
  const Lag lag = max_lag(partition, **leader);
  Console& console = client.session().console;
  if (as_json) {
    protocol::JsonWriter json;
    json.begin_object().field("cluster_id", client.cluster_id()).field("leader_id", partition.leader_id);
    json.field("leader_epoch", partition.leader_epoch).field("high_watermark", partition.high_watermark);
    json.field("max_follower_lag", lag.offsets).field("max_follower_lag_ms", lag.ms);
    json.key("voters").raw(replicas_text(*quorum, partition.current_voters));
    json.key("observers").raw(replicas_text(*quorum, partition.observers)).end_object();
    console.line("{}", json.str());
    return {};
  }
  console.line("ClusterId:              {}", client.cluster_id());
  console.line("LeaderId:               {}", partition.leader_id);
  console.line("LeaderEpoch:            {}", partition.leader_epoch);
  console.line("HighWatermark:          {}", partition.high_watermark);
  console.line("MaxFollowerLag:         {}", lag.offsets);
  console.line("MaxFollowerLagTimeMs:   {}", lag.ms);
  console.line("CurrentVoters:          {}", replicas_text(*quorum, partition.current_voters));
  console.line("CurrentObservers:       {}", replicas_text(*quorum, partition.observers));
  return {};
}

using Cells = std::vector<std::string>;

// Each column as wide as its widest cell, and a tab behind each cell.
void print_rows(Console& console, const std::vector<Cells>& rows) {
  std::vector<size_t> widths(rows.front().size());
  for (const Cells& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], java_length(row[i]));
  }
  for (const Cells& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) line += padded(row[i], widths[i]) + "\t";
    console.line("{}", line);
  }
}

Attempt<std::string> time_text(int64_t ms, std::string_view what, bool for_people, int64_t now_ms) {
  if (ms == -1) return std::string("-1");
  if (!for_people) return fmt::format("{}", ms);
  if (ms > 0 && ms <= now_ms) return fmt::format("{} ms ago", now_ms - ms);
  return failed(
      fmt::format("Error while computing relative time, possible drift in system clock.\nCurrent timestamp "
                  "is {}, {} timestamp is {}",
                  now_ms, what, ms));
}

struct RowOf {
  const Replica* replica;
  std::string_view status;
};

std::vector<RowOf> rows_of(const Partition& partition, const Replica& leader) {
  std::vector<RowOf> rows = {{&leader, "Leader"}};
  for (const Replica& voter : partition.current_voters) {
    if (voter.replica_id != leader.replica_id) rows.push_back({&voter, "Follower"});
  }
  for (const Replica& observer : partition.observers) rows.push_back({&observer, "Observer"});
  return rows;
}

void print_replication_json(Console& console, const std::vector<RowOf>& rows, const Replica& leader) {
  protocol::JsonWriter json;
  json.begin_array();
  for (const RowOf& row : rows) {
    const Replica& one = *row.replica;
    json.begin_object().field("id", one.replica_id);
    json.field("directory_id", one.replica_directory_id.to_string());
    json.field("log_end_offset", one.log_end_offset);
    json.field("lag", difference(leader.log_end_offset, one.log_end_offset));
    json.field("last_fetch_ms", one.last_fetch_timestamp);
    json.field("last_caught_up_ms", one.last_caught_up_timestamp).field("status", row.status).end_object();
  }
  console.line("{}", json.end_array().str());
}

Attempt<> show_replication(Client& client, const Options& options) {
  auto quorum = describe_quorum(client);
  if (!quorum) return Error{quorum.error()};
  const Partition& partition = partition_of(*quorum);
  auto leader = leader_of(partition);
  if (!leader) return Error{leader.error()};
  const auto rows = rows_of(partition, **leader);
  Console& console = client.session().console;
  if (options.has("json")) {
    print_replication_json(console, rows, **leader);
    return {};
  }
  const bool for_people = options.has("human-readable");
  const int64_t now_ms = client.session().clock.wall_ms();
  std::vector<Cells> table = {{"NodeId", "DirectoryId", "LogEndOffset", "Lag", "LastFetchTimestamp",
                               "LastCaughtUpTimestamp", "Status"}};
  for (const RowOf& row : rows) {
    const Replica& one = *row.replica;
    auto fetched = time_text(one.last_fetch_timestamp, "last fetch", for_people, now_ms);
    if (!fetched) return Error{fetched.error()};
    auto caught_up = time_text(one.last_caught_up_timestamp, "last caught up", for_people, now_ms);
    if (!caught_up) return Error{caught_up.error()};
    table.push_back({fmt::format("{}", one.replica_id), one.replica_directory_id.to_string(),
                     fmt::format("{}", one.log_end_offset),
                     fmt::format("{}", difference((*leader)->log_end_offset, one.log_end_offset)), *fetched,
                     *caught_up, std::string(row.status)});
  }
  print_rows(console, table);
  return {};
}

Attempt<> describe(Client& client, const Options& options) {
  if (options.has("status") && options.has("replication")) {
    return failed("Only one of --status or --replication should be specified with describe sub-command");
  }
  if (options.has("replication")) return show_replication(client, options);
  if (!options.has("status")) {
    return failed("One of --status or --replication must be specified with describe sub-command");
  }
  if (options.has("human-readable")) {
    return failed("The option --human-readable is only supported along with --replication");
  }
  return show_status(client, options.has("json"));
}

Attempt<> run_chosen(const ChosenCommand& chosen, Session& session) {
  const Options& options = chosen.options;
  const auto path = options.value("command-config");
  if (path && !session.disk.exists(*path)) {
    return failed(fmt::format("Properties file {} does not exists!", *path));
  }
  auto client = make_client(options, session);
  if (!client) return Error{client.error()};
  if (chosen.name == "describe") return describe(**client, options);
  if (chosen.name == "remove-controller") return remove_controller(**client, options);
  return add_controller(**client, options);
}

}  // namespace

OptionTable metadata_quorum_options() { return kOptions; }

int run_metadata_quorum(Session& session, Words words) {
  const ChosenCommand chosen = begin_command(session, kLine, words);
  if (chosen.name.empty()) return chosen.status;
  const auto done = run_chosen(chosen, session);
  if (done) return 0;
  session.console.error_line("{}", thrown_text(done.error()));
  return 1;
}

}  // namespace klamm::cli
