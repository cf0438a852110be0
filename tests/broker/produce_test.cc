#include "tests/testing.h"

#include "broker/handlers/produce.h"

#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "tests/broker/handler_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ProduceRequest;
using protocol::ProduceResponse;

namespace {

constexpr int16_t kByName = 12;

struct Producing : HandlerFixture {
  ProduceRequest producing(const TestBatch& batch = {}, int16_t acks = -1) {
    sent = batch.bytes();
    ProduceRequest request;
    request.acks = acks;
    request.timeout_ms = 1500;
    auto& topic = request.topic_data.emplace_back();
    topic.name = "t";
    auto& partition = topic.partition_data.emplace_back();
    partition.records = protocol::Records{sent, {}};
    return request;
  }
  void send(const ProduceRequest& request, int16_t version = kByName) {
    handle_produce(request_of(request, version), reply_to(ProduceRequest::kKey, version),
                   {images, partitions, clock, rules});
  }
  ProduceResponse::PartitionProduceResponse first(int16_t version = kByName) {
    response = answer<ProduceResponse>(version);
    return response.responses.at(0).partition_responses.at(0);
  }
  ProduceResponse::PartitionProduceResponse produce(const ProduceRequest& request) {
    send(request);
    return first();
  }
  // One more entry, of the first topic unless told otherwise.
  static void add(ProduceRequest& request, int32_t partition, const Bytes& records,
                  std::string_view topic = "t") {
    auto& named = request.topic_data.emplace_back();
    named.name = topic;
    auto& data = named.partition_data.emplace_back();
    data.index = partition;
    data.records = protocol::Records{records, {}};
  }
  // Every answer in the response, as "t-0: 0 at 5".
  std::string answers(const ProduceRequest& request) {
    send(request);
    response = answer<ProduceResponse>(kByName);
    std::string text;
    for (const auto& topic : response.responses) {
      for (const auto& one : topic.partition_responses) {
        text += std::string(topic.name) + "-" + std::to_string(one.index) + ": " +
                std::to_string(one.error_code) + " at " + std::to_string(one.base_offset) + "; ";
      }
    }
    return text;
  }
  // Another replica is in sync, so that nothing is committed until it leaves.
  void add_replica() { assign(2, kSelf, {kSelf, kOther}, {kSelf, kOther}); }
  void drop_replica() { assign(2, kSelf, {kSelf, kOther}, {kSelf}); }

  Bytes sent;
  ProduceResponse response;
};

// Looks at another partition when it is told of the one that it listens to.
struct Onlooker final : DataListener {
  explicit Onlooker(const Partition& other) : other(other) {}
  void on_data() override { seen = other.state().end.offset; }
  const Partition& other;
  Offset seen = kNoOffset;
};

}  // namespace

TEST_CASE_METHOD(Producing, "what is produced is answered with its offset") {
  append();
  auto got = produce(producing());
  REQUIRE(got.error_code == 0);
  REQUIRE(got.base_offset == 1);
  REQUIRE(got.log_append_time_ms == -1);
  REQUIRE(got.log_start_offset == 0);
}

TEST_CASE_METHOD(Producing, "acks=0 is never answered, and closes the connection when it fails (C2)") {
  send(producing({}, 0));
  REQUIRE(caught->response->silent);
  REQUIRE(partition->state().end.offset == Offset{1});
  partition->stop();
  send(producing({}, 0));
  REQUIRE(caught->response->close);
  REQUIRE_FALSE(caught->response->silent);
}

TEST_CASE_METHOD(Producing, "acks=1 does not wait for replicas, acks=all does and lets the next one begin") {
  add_replica();
  REQUIRE(produce(producing({}, 1)).error_code == 0);
  send(producing());
  REQUIRE_FALSE(answered());
  REQUIRE(caught->next_allowed);
  drop_replica();
  REQUIRE(first().base_offset == 1);
  loop.run();
  REQUIRE(loop.timers() == 0);
}

TEST_CASE_METHOD(Producing, "acks=all that is not replicated in time has timed out") {
  add_replica();
  send(producing());
  loop.advance(1499);
  REQUIRE_FALSE(answered());
  loop.advance(1);
  REQUIRE(first().error_code == 7);
  drop_replica();
}

