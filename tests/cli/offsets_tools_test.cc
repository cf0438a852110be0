// kafka-get-offsets and kafka-delete-records: both ask the leaders of partitions.
#include <string>

#include "protocol/messages/delete_records_request.h"
#include "protocol/messages/delete_records_response.h"
#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"
#include "tests/cli/temp_folder.h"
#include "tests/cli/tool_fixture.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

using namespace protocol;

class OffsetsFixture : public ToolFixture {
 public:
  OffsetsFixture() {
    topics = {{.name = "a", .partitions = {{}, {}, {}}},
              {.name = "b"},
              {.name = "__consumer_offsets", .is_internal = true}};
    broker.on<ListOffsetsRequest, ListOffsetsResponse>([](const ListOffsetsRequest& request, int16_t) {
      ListOffsetsResponse response;
      for (const auto& topic : request.topics) {
        auto& made = response.topics.emplace_back();
        made.name = topic.name;
        for (const auto& one : topic.partitions) {
          made.partitions.push_back({.partition_index = one.partition_index,
                                     .offset = one.timestamp < 0 ? 10 - one.timestamp : -1});
        }
      }
      return response;
    });
  }

  Ran offsets(std::vector<std::string_view> words) {
    words.insert(words.begin(), "broker:9092");
    words.insert(words.begin(), "--bootstrap-server");
    return run("kafka-get-offsets", std::move(words));
  }
};

TEST_CASE_METHOD(OffsetsFixture, "offsets stand by topic and partition, the end without --time") {
  REQUIRE(offsets({}).out == "__consumer_offsets:0:11\na:0:11\na:1:11\na:2:11\nb:0:11\n");
  REQUIRE(offsets({"--exclude-internal-topics", "--time", "earliest"}).out ==
          "a:0:12\na:1:12\na:2:12\nb:0:12\n");
  REQUIRE(offsets({"--topic", "b", "--time", "-3"}).out == "b:0:13\n");
}

TEST_CASE_METHOD(OffsetsFixture, "a time after all records has no offset, and no line") {
  const Ran ran = offsets({"--topic", "a", "--time", "1700000000000"});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.out == "");
}

TEST_CASE_METHOD(OffsetsFixture, "partitions are chosen by number, by ranges, and by patterns of topics") {
  REQUIRE(offsets({"--topic", "a", "--partitions", "0,2"}).out == "a:0:11\na:2:11\n");
  REQUIRE(offsets({"--topic-partitions", "a:1-,b"}).out == "a:1:11\na:2:11\nb:0:11\n");
  REQUIRE(offsets({"--topic-partitions", "a:-1"}).out == "a:0:11\n");
  REQUIRE(offsets({"--topic-partitions", "a:1-2,:0"}).out ==
          "__consumer_offsets:0:11\na:0:11\na:1:11\nb:0:11\n");
}

TEST_CASE_METHOD(OffsetsFixture, "what is wrong with the request for offsets is told on standard error") {
  const auto wrong = [&](std::vector<std::string_view> words) {
    const Ran ran = offsets(std::move(words));
    REQUIRE(ran.status == 1);
    REQUIRE(ran.out == "");
    return ran.err;
  };
  REQUIRE(wrong({"--topic", "gone"}) ==
          "Error occurred: Could not match any topic-partitions with the specified filters\n");
  REQUIRE(wrong({"--topic-partitions", "a", "--topic", "a"}) ==
          "Error occurred: --topic-partitions cannot be used with --topic or --partitions\n");
  REQUIRE(wrong({"--partitions", "x"}) ==
          "Error occurred: --partitions expects a comma separated list of numeric partition ids, but "
          "received: x\n");
  REQUIRE(wrong({"--topic-partitions", "a:x"}) == "Error occurred: Invalid rule specification: a:x\n");
  REQUIRE(wrong({"--no-such"}) == "Error occurred: no-such is not a recognized option\n");
  REQUIRE(wrong({"--time", "noon"}).starts_with("Error occurred: Malformed time argument noon. Please use"));
}

TEST_CASE_METHOD(OffsetsFixture, "the old --broker-list is taken; without a server the usage is shown") {
  REQUIRE(run("kafka-get-offsets.sh", {"--broker-list", "broker:9092", "--topic", "b"}).out == "b:0:11\n");
  const Ran ran = run("kafka-get-offsets", {"--topic", "b"});
  REQUIRE(ran.status == 1);
  REQUIRE(ran.err.starts_with("Missing required argument \"[bootstrap-server]\"\n"));
}

class DeletionFixture : public ToolFixture {
 public:
  DeletionFixture() {
    topics = {{.name = "t", .partitions = {{}, {}}}};
    broker.on<DeleteRecordsRequest, DeleteRecordsResponse>([](const DeleteRecordsRequest& request, int16_t) {
      DeleteRecordsResponse response;
      for (const auto& topic : request.topics) {
        auto& made = response.topics.emplace_back();
        made.name = topic.name;
        for (const auto& one : topic.partitions) {
          const bool is_beyond = one.offset > 100;
          made.partitions.push_back({.partition_index = one.partition_index,
                                     .low_watermark = is_beyond ? -1 : one.offset,
                                     .error_code = static_cast<int16_t>(is_beyond ? 1 : 0)});
        }
      }
      return response;
    });
  }

  Ran remove(std::string_view json) {
    const std::string path = folder.write("offsets.json", json);
    return run("kafka-delete-records",
               {"--bootstrap-server", "broker:9092", "--offset-json-file", path});
  }

  TempFolder folder;
};

TEST_CASE_METHOD(DeletionFixture, "records are deleted, and each partition has its line") {
  const Ran ran = remove(
      R"({"version": 1, "partitions": [{"topic": "t", "partition": 1, "offset": 101},
          {"topic": "t", "partition": 0, "offset": 7}, {"topic": "gone", "partition": 0, "offset": 1}]})");
  REQUIRE(ran.status == 0);
  REQUIRE(ran.out ==
          "Executing records delete operation\nRecords delete operation completed:\n"
          "partition: gone-0\terror: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: This "
          "server does not host this topic-partition.\n"
          "partition: t-0\tlow_watermark: 7\n"
          "partition: t-1\terror: org.apache.kafka.common.errors.OffsetOutOfRangeException: The requested "
          "offset is not within the range of offsets maintained by the server.\n");
}

TEST_CASE_METHOD(DeletionFixture, "a file that makes no sense deletes nothing") {
  const auto wrong = [&](std::string_view json) {
    const Ran ran = remove(json);
    REQUIRE(ran.status == 1);
    REQUIRE(ran.out == "");
    return ran.err;
  };
  REQUIRE(wrong("{") == "The input string is not a valid JSON\n");
  REQUIRE(wrong("[]") == "Expected JSON object, received []\n");
  REQUIRE(wrong(R"({"version": 2})") == "Not supported version field value 2\n");
  REQUIRE(wrong("{}") == "Missing partitions field\n");
  REQUIRE(wrong(R"({"partitions": [{"topic": "t"}]})") == "No such field exists: `partition`\n");
  REQUIRE(wrong(R"({"partitions": [{"topic": 7}]})") == "Expected `String` value, received 7\n");
  REQUIRE(wrong(R"({"partitions": [{"topic": "t", "partition": 0, "offset": 1},
                                   {"topic": "t", "partition": 0, "offset": 2}]})") ==
          "Offset json file contains duplicate topic partitions: t-0\n");
  REQUIRE(broker.asked().empty());
}

}  // namespace
}  // namespace klamm::cli
