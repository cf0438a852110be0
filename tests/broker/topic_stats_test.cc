// What is counted of topics, where it happens, and what a partition tells of itself.
#include "tests/testing.h"

#include <memory>
#include <string>
#include <vector>

#include "broker/handlers/fetch.h"
#include "broker/handlers/produce.h"
#include "broker/metrics/node_stats.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "tests/broker/handler_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using metrics::NodeCounter;
using metrics::TopicCounter;
using protocol::ErrorCode;
using protocol::FetchRequest;
using protocol::FetchResponse;
using protocol::ProduceRequest;
using protocol::ProduceResponse;

namespace {

constexpr int16_t kByName = 12;

// Partition 1 of "t" is counted; partition 0, the fixture's own, is not.
struct Counting : HandlerFixture {
  Counting() {
    auto log = storage::Log::open(disk, "/logs/t-1", {}, {.clean_shutdown = true}, clock.now);
    REQUIRE(log.ok());
    Partition::Uses uses{disk, clock, flushers, shortage, [](const auto&) {}};
    uses.propose = [](const PartitionKey&, IsrProposal) {};
    uses.stats = &stats;
    uses.topic_stats = stats.topics.of("t");
    counted = std::make_shared<Partition>(uses, TopicPartitionId{"t", Uuid::of(1, 1), 1}, kSelf,
                                          std::move(*log), TopicConfig{});
    assign_alone();
    partitions.add(counted);
    auto second = std::get<protocol::PartitionRecord>(partition_of_topic());
    second.partition_id = 1;
    publish({broker::testing::broker(1, 1), topic_of_partition(), partition_of_topic(), second});
  }
  // What still waits ends before the budget that it has a share of.
  ~Counting() { loop.advance(300'000); }

  void assign_alone() { assign_to(*counted, kSelf, 1, ++epoch, {kSelf}, {kSelf}); }
  void assign_both() { assign_to(*counted, kSelf, 1, ++epoch, {kSelf, kOther}, {kSelf, kOther}); }
  ErrorCode produce(Bytes batch, int16_t acks = 1, int32_t partition = 1, std::string_view topic = "t") {
    sent = std::move(batch);
    ProduceRequest request;
    request.acks = acks;
    request.timeout_ms = 1'500;
    auto& of_topic = request.topic_data.emplace_back();
    of_topic.name = topic;
    auto& data = of_topic.partition_data.emplace_back();
    data.index = partition;
    data.records = protocol::Records{sent, {}};
    handle_produce(request_of(request, kByName), reply_to(ProduceRequest::kKey, kByName),
                   {images, partitions, clock, rules, &stats});
    if (!answered()) return ErrorCode::kRequestTimedOut;
    const auto response = answer<ProduceResponse>(kByName);
    return static_cast<ErrorCode>(response.responses.at(0).partition_responses.at(0).error_code);
  }
  void fetch(int32_t replica = -1, int32_t max_wait_ms = 0, int64_t offset = 0) {
    FetchRequest request;
    request.replica_id = replica;
    request.min_bytes = 1;
    request.max_bytes = 1 << 20;
    request.max_wait_ms = max_wait_ms;
    request.session_epoch = -1;
    auto& topic = request.topics.emplace_back();
    topic.topic = "t";
    auto& asked = topic.partitions.emplace_back();
    asked.partition = 1;
    asked.fetch_offset = offset;
    asked.partition_max_bytes = 1 << 20;
    asked.current_leader_epoch = -1;
    asked.last_fetched_epoch = -1;
    handle_fetch(request_of(request, kByName), reply_to(FetchRequest::kKey, kByName),
                 {images, partitions, sessions, clock, 55 << 20, rules, false, &stats});
  }
  int64_t topic(TopicCounter which) const { return counted->topic_stats()->load(which); }
  int64_t all(TopicCounter which) const { return stats.topics.all().load(which); }
  int64_t node(NodeCounter which) const { return stats.counters.load(which); }

  metrics::NodeStats stats;
  std::shared_ptr<Partition> counted;
  Bytes sent;
  SeededRandom session_ids{1};
  FetchBudget budget{FetchBudget::partitions_of(64 << 20)};
  FetchSessionCache sessions{10, budget, session_ids};
  int32_t epoch = 0;
};

}  // namespace

// ---- Counting

TEST_CASE_METHOD(Counting, "records and bytes that are brought are counted once, for the topic and for all") {
  const Bytes batch = TestBatch().records(3).bytes();
  REQUIRE(produce(batch) == ErrorCode::kNone);
  REQUIRE(produce(batch) == ErrorCode::kNone);
  const auto bytes = static_cast<int64_t>(batch.size());
  REQUIRE((topic(TopicCounter::kMessagesIn) == 6 && all(TopicCounter::kMessagesIn) == 6));
  REQUIRE((topic(TopicCounter::kBytesIn) == 2 * bytes && all(TopicCounter::kBytesIn) == 2 * bytes));
  REQUIRE((topic(TopicCounter::kTotalProduceRequests) == 2 && all(TopicCounter::kTotalProduceRequests) == 2));
  REQUIRE(all(TopicCounter::kFailedProduceRequests) == 0);
}

TEST_CASE_METHOD(Counting, "what is refused is counted by why") {
  Bytes damaged = TestBatch().bytes();
  damaged.back() ^= 1;
  REQUIRE(produce(damaged) == ErrorCode::kCorruptMessage);
  REQUIRE(topic(TopicCounter::kInvalidMessageCrc) == 1);
  TopicConfig small;
  small.message_size_max = 100;
  counted->configure(small);
  const Bytes large = TestBatch().value_size(200).bytes();
  REQUIRE(produce(large) == ErrorCode::kMessageTooLarge);
  REQUIRE(topic(TopicCounter::kBytesRejected) == static_cast<int64_t>(large.size()));
  REQUIRE(topic(TopicCounter::kMessagesIn) == 0);
  REQUIRE(topic(TopicCounter::kTotalProduceRequests) == 2);
}

TEST_CASE_METHOD(Counting, "too few replicas in sync are a failed request") {
  assign_to(*counted, kSelf, 1, ++epoch, {kSelf, kOther}, {kSelf});
  TopicConfig two;
  two.insync_replicas_min = 2;
  counted->configure(two);
  REQUIRE(produce(TestBatch().bytes(), -1) == ErrorCode::kNotEnoughReplicas);
  REQUIRE(topic(TopicCounter::kFailedProduceRequests) == 1);
  // As in Kafka, whatever else is wrong.
  Bytes damaged = TestBatch().bytes();
  damaged.back() ^= 1;
  REQUIRE(produce(damaged, -1) == ErrorCode::kNotEnoughReplicas);
  REQUIRE(topic(TopicCounter::kFailedProduceRequests) == 2);
  REQUIRE(topic(TopicCounter::kInvalidMessageCrc) == 0);
}

TEST_CASE_METHOD(Counting, "a partition that is led elsewhere is no failed request") {
  assign_to(*counted, kOther, 2, ++epoch, {kSelf, kOther}, {kSelf, kOther});
  for (const int16_t acks : {1, -1}) {
    REQUIRE(produce(TestBatch().bytes(), acks) == ErrorCode::kNotLeaderOrFollower);
  }
  REQUIRE(topic(TopicCounter::kTotalProduceRequests) == 2);
  REQUIRE(topic(TopicCounter::kFailedProduceRequests) == 0);
}

TEST_CASE_METHOD(Counting, "a disk that fails is no failed request, and one that has failed is none") {
  disk.inject({.operation = sim::DiskOperation::kWrite});
  REQUIRE(produce(TestBatch().bytes()) == ErrorCode::kKafkaStorageError);
  REQUIRE(counted->admit(false).error == ErrorCode::kKafkaStorageError);
  REQUIRE(produce(TestBatch().bytes()) == ErrorCode::kKafkaStorageError);
  REQUIRE(topic(TopicCounter::kTotalProduceRequests) == 2);
  REQUIRE(topic(TopicCounter::kFailedProduceRequests) == 0);
}

TEST_CASE_METHOD(Counting, "what comes to no log is not counted, what has no counters of its own for all") {
  REQUIRE(produce(TestBatch().bytes(), 1, 0, "nowhere") == ErrorCode::kUnknownTopicOrPartition);
  REQUIRE(produce(TestBatch().bytes(), 7) == ErrorCode::kInvalidRequiredAcks);
  REQUIRE(all(TopicCounter::kTotalProduceRequests) == 0);
  produce(TestBatch().bytes(), 1, 0);
  REQUIRE(all(TopicCounter::kTotalProduceRequests) == 1);
  REQUIRE(topic(TopicCounter::kTotalProduceRequests) == 0);
}

TEST_CASE_METHOD(Counting, "a batch that contradicts itself is told from one that is out of order") {
  REQUIRE(produce(TestBatch().producer(7, 0, -1).bytes()) == ErrorCode::kInvalidRecord);
  REQUIRE(topic(TopicCounter::kInvalidOffsetOrSequence) == 1);
  REQUIRE(topic(TopicCounter::kFailedProduceRequests) == 1);
  REQUIRE(produce(TestBatch().producer(7, 0, 0).bytes()) == ErrorCode::kNone);
  REQUIRE(produce(TestBatch().producer(7, 0, 9).bytes()) == ErrorCode::kOutOfOrderSequenceNumber);
  REQUIRE(topic(TopicCounter::kInvalidOffsetOrSequence) == 1);
  REQUIRE(topic(TopicCounter::kFailedProduceRequests) == 2);
}

TEST_CASE_METHOD(Counting, "a batch that is written anew counts as it came") {
  TopicConfig packed;
  packed.compression = TopicCompression::kGzip;
  counted->configure(packed);
  const Bytes batch = TestBatch().records(3).value_size(1'000).bytes();
  REQUIRE(produce(batch) == ErrorCode::kNone);
  REQUIRE(topic(TopicCounter::kProduceMessageConversions) == 3);
  REQUIRE(topic(TopicCounter::kBytesIn) == static_cast<int64_t>(batch.size()));
  REQUIRE(counted->sample().view->size_bytes() < batch.size());
}

TEST_CASE_METHOD(Counting, "requests that wait are counted while they do") {
  assign_both();
  REQUIRE(produce(TestBatch().bytes(), -1) == ErrorCode::kRequestTimedOut);
  REQUIRE(node(NodeCounter::kDelayedProduce) == 1);
  assign_alone();
  loop.run();
  REQUIRE(answered());
  REQUIRE(node(NodeCounter::kDelayedProduce) == 0);
  fetch(-1, 500, 1);
  REQUIRE(node(NodeCounter::kDelayedFetch) == 1);
  loop.advance(500);
  REQUIRE(answered());
  REQUIRE(node(NodeCounter::kDelayedFetch) == 0);
}

TEST_CASE_METHOD(Counting, "bytes go out to consumers, or to followers") {
  const Bytes batch = TestBatch().bytes();
  REQUIRE(produce(batch) == ErrorCode::kNone);
  const auto bytes = static_cast<int64_t>(batch.size());
  fetch();
  REQUIRE((topic(TopicCounter::kBytesOut) == bytes && all(TopicCounter::kBytesOut) == bytes));
  REQUIRE(caught->response->mark.kind == metrics::RequestKind::kFetchConsumer);
  assign_both();
  fetch(kOther.value);
  REQUIRE(caught->response->mark.kind == metrics::RequestKind::kFetchFollower);
  REQUIRE(all(TopicCounter::kReplicationBytesOut) == bytes);
  REQUIRE(topic(TopicCounter::kBytesOut) == bytes);
  REQUIRE(topic(TopicCounter::kTotalFetchRequests) == 2);
  REQUIRE(all(TopicCounter::kFailedFetchRequests) == 0);
}

TEST_CASE_METHOD(Counting, "what an answer tells of errors is counted with it") {
  produce(TestBatch().bytes(), 1, 7);
  const metrics::ErrorTally& errors = caught->response->mark.errors;
  REQUIRE(errors.size == 1);
  REQUIRE(errors.codes[0] == protocol::wire_value(ErrorCode::kUnknownTopicOrPartition));
  REQUIRE(errors.counts[0] == 1);
}

// ---- A partition's own

TEST_CASE_METHOD(Counting, "a partition tells of its log, and of its replicas where it leads") {
  REQUIRE(produce(TestBatch().records(3).bytes()) == ErrorCode::kNone);
  PartitionSample sample = counted->sample();
  REQUIRE((sample.leads && !sample.is_offline));
  REQUIRE((sample.end == Offset{3} && sample.high_watermark == Offset{3}));
  REQUIRE((sample.in_sync == 1 && sample.replicas == 1 && !sample.under_replicated));
  assign_to(*counted, kSelf, 1, ++epoch, {kSelf, kOther}, {kSelf});
  sample = counted->sample();
  REQUIRE((sample.in_sync == 1 && sample.replicas == 2 && sample.under_replicated));
  REQUIRE((sample.at_min_isr && !sample.under_min_isr));
  assign_to(*counted, kOther, 2, ++epoch, {kSelf, kOther}, {kSelf, kOther});
  sample = counted->sample();
  REQUIRE_FALSE(sample.leads);
  REQUIRE((sample.in_sync == 0 && sample.replicas == 0 && !sample.under_replicated));
  REQUIRE(sample.lag == 0);
}

// ---- Topics that come and go

TEST_CASE("topics are told in parts, in the order of their names") {
  metrics::TopicStatsOfNode topics;
  std::vector<std::shared_ptr<metrics::TopicStats>> held;
  for (const char* name : {"c", "a", "d", "b"}) held.push_back(topics.of(name));
  held.erase(held.begin() + 2);
  std::string told;
  for (std::string after;;) {
    const auto some = topics.some(after, 2);
    for (const auto& topic : some) told += topic->topic();
    if (some.size() < 2) break;
    after = some.back()->topic();
  }
  REQUIRE(told == "abc");
}