TEST_CASE_METHOD(Producing, "acks=all that waits is told when the leadership is lost") {
  add_replica();
  send(producing());
  assign(3, kOther, {kSelf, kOther}, {kOther});
  REQUIRE(first().error_code == 6);
}

TEST_CASE_METHOD(Producing, "acks other than -1, 0 and 1 are refused") {
  REQUIRE(produce(producing({}, 2)).error_code == 21);
}

TEST_CASE_METHOD(Producing, "too few replicas in sync refuse acks=all") {
  require_in_sync(2);
  assign(2, kSelf, {kSelf, kOther}, {kSelf});
  auto got = produce(producing());
  REQUIRE(got.error_code == 19);
  REQUIRE(got.base_offset == -1);
}

TEST_CASE_METHOD(Producing, "records for unknown topics, partitions and ids are refused with their errors") {
  auto request = producing();
  request.topic_data[0].partition_data[0].index = 7;
  REQUIRE(produce(request).error_code == 3);
  request = producing();
  request.topic_data[0].name = "none";
  REQUIRE(produce(request).error_code == 3);
  request.topic_data[0].topic_id = Uuid::of(9, 9);
  send(request, 13);
  REQUIRE(first(13).error_code == 100);
}

TEST_CASE_METHOD(Producing,
                 "a partition that another node leads is refused with a hint to its leader (KIP-951)") {
  auto moved = std::get<protocol::PartitionRecord>(partition_of_topic());
  moved.leader = 2;
  publish({testing::broker(1, 1), testing::broker(2, 2), topic_of_partition(), moved});
  assign(2, kOther, {kSelf, kOther}, {kOther});
  auto got = produce(producing());
  REQUIRE(got.error_code == 6);
  REQUIRE(got.current_leader.leader_id == 2);
  REQUIRE(response.node_endpoints.at(0).host == "host-2");
}

TEST_CASE_METHOD(Producing, "one partition's refusal does not keep the others from being appended") {
  auto request = producing();
  auto& other = request.topic_data[0].partition_data.emplace_back(request.topic_data[0].partition_data[0]);
  other.index = 7;
  REQUIRE(produce(request).error_code == 0);
  REQUIRE(response.responses[0].partition_responses.at(1).error_code == 3);
}

TEST_CASE_METHOD(Producing, "who waits for a partition is told when all of the request is written") {
  auto second = std::get<protocol::PartitionRecord>(partition_of_topic());
  second.partition_id = 1;
  publish({testing::broker(1, 1), topic_of_partition(), partition_of_topic(), second});
  auto log = storage::Log::open(disk, "/logs/t-1", {}, {.clean_shutdown = true}, clock.now);
  REQUIRE(log.ok());
  auto other = std::make_shared<Partition>(
      Partition::Uses{disk, clock, flushers, shortage, [](const auto&) {}},
      TopicPartitionId{"t", Uuid::of(1, 1), 1}, kSelf, std::move(*log), TopicConfig{});
  assign_to(*other, kSelf, 1, 1, {kSelf}, {kSelf});
  partitions.add(other);
  auto onlooker = std::make_shared<Onlooker>(*other);
  partition->listen({0}, onlooker);
  auto request = producing();
  add(request, 1, sent);
  REQUIRE(answers(request) == "t-0: 0 at 0; t-1: 0 at 0; ");
  REQUIRE(onlooker->seen == Offset{1});
}

TEST_CASE_METHOD(Producing, "damaged, missing and oversized records are refused and change nothing") {
  auto request = producing();
  sent.back() ^= 1;
  REQUIRE(produce(request).error_code == 2);
  request.topic_data[0].partition_data[0].records.reset();
  REQUIRE(produce(request).error_code != 0);
  TopicConfig config;
  config.message_size_max = 100;
  partition->configure(config);
  REQUIRE(produce(producing(TestBatch().value_size(200))).error_code == 10);
  REQUIRE(partition->state().end.offset == Offset{0});
}

