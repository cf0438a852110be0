// kafka-delete-records: moves the beginnings of partitions on, to offsets that a file names.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/topics.h"
#include "cli/json_text.h"
#include "cli/text.h"
#include "cli/tool_list.h"
#include "protocol/json_writer.h"
#include "protocol/messages/delete_records_request.h"
#include "protocol/messages/delete_records_response.h"

namespace klamm::cli {
namespace {

using protocol::DeleteRecordsRequest;
using protocol::DeleteRecordsResponse;
using protocol::ErrorCode;

constexpr std::string_view kAbout =
    "This tool helps to delete records of the given partitions down to the specified offset.";

constexpr OptionSpec kOptions[] = {
    {.name = "bootstrap-server",
     .takes = Takes::kArgument,
     .argument = "server(s) to use for bootstrapping",
     .help = "REQUIRED: a broker's address, or several with commas."},
    {.name = "offset-json-file",
     .takes = Takes::kArgument,
     .argument = "Offset json file path",
     .help = "REQUIRED: a file of JSON with an offset for each partition:\n{\"partitions\":\n"
             "  [{\"topic\": \"foo\", \"partition\": 1, \"offset\": 1}],\n \"version\":1\n}",
     .completes = Completes::kFile},
    {.name = "command-config",
     .takes = Takes::kArgument,
     .argument = "command config property file path",
     .help = "A file with the configuration of a Java client: security.protocol and what belongs to it.",
     .completes = Completes::kFile},
    kHelpOption,
    kVersionOption,
    kJsonOption,
};

using Offsets = std::map<TopicPartition, int64_t>;
using Outcomes = std::map<TopicPartition, Attempt<int64_t>>;

Attempt<Offsets> parse_offsets(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return failed("The input string is not a valid JSON");
  auto object = json_object(*json);
  if (!object) return Error{object.error()};
  int32_t version = 1;
  if (const Json* given = (*object)->if_contains("version")) {
    auto number = json_int(*given);
    if (!number) return Error{number.error()};
    version = *number;
  }
  if (version != 1) return failed(fmt::format("Not supported version field value {}", version));
  const Json* partitions = (*object)->if_contains("partitions");
  if (partitions == nullptr) return failed("Missing partitions field");
  auto array = json_array(*partitions);
  if (!array) return Error{array.error()};
  Offsets offsets;
  std::vector<std::string> twice;
  for (const Json& element : **array) {
    auto one = json_object(element);
    if (!one) return Error{one.error()};
    auto topic = json_string(**one, "topic");
    if (!topic) return Error{topic.error()};
    auto partition = json_int(**one, "partition");
    if (!partition) return Error{partition.error()};
    auto offset = json_long(**one, "offset");
    if (!offset) return Error{offset.error()};
    const TopicPartition key{*topic, *partition};
    if (!offsets.emplace(key, *offset).second) twice.push_back(key.text());
  }
  if (twice.empty()) return offsets;
  return failed(
      fmt::format("Offset json file contains duplicate topic partitions: {}", joined(twice, ",")));
}

// What of `left` one node leads; the names are views into it.
DeleteRecordsRequest request_for(const Offsets& left, const Leaders& leaders, int32_t node) {
  DeleteRecordsRequest request;
  request.timeout_ms = 30'000;
  for (const auto& [partition, offset] : left) {
    const auto leader = leaders.find(partition);
    if (leader == leaders.end() || leader->second != node) continue;
    if (request.topics.empty() || request.topics.back().name != partition.topic) {
      request.topics.emplace_back().name = partition.topic;
    }
    auto& one = request.topics.back().partitions.emplace_back();
    one.partition_index = partition.partition;
    one.offset = offset;
  }
  return request;
}

class Deletion {
 public:
  Deletion(Client& client, Offsets offsets) : client_(client), left_(std::move(offsets)) {}

  // What became of each. All fail with what keeps the whole.
  Outcomes run() {
    auto done = client_.retried("deleteRecords", [&](const Deadline& deadline) { return round(deadline); });
    if (!done) {
      for (const auto& [partition, offset] : left_) {
        outcomes_.insert_or_assign(partition, Attempt<int64_t>(Error<ToolError>{done.error()}));
      }
    }
    return std::move(outcomes_);
  }

