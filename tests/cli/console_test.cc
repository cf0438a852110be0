#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "cli/client/membership.h"
#include "cli/client/producer.h"
#include "cli/ending_signals.h"
#include "cli/line_reader.h"
#include "cli/record_formatter.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/find_coordinator_request.h"
#include "protocol/messages/find_coordinator_response.h"
#include "protocol/messages/init_producer_id_request.h"
#include "protocol/messages/init_producer_id_response.h"
#include "protocol/messages/join_group_request.h"
#include "protocol/messages/join_group_response.h"
#include "protocol/messages/leave_group_request.h"
#include "protocol/messages/leave_group_response.h"
#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/metadata_response.h"
#include "protocol/messages/offset_commit_request.h"
#include "protocol/messages/offset_commit_response.h"
#include "protocol/messages/offset_fetch_request.h"
#include "protocol/messages/offset_fetch_response.h"
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "protocol/messages/sync_group_request.h"
#include "protocol/messages/sync_group_response.h"
#include "protocol/record_batch_builder.h"
#include "protocol/record_batch_records.h"
#include "tests/cli/tool_fixture.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

using protocol::FetchRequest;
using protocol::FetchResponse;
using protocol::InitProducerIdRequest;
using protocol::InitProducerIdResponse;
using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;
using protocol::MetadataRequest;
using protocol::MetadataResponse;
using protocol::ProduceRequest;
using protocol::ProduceResponse;

// One partition whose log is in memory.
class ConsoleFixture : public ToolFixture {
 public:
  ConsoleFixture() {
    topics = {{.name = "t"}};
    broker.on<InitProducerIdRequest, InitProducerIdResponse>([](const InitProducerIdRequest&, int16_t) {
      InitProducerIdResponse response;
      response.producer_id = 42;
      return response;
    });
    broker.on<ProduceRequest, ProduceResponse>([this](const ProduceRequest& request, int16_t) {
      const auto& partition = request.topic_data.front().partition_data.front();
      ProduceResponse response;
      auto& topic = response.responses.emplace_back();
      topic.name = request.topic_data.front().name;
      auto& one = topic.partition_responses.emplace_back();
      if (!refusals.empty()) {
        one.error_code = refusals.back();
        refusals.pop_back();
        return response;
      }
      const ByteView records = partition.records->bytes;
      log.emplace_back(records.begin(), records.end());
      return response;
    });
    broker.on<ListOffsetsRequest, ListOffsetsResponse>([](const ListOffsetsRequest&, int16_t) {
      ListOffsetsResponse response;
      auto& topic = response.topics.emplace_back();
      topic.name = "t";
      topic.partitions.push_back({.partition_index = 0, .offset = 0});
      return response;
    });
    broker.on<FetchRequest, FetchResponse>([this](const FetchRequest& request, int16_t) {
      FetchResponse response;
      auto& topic = response.responses.emplace_back();
      topic.topic = "t";
      auto& partition = topic.partitions.emplace_back();
      const auto at = static_cast<size_t>(request.topics.front().partitions.front().fetch_offset);
      partition.records = protocol::Records{};
      // Each batch of a test is one record, at its place.
      if (at < log.size()) partition.records = protocol::Records{.bytes = log[at]};
      if (at >= log.size()) clock.now_ms += request.max_wait_ms;
      return response;
    });
  }

  Ran produce(std::string lines, std::vector<std::string_view> words = {}) {
    input = std::move(lines);
    for (const std::string_view word : {"t", "--topic", "broker:9092", "--bootstrap-server"}) {
      words.insert(words.begin(), word);
    }
    return run("kafka-console-producer", std::move(words));
  }

  Ran consume(std::vector<std::string_view> words) {
    for (const std::string_view word : {"t", "--topic", "broker:9092", "--bootstrap-server"}) {
      words.insert(words.begin(), word);
    }
    return run("kafka-console-consumer", std::move(words));
  }

