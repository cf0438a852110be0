#include "tests/testing.h"

#include "broker/coordinator/partition_log.h"
#include "tests/broker/coordinator_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Fixture : CoordinatorFixture {
  std::string append(std::vector<CoordinatorRecord> records) {
    std::string ended = "open";
    log.append(records, [&](const PartitionLog::Appended& result) {
      ended = std::to_string(protocol::wire_value(result.error)) + " " + std::to_string(result.end.value) +
              (result.committed ? " committed" : "");
    });
    return ended;
  }
  PartitionLog log{clock, partition, Epoch{1}, {}};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "records that are appended together are one batch, of this term and this time") {
  clock.now = 77'000;
  REQUIRE(append({letter("a"), {Bytes{'b'}, std::nullopt}}) == "0 2 committed");
  for_each_batch([](const protocol::BatchView& batch) {
    REQUIRE(batch.record_count() == 2);
    REQUIRE(batch.leader_epoch() == Epoch{1});
    REQUIRE(batch.base_timestamp() == 77'000);
    REQUIRE(batch.max_timestamp() == 77'000);
    REQUIRE_FALSE(batch.has_producer_id());
    REQUIRE(batch.crc_matches());
  });
}

TEST_CASE_METHOD(Fixture, "where the topic stamps records on arrival, the batch says so") {
  TopicConfig topic;
  topic.timestamp_type = broker::TimestampType::kLogAppendTime;
  partition->configure(topic);
  append({letter("a")});
  for_each_batch([&](const protocol::BatchView& batch) {
    REQUIRE(batch.timestamp_type() == protocol::TimestampType::kLogAppendTime);
    REQUIRE(batch.max_timestamp() == clock.now);
  });
}

TEST_CASE_METHOD(Fixture, "the topic's own compression goes before the node's") {
  TopicConfig topic;
  topic.compression = TopicCompression::kLz4;
  partition->configure(topic);
  append({letter("a", 500)});
  for_each_batch([](const protocol::BatchView& batch) { REQUIRE(batch.codec() == protocol::Codec::kLz4); });
}

TEST_CASE_METHOD(Fixture, "a batch above the topic's size is refused before it is written") {
  TopicConfig topic;
  topic.message_size_max = 100;
  partition->configure(topic);
  REQUIRE(append({letter("a", 100)}) == "-1 -1");
  REQUIRE(batches().empty());
}

// A loader takes no more from one batch, whoever may have written it.
TEST_CASE_METHOD(Fixture, "what could not be loaded again is not written, however well it compresses") {
  TopicConfig topic;
  topic.compression = TopicCompression::kZstd;
  partition->configure(topic);
  REQUIRE(append({letter("a", 1 << 20)}) == "0 1 committed");
  REQUIRE(append({letter("b", 512 << 20)}) == "-1 -1");
  REQUIRE(batches() == "0+1");
}

TEST_CASE_METHOD(Fixture, "too few replicas in sync are a coordinator that is not available") {
  require_in_sync(2);
  assign(1, kSelf, {kSelf, kOther}, {kSelf});
  REQUIRE(append({letter("a")}) == "15 -1");
}

TEST_CASE_METHOD(Fixture, "a term is over when the leader's epoch has moved, whoever leads") {
  assign(2);
  REQUIRE(append({letter("a")}) == "16 -1");
  log.continue_in(Epoch{2});
  REQUIRE(append({letter("a")}) == "0 1 committed");
}

TEST_CASE_METHOD(Fixture, "an append that waits for a flush ends when that has") {
  slow_appends();
  std::string ended;
  log.append({letter("a")}, [&](const PartitionLog::Appended& result) {
    ended = std::to_string(protocol::wire_value(result.error));
  });
  REQUIRE(ended.empty());
  end_append();
  REQUIRE(ended == "0");
}

TEST_CASE("what clients of a coordinator are told of a log's errors") {
  const auto told = [](ErrorCode code) { return protocol::name_of(coordinator_error(code)); };
  REQUIRE(told(ErrorCode::kNotEnoughReplicas) == "COORDINATOR_NOT_AVAILABLE");
  REQUIRE(told(ErrorCode::kNotEnoughReplicasAfterAppend) == "COORDINATOR_NOT_AVAILABLE");
  REQUIRE(told(ErrorCode::kUnknownTopicOrPartition) == "COORDINATOR_NOT_AVAILABLE");
  REQUIRE(told(ErrorCode::kRequestTimedOut) == "COORDINATOR_NOT_AVAILABLE");
  REQUIRE(told(ErrorCode::kNotLeaderOrFollower) == "NOT_COORDINATOR");
  REQUIRE(told(ErrorCode::kKafkaStorageError) == "NOT_COORDINATOR");
  REQUIRE(told(ErrorCode::kMessageTooLarge) == "UNKNOWN_SERVER_ERROR");
  REQUIRE(told(ErrorCode::kRecordListTooLarge) == "UNKNOWN_SERVER_ERROR");
  REQUIRE(told(ErrorCode::kInvalidFetchSize) == "UNKNOWN_SERVER_ERROR");
  REQUIRE(told(ErrorCode::kNone) == "NONE");
  REQUIRE(told(ErrorCode::kInvalidProducerEpoch) == "INVALID_PRODUCER_EPOCH");
}