TEST_CASE_METHOD(Producing, "a keyless record is refused by a compacted topic (C4)") {
  TopicConfig config;
  config.compacts = true;
  partition->configure(config);
  auto got = produce(producing());
  REQUIRE(got.error_code == 87);
  REQUIRE(got.record_errors.size() == 1);
}

TEST_CASE_METHOD(Producing, "a transaction is refused while there is no coordinator for it") {
  auto request = producing(TestBatch().producer(7, 0, 0).transactional());
  request.transactional_id = "mine";
  REQUIRE(produce(request).error_code == 120);
  send(request, 10);
  REQUIRE(first(10).error_code == 48);
}

TEST_CASE_METHOD(Producing, "a transactional batch without a transactional id refuses its whole request") {
  auto request = producing(TestBatch().producer(7, 0, 0).transactional());
  Bytes plain = TestBatch().bytes();
  add(request, 7, plain);
  send(request);
  auto all = answer<ProduceResponse>(kByName).responses.at(0).partition_responses;
  REQUIRE(all.size() == 2);
  for (const auto& partition : all) REQUIRE(partition.error_code == 53);
  REQUIRE(partition->state().end.offset == Offset{0});
}

TEST_CASE_METHOD(Producing, "a request for nothing is answered with nothing") {
  ProduceRequest request;
  request.acks = -1;
  if (GENERATE(false, true)) request.topic_data.emplace_back().name = "t";
  send(request);
  REQUIRE(answer<ProduceResponse>(kByName).responses.empty());
}

// ---- what was wrong: as KafkaApis.handleProduceRequest, which puts partitions into maps ----

TEST_CASE_METHOD(Producing,
                 "of two batches for one partition the last is appended, and there is one answer") {
  auto request = producing(TestBatch().records(2));
  Bytes last = TestBatch().records(3).bytes();
  SECTION("in one list") {
    auto& partitions = request.topic_data[0].partition_data;
    partitions.push_back(partitions[0]);
    partitions[1].records = protocol::Records{last, {}};
  }
  SECTION("in a topic that is listed twice") { add(request, 0, last); }
  REQUIRE(answers(request) == "t-0: 0 at 0; ");
  REQUIRE(partition->state().end.offset == Offset{3});
}

TEST_CASE_METHOD(Producing, "a topic that is listed in two places is answered in one") {
  auto request = producing();
  add(request, 0, sent, "none");
  add(request, 7, sent);
  add(request, 0, sent, "none");
  REQUIRE(answers(request) == "t-0: 0 at 0; t-7: 3 at -1; none-0: 3 at -1; ");
  REQUIRE(response.responses.size() == 2);
}

TEST_CASE_METHOD(Producing, "few or many partitions and topics are answered once each, as first named") {
  const int others = GENERATE(7, 8, 14, 15, 16, 40);  // 16 are looked through; a map is for more
  std::vector<std::string> names;
  for (int i = 1; i <= others; ++i) names.push_back("none" + std::to_string(i));
  auto request = producing();
  for (int round = 0; round < 2; ++round) {
    for (int i = 1; i <= others; ++i) {
      add(request, i, sent);
      add(request, 0, sent, names[static_cast<size_t>(i - 1)]);
    }
  }
  const Bytes last = TestBatch().records(3).bytes();
  add(request, 0, last);
  std::string expected = "t-0: 0 at 0; ";
  for (int i = 1; i <= others; ++i) expected += "t-" + std::to_string(i) + ": 3 at -1; ";
  for (const std::string& name : names) expected += name + "-0: 3 at -1; ";
  REQUIRE(answers(request) == expected);
  REQUIRE(partition->state().end.offset == Offset{3});
}

TEST_CASE_METHOD(Producing, "records that are not one batch are the answer even if others were appended") {
  const Bytes one = TestBatch().bytes();
  Bytes two = one;
  two.insert(two.end(), one.begin(), one.end());
  auto request = producing(TestBatch().records(2));
  SECTION("behind those that are") { add(request, 0, two); }
  SECTION("in front of them") {
    add(request, 0, sent);
    request.topic_data[0].partition_data[0].records = protocol::Records{two, {}};
  }
  REQUIRE(answers(request) == "t-0: 87 at -1; ");
  REQUIRE(partition->state().end.offset == Offset{2});
}