  // Of the one broker, and the topic with this leader.
  static MetadataResponse metadata_with(int32_t leader, int16_t error_code = 0) {
    MetadataResponse response;
    auto& node = response.brokers.emplace_back();
    node.node_id = 1;
    node.host = "broker";
    node.port = 9092;
    auto& topic = response.topics.emplace_back();
    topic.name = "t";
    topic.error_code = error_code;
    topic.partitions.emplace_back().leader_id = leader;
    return response;
  }

  void append(std::string_view key, std::string_view value) {
    protocol::BatchFields fields;
    fields.base_offset = Offset{static_cast<int64_t>(log.size())};
    protocol::RecordBatchBuilder builder(fields);
    const std::vector<protocol::NewHeader> headers = {{"h", as_bytes("x")}};
    builder.append(1000, as_bytes(key), as_bytes(value), headers);
    log.push_back(builder.build());
  }

  std::vector<Bytes> log;
  std::vector<int16_t> refusals;  // of the next Produce requests, from the last on
};

std::vector<std::string> values_in(const Bytes& batch) {
  const protocol::BatchView view{ByteView(batch)};
  protocol::RecordCursor cursor(view.records(), view.record_count());
  std::vector<std::string> values;
  while (const protocol::Record* record = cursor.next()) {
    const std::string key = record->key ? std::string(as_text(*record->key)) + "=" : "";
    values.push_back(key + (record->value ? std::string(as_text(*record->value)) : "null"));
  }
  return values;
}

TEST_CASE_METHOD(ConsoleFixture, "lines become records, those that come together one batch") {
  REQUIRE(produce("a\nb\n").status == 0);
  REQUIRE(log.size() == 1);
  REQUIRE(values_in(log.front()) == std::vector<std::string>{"a", "b"});
  REQUIRE(protocol::BatchView(ByteView(log.front())).producer_id() == 42);
}

TEST_CASE_METHOD(ConsoleFixture, "with --sync each line is a batch, with the sequence that follows") {
  produce("a\nb\n", {"--sync"});
  REQUIRE(log.size() == 2);
  REQUIRE(protocol::BatchView(ByteView(log.back())).base_sequence() == 1);
}

TEST_CASE_METHOD(ConsoleFixture, "keys are parsed where that is asked for") {
  produce("k|v\n", {"--reader-property", "parse.key=true", "--reader-property", "key.separator=|"});
  REQUIRE(values_in(log.front()) == std::vector<std::string>{"k=v"});
}

TEST_CASE_METHOD(ConsoleFixture, "a leader that has moved is asked again, and nothing is lost") {
  refusals = {6, 6};
  REQUIRE(produce("a\n").err.empty());
  REQUIRE(log.size() == 1);
}

TEST_CASE_METHOD(ConsoleFixture, "a record that is refused is told, and the status stays 0") {
  refusals = {10};
  const Ran ran = produce("abc\n");
  REQUIRE(ran.status == 0);
  REQUIRE(ran.err.starts_with(
      "ERROR Error when sending message to topic t with key: null, value: 3 bytes with error:\n"
      "org.apache.kafka.common.errors.RecordTooLargeException: "));
  refusals = {10};
  REQUIRE(produce("abc\n", {"--sync"}).status == 1);
}

// The broker may have it: under the same number another one would be taken for it.
TEST_CASE_METHOD(ConsoleFixture, "behind a record of which nobody knows, the producer is another one") {
  bool is_refused = false;
  broker.on<ProduceRequest, ProduceResponse>([&](const ProduceRequest& request, int16_t) {
    ProduceResponse response;
    auto& topic = response.responses.emplace_back();
    topic.name = request.topic_data.front().name;
    topic.partition_responses.emplace_back().error_code = 6;
    is_refused = true;
    return response;
  });
  broker.on<MetadataRequest, MetadataResponse>([&](const MetadataRequest&, int16_t) {
    return metadata_with(1, std::exchange(is_refused, false) ? 29 : 0);
  });
  produce("a\n");
  const auto asked = [&] { return std::ranges::count(broker.asked(), InitProducerIdRequest::kKey); };
  REQUIRE(asked() == 1);
  produce("a\nb\n", {"--batch-size", "1"});
  REQUIRE(asked() == 3);
}