 private:
  Attempt<> round(const Deadline& deadline) {
    auto leaders = find_leaders_of_left();
    if (!leaders) return Error{leaders.error()};
    std::set<int32_t> nodes;
    for (const auto& [partition, leader] : *leaders) nodes.insert(leader);
    int16_t passing = protocol::wire_value(ErrorCode::kLeaderNotAvailable);
    for (const int32_t id : nodes) {
      auto connection = client_.node(id, deadline);
      if (!connection) return Error{connection.error()};
      const Offsets asked = left_;
      auto answer =
          client_.ask<DeleteRecordsResponse>(**connection, request_for(asked, *leaders, id), deadline);
      if (!answer) return Error{answer.error()};
      take(**answer, passing);
    }
    if (left_.empty()) return {};
    return passing_error(passing);
  }

  // What is not there at all has its outcome then.
  Attempt<Leaders> find_leaders_of_left() {
    std::vector<std::string> topics;
    for (const auto& [partition, offset] : left_) topics.push_back(partition.topic);
    auto described = try_describe_topics(client_, std::move(topics));
    if (!described) return Error{described.error()};
    Leaders leaders;
    for (const auto& [name, topic] : *described) {
      if (!topic) continue;
      for (const auto& one : topic->partitions) {
        const TopicPartition partition{name, one.partition};
        if (left_.contains(partition)) leaders[partition] = one.leader;
      }
    }
    std::erase_if(left_, [&](const auto& entry) {
      const TopicPartition& partition = entry.first;
      if (leaders.contains(partition)) return false;
      const auto topic = described->find(partition.topic);
      const bool has_error = topic != described->end() && !topic->second;
      const ToolError error =
          has_error ? topic->second.error() : broker_error(ErrorCode::kUnknownTopicOrPartition).error;
      outcomes_.insert_or_assign(partition, Attempt<int64_t>(Error<ToolError>{error}));
      return true;
    });
    std::erase_if(leaders, [](const auto& entry) { return entry.second < 0; });
    return leaders;
  }

  void take(const DeleteRecordsResponse& response, int16_t& passing) {
    for (const auto& topic : response.topics) {
      for (const auto& one : topic.partitions) {
        const TopicPartition partition{std::string(topic.name), one.partition_index};
        const auto error = static_cast<ErrorCode>(one.error_code);
        if (error != ErrorCode::kNone && protocol::is_retriable(error)) {
          passing = one.error_code;
          continue;
        }
        left_.erase(partition);
        outcomes_.insert_or_assign(partition, error == ErrorCode::kNone
                                                  ? Attempt<int64_t>(one.low_watermark)
                                                  : Attempt<int64_t>(broker_error(error)));
      }
    }
  }

  Client& client_;
  Offsets left_;
  Outcomes outcomes_;
};

void print_json(Console& console, const Outcomes& outcomes) {
  protocol::JsonWriter json;
  json.begin_array();
  for (const auto& [partition, outcome] : outcomes) {
    json.begin_object().field("topic", partition.topic).field("partition", partition.partition);
    if (outcome) json.field("low_watermark", *outcome);
    if (!outcome) json.field("error", exception_text(outcome.error()));
    json.end_object();
  }
  console.line("{}", json.end_array().str());
}

Attempt<> delete_records(const Options& options, Session& session) {
  auto client = make_client(options, session);
  if (!client) return Error{client.error()};
  auto text = read_named_file(session.disk, *options.value("offset-json-file"));
  if (!text) return Error{text.error()};
  auto offsets = parse_offsets(*text);
  if (!offsets) return Error{offsets.error()};
  Console& console = session.console;
  const bool as_json = options.has("json");
  if (!as_json) console.line("Executing records delete operation\nRecords delete operation completed:");
  console.flush();
  const Outcomes outcomes = Deletion(**client, *std::move(offsets)).run();
  if (as_json) {
    print_json(console, outcomes);
    return {};
  }
  for (const auto& [partition, outcome] : outcomes) {
    if (outcome) {
      console.line("partition: {}\tlow_watermark: {}", partition.text(), *outcome);
    } else {
      console.line("partition: {}\terror: {}", partition.text(), exception_text(outcome.error()));
    }
  }
  return {};
}

}  // namespace

OptionTable delete_records_options() { return kOptions; }

int run_delete_records(Session& session, Words words) {
  const OptionTable table = table_for(session, kOptions);
  Begun begun = begin_tool(session, table, words, kAbout);
  if (!begun.options) return begun.status;
  auto done = require_options(*begun.options, {"bootstrap-server", "offset-json-file"});
  if (done) done = delete_records(*begun.options, session);
  return done ? 0 : say_wrong(session, table, done.error());
}

}  // namespace klamm::cli
