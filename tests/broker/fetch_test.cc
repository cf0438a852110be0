#include "tests/testing.h"

#include "broker/handlers/fetch.h"

#include <algorithm>
#include <deque>

#include "broker/quota/client_quotas.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"
#include "tests/broker/handler_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::FetchRequest;
using protocol::FetchResponse;

namespace {

constexpr int16_t kByName = 12;
constexpr int16_t kById = 13;

struct Fetching : HandlerFixture {
  // What still waits ends before the budget that it has a share of.
  ~Fetching() { loop.advance(300'000); }
  static FetchRequest asking(int64_t offset, int32_t min_bytes = 1, int32_t max_wait_ms = 500) {
    FetchRequest request;
    request.min_bytes = min_bytes;
    request.max_bytes = 1 << 20;
    request.max_wait_ms = max_wait_ms;
    request.session_epoch = -1;
    auto& topic = request.topics.emplace_back();
    topic.topic = "t";
    auto& partition = topic.partitions.emplace_back();
    partition.fetch_offset = offset;
    partition.partition_max_bytes = 1 << 20;
    partition.current_leader_epoch = -1;
    partition.last_fetched_epoch = -1;
    return request;
  }
  void send(const FetchRequest& request, int16_t version = kByName) {
    Request sent = request_of(request, version);
    sent.quota = quota;
    handle_fetch(std::move(sent), reply_to(FetchRequest::kKey, version),
                 {images, partitions, sessions, clock, 55 << 20, rules});
  }
  // The client may fetch so many bytes a second.
  void limit_to(double rate) {
    ClientQuota::Shares shares;
    shares.fetch = {rate, std::make_shared<RateSensor>(QuotaWindows{})};
    quota = std::make_shared<const ClientQuota>(std::move(shares), QuotaWindows{});
  }
  // How long the last answer holds the client back; it has no partitions.
  int32_t held_back_ms() {
    response = answer<FetchResponse>(kByName);
    REQUIRE(response.error_code == 0);
    REQUIRE(response.responses.empty());
    return response.throttle_time_ms;
  }
  FetchResponse::PartitionData first(int16_t version = kByName) {
    response = answer<FetchResponse>(version);
    return response.responses.at(0).partitions.at(0);
  }
  FetchResponse::PartitionData fetch(const FetchRequest& request) {
    send(request);
    return first();
  }
  // Another partition of the topic, and its index in `asking`.
  std::shared_ptr<Partition> add_partition(int32_t index) {
    std::string directory = "/logs/t-" + std::to_string(index);
    auto log = storage::Log::open(disk, directory, {}, {.clean_shutdown = true}, clock.now);
    REQUIRE(log.ok());
    auto made = std::make_shared<Partition>(
        Partition::Uses{disk, clock, flushers, shortage, [](const auto&) {}},
        TopicPartitionId{"t", Uuid::of(1, 1), index}, kSelf, std::move(*log), TopicConfig{});
    assign_to(*made, kSelf, 1, 1, {kSelf}, {kSelf});
    partitions.add(made);
    return made;
  }
  void append_to(Partition& other, const TestBatch& batch) {
    AppendResult result{.error = ErrorCode::kUnknownServerError};
    other.append(pending(batch, result));
    REQUIRE(result.error == ErrorCode::kNone);
  }
  static void also_ask(FetchRequest& request, int32_t index) {
    auto& asked = request.topics[0].partitions;
    asked.push_back(asked[0]);
    asked.back().partition = index;
  }
  // How many bytes of records the answer has, by partition.
  std::vector<size_t> sizes(int16_t version = kByName) {
    response = answer<FetchResponse>(version);
    std::vector<size_t> bytes;
    for (const auto& topic : response.responses) {
      for (const auto& part : topic.partitions) bytes.push_back(part.records->bytes.size());
    }
    return bytes;
  }
  // An incremental fetch behind `request`, which is sent and opens the session.
  FetchRequest next_of(FetchRequest request) {
    request.session_epoch = 0;
    request.max_wait_ms = 0;
    send(request);
    first();
    FetchRequest next = asking(0);
    next.session_id = response.session_id;
    next.session_epoch = 1;
    return next;
  }
  // A follower's session over two partitions, and its next fetch, which names neither.
  FetchRequest next_of_follower(Partition& other) {
    const std::vector<NodeId> both = {kSelf, kOther};
    assign(2, kSelf, both, both);
    assign_to(other, kSelf, 2, 2, both, both);
    auto request = asking(0, 1, 0);
    request.session_epoch = 0;
    request.replica_id = kOther.value;
    request.topics[0].topic_id = Uuid::of(1, 1);
    also_ask(request, other.id().partition);
    send(request, kById);
    first(kById);
    request.session_id = response.session_id;
    request.session_epoch = 1;
    request.max_wait_ms = 500;
    request.topics.clear();
    return request;
  }
  // How long ago the follower is known to have had all of the first partition.
  int64_t behind_ms() const { return partition->readers_at({0}).at(0).behind_ms; }
  // Others have all of the budget that is left.
  void spend_budget() {
    for (int i = 0; room() >= FetchBudget::kHolderCost; ++i) {
      others.emplace_back(budget, "10.0.0." + std::to_string(i));
      size_t share = std::min<size_t>(room(), kRoom / 4) - FetchBudget::kHolderCost;
      REQUIRE(others.back().resize(share) == FetchBudget::Answer::kGranted);
    }
  }
  // What is left of the budget.
  size_t room() {
    std::deque<FetchBudget::Share> taken;
    size_t left = 0;
    for (size_t cost = kRoom / 4; cost >= FetchBudget::kHolderCost;) {
      taken.emplace_back(budget, "10.0.1." + std::to_string(taken.size()));
      if (taken.back().resize(cost - FetchBudget::kHolderCost) == FetchBudget::Answer::kGranted) {
        left += cost;
      } else {
        --cost;
      }
    }
    return left;
  }
  static size_t batch_size() { return TestBatch().bytes().size(); }

  SeededRandom session_ids{1};
  static constexpr size_t kRoom = 40;
  FetchBudget budget{kRoom};
  std::deque<FetchBudget::Share> others;
  FetchSessionCache sessions{10, budget, session_ids};
  FetchResponse response;
  std::shared_ptr<const ClientQuota> quota;
};

}  // namespace

TEST_CASE_METHOD(Fetching, "a fetch gives the records from its offset on") {
  append();
  append();
  auto got = fetch(asking(1));
  REQUIRE(got.error_code == 0);
  REQUIRE(got.high_watermark == 2);
  REQUIRE(got.log_start_offset == 0);
  REQUIRE(got.records->bytes.size() == batch_size());
}

TEST_CASE_METHOD(Fetching, "what is empty is an empty record set and never null (D1)") {
  auto got = fetch(asking(0, 1, 0));
  REQUIRE(got.records.has_value());
  REQUIRE(got.records->bytes.empty());
  REQUIRE(fetch(asking(9)).records.has_value());
}

TEST_CASE_METHOD(Fetching, "a fetch of an empty partition is answered when max.wait is over (D3)") {
  send(asking(0));
  loop.advance(499);
  REQUIRE_FALSE(answered());
  loop.advance(1);
  REQUIRE(first().error_code == 0);
  REQUIRE(loop.timers() == 0);
}

TEST_CASE_METHOD(Fetching, "a fetch that waits is answered by the append that it waited for") {
  send(asking(0));
  append();
  REQUIRE_FALSE(answered());
  loop.run();
  REQUIRE(first().records->bytes.size() == batch_size());
  REQUIRE(loop.timers() == 0);
}

TEST_CASE_METHOD(Fetching, "a fetch waits for min.bytes over several appends") {
  send(asking(0, static_cast<int32_t>(2 * batch_size())));
  append();
  loop.run();
  REQUIRE_FALSE(answered());
  append();
  loop.run();
  REQUIRE(first().records->bytes.size() == 2 * batch_size());
}

TEST_CASE_METHOD(Fetching, "a fetch with less than min.bytes gives what there is when max.wait is over") {
  append();
  send(asking(0, 1 << 20));
  loop.advance(500);
  REQUIRE(first().records->bytes.size() == batch_size());
}

TEST_CASE_METHOD(Fetching, "a fetch that waits is answered at once when its partition stops") {
  send(asking(0));
  partition->stop();
  loop.run();
  REQUIRE(first().error_code == 6);
}

TEST_CASE_METHOD(Fetching, "no fetch waits longer than five minutes") {
  send(asking(0, 1, INT32_MAX));
  loop.advance(299'999);
  REQUIRE_FALSE(answered());
  loop.advance(1);
  REQUIRE(first().error_code == 0);
}

TEST_CASE_METHOD(Fetching, "a fetch that is not remembered waits half a second and looks again (memory)") {
  spend_budget();
  send(asking(0, 1, 10'000));
  append();
  loop.advance(499);
  REQUIRE_FALSE(answered());
  loop.advance(1);
  REQUIRE(first().records->bytes.size() == batch_size());
  send(asking(1, 1, 100));
  loop.advance(99);
  REQUIRE_FALSE(answered());
  loop.advance(1);
  REQUIRE(first().records->bytes.empty());
  REQUIRE(loop.timers() == 0);
}

TEST_CASE_METHOD(Fetching, "an incremental fetch that is not remembered waits too, and names what is new") {
  FetchRequest next = next_of(asking(0));
  spend_budget();
  send(next);
  loop.advance(500);
  REQUIRE(answer<FetchResponse>(kByName).responses.empty());
  ++next.session_epoch;
  send(next);
  append();
  REQUIRE_FALSE(answered());
  loop.advance(500);
  REQUIRE(first().records->bytes.size() == batch_size());
}

TEST_CASE_METHOD(Fetching, "a fetch whose connection has gone holds nothing any more") {
  send(asking(0, 1, INT32_MAX));
  REQUIRE(room() == kRoom - 1 - FetchBudget::kHolderCost);
  std::weak_ptr<CaughtReply> connection = caught;
  caught->parked.lock()->abandon();
  REQUIRE(loop.timers() == 0);
  REQUIRE(caught->parked.expired());
  REQUIRE(room() == kRoom);
  caught.reset();
  REQUIRE(connection.expired());
  append();
  loop.run();
}

TEST_CASE_METHOD(Fetching, "a fetch that waits gives what there is when the node stops") {
  append();
  send(asking(0, 1 << 20, INT32_MAX));
  REQUIRE_FALSE(answered());
  caught->parked.lock()->hurry();
  REQUIRE(first().records->bytes.size() == batch_size());
  REQUIRE(loop.timers() == 0);
  spend_budget();
  send(asking(1, 1, INT32_MAX));
  caught->parked.lock()->hurry();
  REQUIRE(first().records->bytes.empty());
}

TEST_CASE_METHOD(Fetching, "a fetch that waits holds no file of the log") {
  append();
  auto holders = [&] { return read(0).slice->file.use_count(); };
  long before = holders();
  send(asking(0, 1 << 20));
  append();
  loop.run();
  REQUIRE_FALSE(answered());
  REQUIRE(holders() == before);
  loop.advance(500);
  REQUIRE(first().records->bytes.size() == 2 * batch_size());
}

TEST_CASE_METHOD(Fetching, "a fetch that has waited gives its partitions' records in their order") {
  const TestBatch large = TestBatch().value_size(5000);
  append(large);
  auto other = add_partition(1);
  auto request = asking(0, static_cast<int32_t>(large.bytes().size() + batch_size()));
  also_ask(request, 1);
  for (auto& asked : request.topics[0].partitions) asked.partition_max_bytes = 2000;
  send(request);
  append_to(*other, {});
  loop.run();
  REQUIRE(sizes() == std::vector<size_t>{large.bytes().size(), batch_size()});
}

TEST_CASE_METHOD(Fetching, "a fetch that has waited keeps to max.bytes when its first partition is gone") {
  append();
  auto other = add_partition(1);
  auto request = asking(0, 1 << 20);
  request.max_bytes = 2000;
  also_ask(request, 1);
  send(request);
  partition->stop();
  for (int i = 0; i < 10; ++i) append_to(*other, TestBatch().value_size(500));
  loop.run();
  REQUIRE(sizes() == std::vector<size_t>{0, 2000});
}

TEST_CASE_METHOD(Fetching, "a batch that does not fit counts for min.bytes up to its partition's limit") {
  append();
  append_to(*add_partition(1), TestBatch().value_size(5000));
  auto request = asking(0, static_cast<int32_t>(batch_size()) + 2001);
  also_ask(request, 1);
  for (auto& asked : request.topics[0].partitions) asked.partition_max_bytes = 2000;
  send(request);
  REQUIRE_FALSE(answered());
  --request.min_bytes;
  send(request);
  REQUIRE(sizes() == std::vector<size_t>{batch_size(), 0});
}

TEST_CASE_METHOD(Fetching, "a fetch waits for no more than it may be given") {
  for (int i = 0; i < 4; ++i) append(TestBatch().value_size(500));
  auto request = asking(0, 1 << 20);
  request.max_bytes = 2000;
  REQUIRE(fetch(request).records->bytes.size() == 2000);
  request.max_bytes = -1;
  REQUIRE_FALSE(fetch(request).records->bytes.empty());
}

TEST_CASE_METHOD(Fetching, "a fetch does not wait in a segment that has another behind it") {
  append();
  send(asking(0, 1 << 20));
  REQUIRE_FALSE(answered());
  append(TestBatch().value_size(1 << 20));
  send(asking(0, 1 << 20));
  REQUIRE(first().records->bytes.size() == batch_size());
}

TEST_CASE_METHOD(Fetching, "a fetch that waits at a segment's end is answered from the next segment") {
  append(TestBatch().value_size(600'000));
  send(asking(1, 1 << 20));
  append(TestBatch().value_size(600'000));
  loop.run();
  REQUIRE(first().records->bytes.size() > 600'000);
}

TEST_CASE_METHOD(Fetching,
                 "what is behind an open transaction is nothing to a read_committed fetch that waits") {
  append();
  append(TestBatch().producer(7, 0, 0).transactional());
  append(TestBatch().value_size(1 << 20));
  auto request = asking(0, static_cast<int32_t>(batch_size()) + 1);
  request.isolation_level = 1;
  send(request);
  REQUIRE_FALSE(answered());
  send(asking(0, 1 << 20));
  REQUIRE(answered());
  request = asking(2);
  request.isolation_level = 1;
  REQUIRE(fetch(request).records->bytes.empty());
}

TEST_CASE_METHOD(Fetching, "an offset out of range is told without waiting and without offsets") {
  auto got = fetch(asking(1));
  REQUIRE(got.error_code == 1);
  REQUIRE(got.high_watermark == -1);
}

TEST_CASE_METHOD(Fetching, "unknown topics, partitions and ids have their errors") {
  auto request = asking(0);
  request.topics[0].partitions[0].partition = 7;
  REQUIRE(fetch(request).error_code == 3);
  request = asking(0);
  request.topics[0].topic = "none";
  REQUIRE(fetch(request).error_code == 3);
  request.topics[0].topic_id = Uuid::of(9, 9);
  send(request, 13);
  REQUIRE(first(13).error_code == 100);
}

TEST_CASE_METHOD(Fetching, "the leader epoch of a fetch is checked") {
  assign(5);
  auto request = asking(0);
  request.topics[0].partitions[0].current_leader_epoch = 4;
  REQUIRE(fetch(request).error_code == 74);
  request.topics[0].partitions[0].current_leader_epoch = 6;
  REQUIRE(fetch(request).error_code == 75);
}

TEST_CASE_METHOD(Fetching, "who asks an old leader is told the new one, in versions that Kafka tells it in") {
  assign(5);
  auto request = asking(0);
  request.topics[0].topic_id = Uuid::of(1, 1);
  request.topics[0].partitions[0].current_leader_epoch = 4;
  send(request, 15);
  REQUIRE(first(15).current_leader.leader_epoch == -1);
  send(request, 16);
  REQUIRE(first(16).current_leader.leader_epoch != -1);
}

TEST_CASE_METHOD(Fetching, "the first batch comes whole however small the limits, and nothing behind it") {
  append(TestBatch().value_size(5000));
  append();
  auto request = asking(0);
  request.max_bytes = 10;
  request.topics[0].partitions[0].partition_max_bytes = 10;
  REQUIRE(fetch(request).records->bytes.size() == TestBatch().value_size(5000).bytes().size());
}

TEST_CASE_METHOD(Fetching, "a partition behind the first gives nothing of a batch that does not fit") {
  const TestBatch large = TestBatch().value_size(5000);
  append(large);
  append_to(*add_partition(1), large);
  auto request = asking(0);
  also_ask(request, 1);
  for (auto& asked : request.topics[0].partitions) asked.partition_max_bytes = 2000;
  send(request);
  REQUIRE(sizes() == std::vector<size_t>{large.bytes().size(), 0});
  for (auto& asked : request.topics[0].partitions) asked.partition_max_bytes = 1 << 20;
  request.max_bytes = 7000;
  send(request);
  REQUIRE(sizes() == std::vector<size_t>{large.bytes().size(), 0});
}

TEST_CASE_METHOD(Fetching, "read_committed has a list of aborted transactions, read_uncommitted has none") {
  append();
  auto request = asking(0);
  REQUIRE_FALSE(fetch(request).aborted_transactions.has_value());
  request.isolation_level = 1;
  REQUIRE(fetch(request).aborted_transactions->empty());
}

TEST_CASE_METHOD(Fetching, "read_committed stops before an open transaction (D5)") {
  append();
  append(TestBatch().producer(7, 0, 0).transactional());
  auto request = asking(0);
  request.isolation_level = 1;
  auto got = fetch(request);
  REQUIRE(got.last_stable_offset == 1);
  REQUIRE(got.records->bytes.size() == batch_size());
}

TEST_CASE_METHOD(Fetching, "an incremental fetch names only what is new (KIP-227)") {
  append();
  auto request = asking(0);
  request.session_epoch = 0;
  send(request);
  first();
  FetchRequest next = asking(1, 1, 10);
  next.session_id = response.session_id;
  next.session_epoch = 1;
  send(next);
  loop.advance(10);
  REQUIRE(answer<FetchResponse>(kByName).responses.empty());
  next.session_epoch = 1;
  send(next);
  REQUIRE(answer<FetchResponse>(kByName).error_code == 71);
  next.session_id = 12345;
  send(next);
  REQUIRE(answer<FetchResponse>(kByName).error_code == 70);
}

// ---- authorization ----

TEST_CASE_METHOD(Fetching, "a topic that may not be read is refused at once, there or not") {
  rules = strict_rules();
  REQUIRE(fetch(asking(0)).error_code == 29);
  auto request = asking(0);
  request.topics[0].topic = "none";
  REQUIRE(fetch(request).error_code == 29);
  also_ask(request, 1);
  send(request);
  first();
  REQUIRE(response.responses[0].partitions[1].error_code == 29);
}

TEST_CASE_METHOD(Fetching, "by its id a topic is refused, and no topic is no topic") {
  rules = strict_rules();
  auto request = asking(0);
  request.topics[0].topic_id = Uuid::of(1, 1);
  send(request, 13);
  REQUIRE(first(13).error_code == 29);
  request.topics[0].topic_id = Uuid::of(9, 9);
  send(request, 13);
  REQUIRE(first(13).error_code == 100);
}

TEST_CASE_METHOD(Fetching, "replicas act for the cluster, or are told nothing, not even of ids") {
  rules = strict_rules();
  auto request = asking(0);
  request.replica_id = 2;
  request.topics[0].topic_id = Uuid::of(9, 9);
  send(request, 13);
  REQUIRE(first(13).error_code == 29);
  publish({testing::broker(1, 1), topic_of_partition(), partition_of_topic(),
           allow_cluster(AclOperation::kClusterAction)});
  send(request, 13);
  REQUIRE(first(13).error_code == 100);
  request.replica_id = -1;
  REQUIRE(fetch(request).error_code == 29);
}

TEST_CASE_METHOD(Fetching, "a follower that has waited is told what was committed meanwhile") {
  const std::vector<NodeId> all = {kSelf, kOther, NodeId{3}};
  assign(2, kSelf, all, all);
  append();
  auto request = asking(1);
  request.replica_id = kOther.value;
  request.topics[0].partitions[0].current_leader_epoch = 2;
  send(request);
  REQUIRE(partition->read_for_follower({.offset = {1}, .size_max = 100}, {.replica = {3}}).high_watermark ==
          Offset{1});
  loop.advance(500);
  REQUIRE(first().high_watermark == 1);
}

TEST_CASE_METHOD(Fetching, "a session's partitions are asked for anew with each fetch") {
  append();
  auto next = next_of(asking(0));
  rules = strict_rules();
  next.topics.clear();
  send(next);
  REQUIRE(first().error_code == 29);
}

TEST_CASE_METHOD(Fetching, "a follower's fetch finds what has changed since the one before") {
  auto other = add_partition(1);
  auto next = next_of_follower(*other);
  append_to(*other, {});
  send(next, kById);
  REQUIRE(first(kById).partition_index == 1);
  next.session_epoch = 2;
  next.topics = asking(1).topics;
  next.topics[0].topic_id = Uuid::of(1, 1);
  next.topics[0].partitions[0].partition = 1;
  send(next, kById);
  REQUIRE_FALSE(answered());
  REQUIRE(other->state().high_watermark.offset == Offset{1});
  append();
  loop.run();
  REQUIRE(sizes(kById) == std::vector<size_t>{0, batch_size()});
}

TEST_CASE_METHOD(Fetching, "a follower of what is idle is noted each half second") {
  auto other = add_partition(1);
  auto next = next_of_follower(*other);
  clock.now += 100;
  send(next, kById);
  REQUIRE(behind_ms() == 100);
  loop.advance(399);
  REQUIRE_FALSE(answered());
  loop.advance(1);
  REQUIRE(answer<FetchResponse>(kById).responses.empty());
  REQUIRE(behind_ms() == 500);
  ++next.session_epoch;
  send(next, kById);
  REQUIRE(behind_ms() == 0);
}

TEST_CASE_METHOD(Fetching, "a follower of what is idle is noted while something else is written to") {
  auto other = add_partition(1);
  auto next = next_of_follower(*other);
  for (int64_t end = 1; end <= 20; ++end) {
    clock.now += 100;
    append_to(*other, {});
    send(next, kById);
    REQUIRE(first(kById).partition_index == 1);
    REQUIRE(behind_ms() <= 500);
    ++next.session_epoch;
    next.topics = asking(end).topics;
    next.topics[0].topic_id = Uuid::of(1, 1);
    next.topics[0].partitions[0].partition = 1;
  }
}

TEST_CASE_METHOD(Fetching, "a follower is told at a partition's turn what was committed since") {
  auto other = add_partition(1);
  auto next = next_of_follower(*other);
  const std::vector<NodeId> all = {kSelf, kOther, NodeId{3}};
  assign(2, kSelf, all, all);
  append();
  send(next, kById);
  REQUIRE(first(kById).high_watermark == 0);
  ++next.session_epoch;
  next.topics = asking(1).topics;
  next.topics[0].topic_id = Uuid::of(1, 1);
  send(next, kById);
  loop.advance(500);
  REQUIRE(answer<FetchResponse>(kById).responses.empty());
  partition->read_for_follower({.offset = {1}, .size_max = 100}, {.replica = {3}});
  ++next.session_epoch;
  next.topics.clear();
  send(next, kById);
  loop.advance(500);
  REQUIRE(first(kById).high_watermark == 1);
}

TEST_CASE_METHOD(Fetching, "a partition that has gone is told of, and looked up again") {
  auto other = add_partition(1);
  auto next = next_of_follower(*other);
  partitions.remove(Uuid::of(1, 1), 1);
  other->stop();
  send(next, kById);
  REQUIRE(first(kById).error_code == 6);
  ++next.session_epoch;
  send(next, kById);
  REQUIRE(first(kById).error_code == 3);
}

TEST_CASE_METHOD(Fetching, "what a follower was not given for want of room comes before what it was") {
  auto other = add_partition(1);
  auto next = next_of_follower(*other);
  next.max_bytes = static_cast<int32_t>(batch_size());
  for (int i = 0; i < 2; ++i) append();
  append_to(*other, {});
  send(next, kById);
  REQUIRE(first(kById).partition_index == 0);
  next.session_epoch = 2;
  next.topics = asking(1).topics;
  next.topics[0].topic_id = Uuid::of(1, 1);
  send(next, kById);
  REQUIRE(sizes(kById) == std::vector<size_t>{batch_size(), 0});
  REQUIRE(response.responses[0].partitions[0].partition_index == 1);
}

TEST_CASE_METHOD(Fetching, "a follower that gives a partition up hears of it no more") {
  auto other = add_partition(1);
  auto next = next_of_follower(*other);
  next.forgotten_topics_data.push_back({.topic = {}, .topic_id = Uuid::of(1, 1), .partitions = {1}});
  append_to(*other, {});
  send(next, kById);
  loop.advance(499);
  REQUIRE_FALSE(answered());
  loop.advance(1);
  REQUIRE(answer<FetchResponse>(kById).responses.empty());
}

TEST_CASE_METHOD(Fetching, "a follower that may not act as one any more is told so by its next fetch") {
  auto other = add_partition(1);
  auto next = next_of_follower(*other);
  rules = strict_rules();
  send(next, kById);
  REQUIRE(first(kById).error_code == 29);
}

TEST_CASE_METHOD(Fetching, "a follower's fetch makes way for what is asked next, a consumer's waits") {
  auto other = add_partition(1);
  send(next_of_follower(*other), kById);
  REQUIRE_FALSE(answered());
  caught->parked.lock()->on_next();
  REQUIRE(answer<FetchResponse>(kById).responses.empty());
  send(asking(0));
  caught->parked.lock()->on_next();
  REQUIRE_FALSE(answered());
}

// ---- Quotas

TEST_CASE_METHOD(Fetching, "a consumer that has fetched too much gets nothing until its rate is down") {
  append();
  append();
  limit_to(static_cast<double>(batch_size() + 64) / 10);
  fetch(asking(1));
  REQUIRE(response.throttle_time_ms == 0);
  send(asking(1));
  REQUIRE(held_back_ms() == 10'000);
  REQUIRE(caught->response->throttle_ms == 10'000);
  loop.advance(11'000);
  REQUIRE(fetch(asking(1)).records->bytes.size() == batch_size());
}

TEST_CASE_METHOD(Fetching, "a consumer with a quota below a batch gets on, and is held back for it") {
  append();
  limit_to(1);
  REQUIRE(fetch(asking(0)).records->bytes.size() == batch_size());
  REQUIRE(response.throttle_time_ms > 0);
  send(asking(0));
  REQUIRE(held_back_ms() > 0);
}

TEST_CASE_METHOD(Fetching, "no more is read for a consumer than its quota can ever give") {
  for (int i = 0; i < 10; ++i) append();
  limit_to(static_cast<double>(2 * batch_size() + 5) / 10);
  const size_t size = fetch(asking(0)).records->bytes.size();
  REQUIRE(size >= 2 * batch_size());
  REQUIRE(size < 3 * batch_size());
}

TEST_CASE_METHOD(Fetching, "a session outlives an answer without records, one that begins does not") {
  append();
  FetchRequest next = next_of(asking(0));
  append();
  limit_to(1);
  fetch(asking(0));
  send(next);
  REQUIRE(held_back_ms() > 0);
  REQUIRE(response.session_id == next.session_id);
  FetchRequest opening = asking(0);
  opening.session_epoch = 0;
  send(opening);
  REQUIRE(held_back_ms() > 0);
  REQUIRE(response.session_id == 0);
  loop.advance(11'000);
  ++next.session_epoch;
  send(next);
  REQUIRE(first().records->bytes.size() > 0);
}

TEST_CASE_METHOD(Fetching, "a replica fetches whatever quotas hold for its name") {
  assign(2, kSelf, {kSelf, kOther}, {kSelf, kOther});
  append();
  append();
  limit_to(1);
  auto request = asking(0, 1, 0);
  request.replica_id = kOther.value;
  for (int i = 0; i < 2; ++i) {
    REQUIRE(fetch(request).records->bytes.size() == 2 * batch_size());
    REQUIRE(response.throttle_time_ms == 0);
  }
}