TEST_CASE_METHOD(ConsoleFixture, "what would send otherwise than is meant is refused") {
  REQUIRE(produce("a\n", {"--command-property", "transactional.id=x"}).status == 1);
  REQUIRE(produce("a\n", {"--command-property", "compression.gzip.level=10", "--compression-codec"}).err ==
          "Invalid value 10 for configuration compression.gzip.level\n");
  REQUIRE(produce("a\n", {"--command-property", "enable.idempotence=true", "--request-required-acks", "1"})
              .status == 1);
  REQUIRE(log.empty());
}

TEST_CASE_METHOD(ConsoleFixture, "a line without a key where there should be one ends the sending") {
  const Ran ran = produce("k|v\nonly\n", {"--reader-property", "parse.key=true", "--reader-property",
                                          "key.separator=|"});
  REQUIRE(ran.status == 1);
  REQUIRE(ran.err ==
          "org.apache.kafka.common.KafkaException: No key separator found on line number 2: 'only'\n");
  REQUIRE(values_in(log.front()) == std::vector<std::string>{"k=v"});
}

TEST_CASE_METHOD(ConsoleFixture, "the old names of options are taken, with a warning where Kafka warns") {
  input = "a\n";
  const Ran ran = run("kafka-console-producer", {"--broker-list", "broker:9092", "--topic", "t",
                                                 "--producer-property", "acks=1"});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.out ==
          "Warning: --producer-property is deprecated and will be removed in a future version. Use "
          "--command-property instead.\n");
  REQUIRE(protocol::BatchView(ByteView(log.front())).producer_id() == -1);
}

TEST_CASE_METHOD(ConsoleFixture, "records are printed with what is asked for, up to their number") {
  append("k", "v");
  append("k2", "v2");
  append("k3", "v3");
  const Ran ran = consume({"--from-beginning", "--max-messages", "2"});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.out == "v\nv2\n");
  REQUIRE(ran.err == "Processed a total of 2 messages\n");
  REQUIRE(consume({"--partition", "0", "--offset", "2", "--max-messages", "1", "--formatter-property",
                   "print.key=true", "--formatter-property", "print.timestamp=true", "--formatter-property",
                   "print.offset=true", "--formatter-property", "print.headers=true",
                   "--formatter-property", "key.separator=|"})
              .out == "CreateTime:1000|Offset:2|h:x|k3|v3\n");
}

TEST_CASE_METHOD(ConsoleFixture, "the end by --timeout-ms is told as Java's exception, with status 0") {
  append("k", "v");
  const Ran ran = consume({"--from-beginning", "--timeout-ms", "2000"});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.out == "v\n");
  REQUIRE(ran.err ==
          "ERROR Error processing message, terminating consumer process: "
          "org.apache.kafka.common.errors.TimeoutException\nProcessed a total of 1 messages\n");
}

TEST_CASE_METHOD(ConsoleFixture, "a partition is read when it gets a leader") {
  append("k", "v");
  int looks = 0;
  broker.on<MetadataRequest, MetadataResponse>(
      [&](const MetadataRequest&, int16_t) { return metadata_with(++looks > 6 ? 1 : -1); });
  REQUIRE(consume({"--from-beginning", "--max-messages", "1"}).out == "v\n");
}

TEST_CASE_METHOD(ConsoleFixture, "a record that cannot be printed ends the reading, or is passed over") {
  append("k", "v");
  append("k", "12345678");
  constexpr std::string_view kLong = "org.apache.kafka.common.serialization.LongDeserializer";
  const Ran ran = consume({"--from-beginning", "--value-deserializer", kLong, "--max-messages", "2"});
  REQUIRE(ran.status == 1);
  REQUIRE(ran.err ==
          "Processed a total of 1 messages\nERROR Unknown error when running consumer: "
          "org.apache.kafka.common.KafkaException: Size of data received by LongDeserializer is not 8\n");
  const Ran past = consume({"--from-beginning", "--value-deserializer", kLong, "--max-messages", "2",
                            "--skip-message-on-error"});
  REQUIRE(past.status == 0);
  REQUIRE(past.out == "3544952156018063160\n");
}

