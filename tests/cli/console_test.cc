#include <algorithm>

#include "cli/client/membership.h"
#include "cli/client/producer.h"
#include "cli/line_reader.h"
#include "cli/record_formatter.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/init_producer_id_request.h"
#include "protocol/messages/init_producer_id_response.h"
#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
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

  void append(std::string_view key, std::string_view value) {
    protocol::RecordBatchBuilder builder({.base_offset = Offset{static_cast<int64_t>(log.size())}});
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

TEST_CASE_METHOD(ConsoleFixture, "a topic or a pattern is required, and a partition needs a topic") {
  REQUIRE(run("kafka-console-consumer", {"--bootstrap-server", "b:1"})
              .err.starts_with("Exactly one of the following arguments is required: [topic], [include]\n"));
  REQUIRE(
      consume({"--offset", "1"}).err.starts_with("The partition is required when offset is specified.\n"));
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