TEST_CASE_METHOD(Producing, "of several errors the answer is the one that Kafka sees first") {
  auto request = producing({}, 2);
  Bytes nothing;
  SECTION("a partition that is unknown") {
    request.topic_data.clear();
    add(request, 7, nothing);
    add(request, 0, nothing, "none");
    REQUIRE(answers(request) == "t-7: 3 at -1; none-0: 3 at -1; ");
  }
  SECTION("or lacks its transactional id, for each partition once") {
    Bytes transactional = TestBatch().producer(7, 0, 0).transactional().bytes();
    add(request, 0, transactional);
    add(request, 0, nothing);
    add(request, 7, nothing);
    REQUIRE(answers(request) == "t-0: 53 at -1; t-7: 53 at -1; ");
  }
  SECTION("then records that are not one batch") {
    request.topic_data[0].partition_data[0].records = protocol::Records{nothing, {}};
    REQUIRE(answers(request) == "t-0: 87 at -1; ");
  }
  SECTION("then acks, whoever leads") {
    assign(2, kOther, {kSelf, kOther}, {kOther});
    REQUIRE(answers(request) == "t-0: 21 at -1; ");
  }
  SECTION("then who leads, whatever is in the batch") {
    assign(2, kOther, {kSelf, kOther}, {kOther});
    sent.back() ^= 1;
    request.acks = 1;
    REQUIRE(answers(request) == "t-0: 6 at -1; ");
  }
}

// ---- authorization ----

TEST_CASE_METHOD(Producing, "a topic that may not be written to is refused, there or not, whatever is sent") {
  rules = strict_rules();
  auto request = producing();
  const Bytes nothing;
  add(request, 0, nothing, "none");
  add(request, 7, nothing);
  REQUIRE(answers(request) == "t-0: 29 at -1; t-7: 29 at -1; none-0: 29 at -1; ");
  REQUIRE(partition->state().end.offset == Offset{0});
}

TEST_CASE_METHOD(Producing, "topics that may be written to are, beside those that may not") {
  rules = strict_rules();
  publish({testing::broker(1, 1), topic_of_partition(), partition_of_topic(),
           allow(AclOperation::kWrite, ResourceType::kTopic, "t")});
  auto request = producing();
  add(request, 0, sent, "other");
  REQUIRE(answers(request) == "t-0: 0 at 0; other-0: 29 at -1; ");
}

TEST_CASE_METHOD(Producing, "an id that no topic has is told to everyone, one that a topic has is refused") {
  rules = strict_rules();
  auto request = producing();
  request.topic_data[0].topic_id = Uuid::of(1, 1);
  send(request, 13);
  REQUIRE(first(13).error_code == 29);
  request.topic_data[0].topic_id = Uuid::of(9, 9);
  send(request, 13);
  REQUIRE(first(13).error_code == 100);
}

TEST_CASE_METHOD(Producing, "with acks=0 a refused topic closes the connection") {
  rules = strict_rules();
  send(producing({}, 0));
  REQUIRE(caught->response->close);
}

TEST_CASE_METHOD(Producing, "a transactional id counts for transactional batches only, and for all of them") {
  rules = strict_rules();
  publish({testing::broker(1, 1), topic_of_partition(), partition_of_topic(),
           allow(AclOperation::kWrite, ResourceType::kTopic, "t"),
           allow(AclOperation::kWrite, ResourceType::kTransactionalId, "mine")});
  auto request = producing(TestBatch().producer(7, 0, 0));
  request.transactional_id = "yours";
  REQUIRE(answers(request) == "t-0: 0 at 0; ");
  const Bytes transactional = TestBatch().producer(7, 0, 1).transactional().bytes();
  add(request, 7, transactional);
  REQUIRE(answers(request) == "t-0: 53 at -1; t-7: 53 at -1; ");
  request.transactional_id = "mine";
  REQUIRE(answers(request).ends_with("t-7: 3 at -1; "));
}