TEST_CASE_METHOD(ConsoleFixture, "as JSON, bytes that are no text are base64") {
  is_native = true;
  append("k", "\xFF");
  REQUIRE(consume({"--from-beginning", "--max-messages", "1", "--json"}).out ==
          R"({"topic":"t","partition":0,"offset":0,"timestamp":1000,"key":"k","value_base64":"/w==",)"
          R"("headers":[{"h":"x"}]})"
          "\n");
}

TEST_CASE_METHOD(ConsoleFixture, "properties that make no sense are refused before anything is read") {
  const auto wrong = [&](std::string_view property) {
    return consume({"--command-property", property, "--max-messages", "1"});
  };
  REQUIRE(wrong("auto.offset.reset=somewhere").status == 1);
  REQUIRE(wrong("fetch.min.bytes=much").status == 1);
  REQUIRE(consume({"--isolation-level", "some"}).err ==
          "Invalid value some for configuration isolation.level: String must be one of (case insensitive): "
          "READ_UNCOMMITTED, READ_COMMITTED\n");
  REQUIRE(broker.asked().empty());
}

// A group of one, whose coordinator keeps what is committed.
class GroupConsumerFixture : public ConsoleFixture {
 public:
  GroupConsumerFixture() {
    broker.on<protocol::FindCoordinatorRequest, protocol::FindCoordinatorResponse>(
        [](const protocol::FindCoordinatorRequest&, int16_t) {
          protocol::FindCoordinatorResponse response;
          auto& one = response.coordinators.emplace_back();
          one.node_id = 1;
          one.host = "broker";
          one.port = 9092;
          return response;
        });
    broker.on<protocol::JoinGroupRequest, protocol::JoinGroupResponse>(
        [](const protocol::JoinGroupRequest& request, int16_t) {
          protocol::JoinGroupResponse response;
          response.member_id = "m";
          response.error_code = request.member_id.empty() ? 79 : 0;
          response.leader = "m";
          response.generation_id = 1;
          auto& member = response.members.emplace_back();
          member.member_id = "m";
          member.metadata = request.protocols.front().metadata;
          return response;
        });
    broker.on<protocol::SyncGroupRequest, protocol::SyncGroupResponse>(
        [](const protocol::SyncGroupRequest& request, int16_t) {
          protocol::SyncGroupResponse response;
          response.assignment = request.assignments.front().assignment;
          return response;
        });
    broker.on<protocol::OffsetFetchRequest, protocol::OffsetFetchResponse>(
        [this](const protocol::OffsetFetchRequest&, int16_t) {
          protocol::OffsetFetchResponse response;
          auto& topic = response.groups.emplace_back().topics.emplace_back();
          topic.name = "t";
          topic.partitions.push_back({.partition_index = 0, .committed_offset = committed});
          return response;
        });
    broker.on<protocol::OffsetCommitRequest, protocol::OffsetCommitResponse>(
        [this](const protocol::OffsetCommitRequest& request, int16_t) {
          committed = request.topics.front().partitions.front().committed_offset;
          generation = request.generation_id_or_member_epoch;
          return protocol::OffsetCommitResponse();
        });
    broker.on<protocol::LeaveGroupRequest, protocol::LeaveGroupResponse>(
        [this](const protocol::LeaveGroupRequest&, int16_t) {
          has_left = true;
          return protocol::LeaveGroupResponse();
        });
  }

  int64_t committed = -1;
  int32_t generation = -1;
  bool has_left = false;
};

TEST_CASE_METHOD(GroupConsumerFixture, "a member reads on where its group was, commits, and leaves") {
  append("k", "v");
  append("k", "v2");
  append("k", "v3");
  committed = 1;
  REQUIRE(consume({"--group", "g", "--max-messages", "1"}).out == "v2\n");
  REQUIRE(committed == 2);
  REQUIRE(generation == 1);
  REQUIRE(has_left);
}

TEST_CASE_METHOD(GroupConsumerFixture, "where a group begins is committed, although nothing has come") {
  REQUIRE(consume({"--group", "g", "--timeout-ms", "1000"}).status == 0);
  REQUIRE(committed == 0);
}

TEST_CASE_METHOD(GroupConsumerFixture, "a group without an offset begins where it is asked to, or says so") {
  append("k", "v");
  REQUIRE(consume({"--group", "g", "--max-messages", "1", "--from-beginning"}).out == "v\n");
  committed = -1;
  REQUIRE(consume({"--group", "g", "--command-property", "auto.offset.reset=none"})
              .err.find("Undefined offset with no reset policy for partitions: [t-0]\n") !=
          std::string::npos);
}

TEST_CASE_METHOD(ConsoleFixture, "a topic or a pattern is required, and a partition needs a topic") {
  REQUIRE(run("kafka-console-consumer", {"--bootstrap-server", "b:1"})
              .err.starts_with("Exactly one of the following arguments is required: [topic], [include]\n"));
  REQUIRE(
      consume({"--offset", "1"}).err.starts_with("The partition is required when offset is specified.\n"));
}

TEST_CASE("a signal to end is noted, and output that nobody reads is an error") {
  const EndingSignals signals;
  REQUIRE(EndingSignals::pending() == 0);
  REQUIRE(raise(SIGTERM) == 0);
  REQUIRE(EndingSignals::pending() == SIGTERM);
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  close(ends[0]);
  FdSink sink(ends[1], FdSink::Flush::kEachLine);
  REQUIRE_FALSE(sink.is_broken());
  sink.write("x\n");
  REQUIRE(sink.is_broken());
  close(ends[1]);
}

TEST_CASE("lines are parted into headers, key and value") {
  ClientProperties properties;
  for (const std::string_view text : {"parse.key=true", "parse.headers=true", "null.marker=NULL"}) {
    set_key_value(properties, text);
  }
  auto reader = LineReader::make(properties);
  REQUIRE(reader.ok());
  const auto record = reader->read("a:1,b:NULL\tkey\tNULL");
  REQUIRE(record.ok());
  REQUIRE(record->headers.size() == 2);
  REQUIRE(record->headers[0].second == "1");
  REQUIRE_FALSE(record->headers[1].second);
  REQUIRE(record->key == "key");
  REQUIRE_FALSE(record->value);
  REQUIRE(reader->read("only").error().message == "No headers delimiter found on line number 2: 'only'");
}

// As in Kafka's own tests of it.
TEST_CASE("keys find their partitions by murmur2") {
  REQUIRE(static_cast<int32_t>(murmur2(as_bytes("21"))) == -973932308);
  REQUIRE(static_cast<int32_t>(murmur2(as_bytes("foobar"))) == -790332482);
  REQUIRE(static_cast<int32_t>(murmur2(as_bytes("a-little-bit-long-string"))) == -985981536);
}

TEST_CASE("partitions are dealt out by range, topic by topic") {
  const Subscriptions subscriptions = {{"a", {"t", "u"}}, {"b", {"t"}}, {"c", {"x"}}};
  const auto assigned = assign_by_range(subscriptions, {{"t", 3}, {"u", 2}});
  REQUIRE(assigned.at("a").at("t") == std::vector<int32_t>{0, 1});
  REQUIRE(assigned.at("b").at("t") == std::vector<int32_t>{2});
  REQUIRE(assigned.at("a").at("u") == std::vector<int32_t>{0, 1});
  REQUIRE(assigned.at("c").empty());
}

}  // namespace
}  // namespace klamm::cli
