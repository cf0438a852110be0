// Proposals on their way to the controller: what is sent when, and whose answers are whose. The end is a
// leader, the queue and the controller's decisions together.
#include "tests/testing.h"

#include "broker/metadata/topics_image.h"
#include "broker/replica/isr_changes.h"
#include "protocol/reader.h"
#include "protocol/writer.h"
#include "tests/broker/leader_fixture.h"
#include "tests/broker/many_brokers.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::AlterPartitionRequest;
using protocol::AlterPartitionResponse;

namespace {

constexpr int64_t kOwnEpoch = 101;

// Partitions as "topic's number-index"; answers are made for what was sent last.
struct Changing {
  IsrChanges changes{NodeId{1}};
  AlterPartitionRequest sent;
  AlterPartitionResponse response;
  int64_t now_ms = 1000;

  static IsrChanges::Key key(uint64_t topic, int32_t index) { return {id(topic), index}; }
  bool submit(uint64_t topic, int32_t index, int32_t partition_epoch = 5) {
    return changes.submit(key(topic, index), {.number = 1,
                                              .leader_epoch = Epoch{3},
                                              .partition_epoch = Epoch{partition_epoch},
                                              .isr = {{NodeId{1}}, {NodeId{2}, 102}, {NodeId{3}}},
                                              .recovery = LeaderRecoveryState::kRecovered});
  }
  // The partitions of the next request, "" when there is none.
  std::string send(int64_t own_epoch = kOwnEpoch) {
    auto request = changes.take_request(own_epoch, now_ms);
    if (!request) return "";
    sent = *request;
    response = {};
    std::string text;
    for (const auto& topic : sent.topics) {
      for (const auto& partition : topic.partitions) {
        text += fmt::format("{}{}-{}", text.empty() ? "" : " ", topic.topic_id.bytes[15],
                            partition.partition_index);
      }
    }
    return text;
  }
  void answer(uint64_t topic, int32_t index, ErrorCode code) {
    response.topics.push_back({id(topic), {}});
    response.topics.back().partitions.push_back({.partition_index = index,
                                                 .error_code = wire_value(code),
                                                 .leader_id = 1,
                                                 .leader_epoch = 3,
                                                 .isr = {1, 2},
                                                 .partition_epoch = 6});
  }
  // "1-0: 0 1-1: 107", the partitions' errors.
  std::string end(const IsrChanges::Answered& answered) {
    std::string text;
    for (const auto& ended : answered.ended) {
      text += fmt::format("{}{}-{}: {}", text.empty() ? "" : " ", ended.key.topic_id.bytes[15],
                          ended.key.partition, ended.answer ? 0 : wire_value(ended.answer.error()));
    }
    return text;
  }
  std::string respond() { return end(changes.on_response(response, now_ms)); }
  std::string respond(uint64_t topic, int32_t index, ErrorCode code) {
    answer(topic, index, code);
    return respond();
  }
};

}  // namespace

// ---- requests ----

TEST_CASE_METHOD(Changing, "a proposal that was overtaken does not take the later one's place") {
  REQUIRE(changes.submit(key(1, 0), {.number = 2, .leader_epoch = Epoch{3}, .partition_epoch = Epoch{6}}));
  REQUIRE_FALSE(
      changes.submit(key(1, 0), {.number = 1, .leader_epoch = Epoch{3}, .partition_epoch = Epoch{5}}));
  REQUIRE(changes.submit(key(1, 0), {.number = 1, .leader_epoch = Epoch{4}, .partition_epoch = Epoch{7}}));
}

TEST_CASE_METHOD(Changing, "what waits goes out in one request, by topic") {
  submit(2, 0);
  submit(1, 7);
  submit(1, 3);
  REQUIRE(send() == "1-3 1-7 2-0");
  REQUIRE(sent.topics.size() == 2);
}

TEST_CASE_METHOD(Changing, "a proposal goes out with all its epochs, and the leader's own") {
  submit(1, 0);
  send(105);
  REQUIRE(sent.broker_id == 1);
  REQUIRE(sent.broker_epoch == 105);
  const auto& data = sent.topics[0].partitions[0];
  REQUIRE(data.leader_epoch == 3);
  REQUIRE(data.partition_epoch == 5);
  REQUIRE(data.leader_recovery_state == 0);
  using State = AlterPartitionRequest::BrokerState;
  REQUIRE(data.new_isr_with_epochs == std::vector<State>{{1, 105}, {2, 102}, {3, -1}});
}

TEST_CASE_METHOD(Changing, "the same request is good for a controller that knows version 2 only") {
  submit(1, 0);
  send();
  Bytes bytes;
  protocol::Writer writer(bytes);
  sent.write(writer, 2);
  protocol::Reader reader(bytes);
  AlterPartitionRequest read;
  read.read(reader, 2);
  REQUIRE(reader.ok());
  REQUIRE(read.topics[0].partitions[0].new_isr == std::vector<int32_t>{1, 2, 3});
}

TEST_CASE_METHOD(Changing, "one request at a time: what comes meanwhile goes out with the next") {
  submit(1, 0);
  send();
  submit(1, 1);
  REQUIRE(send() == "");
  REQUIRE(changes.next_attempt_ms() == std::nullopt);
  respond(1, 0, ErrorCode::kNone);
  REQUIRE(changes.next_attempt_ms().value() <= now_ms);
  REQUIRE(send() == "1-1");
}

TEST_CASE_METHOD(Changing, "a partition has one proposal on its way") {
  submit(1, 0);
  send();
  REQUIRE_FALSE(submit(1, 0));
  respond(1, 0, ErrorCode::kNone);
  REQUIRE(submit(1, 0));
}

TEST_CASE_METHOD(Changing, "a proposal that has not gone out is replaced by a later one") {
  REQUIRE(submit(1, 0, 5));
  REQUIRE(submit(1, 0, 6));
  send();
  REQUIRE(sent.topics[0].partitions.size() == 1);
  REQUIRE(sent.topics[0].partitions[0].partition_epoch == 6);
}

TEST_CASE_METHOD(Changing, "a request has so many partitions at most, and everybody's turn comes") {
  const auto most = static_cast<int32_t>(IsrChanges::kPartitionsMax);
  for (int32_t index = 0; index < most + 2; ++index) submit(1, index);
  send();
  REQUIRE(sent.topics[0].partitions.size() == IsrChanges::kPartitionsMax);
  changes.on_failure(now_ms);
  now_ms += IsrChanges::kRetryMs;
  send();
  REQUIRE(sent.topics[0].partitions.size() == IsrChanges::kPartitionsMax);
  REQUIRE(sent.topics[0].partitions.back().partition_index == most + 1);
  REQUIRE(sent.topics[0].partitions.front().partition_index == 0);
}

// ---- answers ----

TEST_CASE_METHOD(Changing, "each partition is told its own answer, in whatever order they come") {
  submit(1, 0);
  submit(1, 1);
  submit(2, 0);
  send();
  answer(2, 0, ErrorCode::kInvalidUpdateVersion);
  answer(1, 1, ErrorCode::kNone);
  answer(1, 0, ErrorCode::kIneligibleReplica);
  REQUIRE(respond() == "2-0: 95 1-1: 0 1-0: 107");
  REQUIRE(send() == "");
}

TEST_CASE_METHOD(Changing, "an accepted proposal comes back with what the partition is now") {
  submit(1, 0);
  send();
  answer(1, 0, ErrorCode::kNone);
  response.topics[0].partitions[0].leader_recovery_state = 1;
  auto answered = changes.on_response(response, now_ms);
  const CommittedIsr expected{Epoch{3}, Epoch{6}, {NodeId{1}, NodeId{2}}, LeaderRecoveryState::kRecovering};
  REQUIRE(*answered.ended[0].answer == expected);
  REQUIRE(answered.ended[0].proposal.partition_epoch == Epoch{5});
}

TEST_CASE_METHOD(Changing, "a recovery state that does not exist is UNKNOWN_SERVER_ERROR (-1)") {
  submit(1, 0);
  send();
  answer(1, 0, ErrorCode::kNone);
  response.topics[0].partitions[0].leader_recovery_state = 2;
  REQUIRE(respond() == "1-0: -1");
}

TEST_CASE_METHOD(Changing, "answers that nobody asked for are nobody's") {
  submit(1, 0);
  send();
  submit(1, 1);
  answer(1, 1, ErrorCode::kNone);
  answer(2, 0, ErrorCode::kNone);
  answer(1, 0, ErrorCode::kNone);
  REQUIRE(respond(1, 0, ErrorCode::kInvalidRequest) == "1-0: 0");
  REQUIRE(send() == "1-1");
}

TEST_CASE_METHOD(Changing, "what was left out of the answer is sent again, after a while") {
  submit(1, 0);
  submit(1, 1);
  send();
  REQUIRE(respond(1, 0, ErrorCode::kNone) == "1-0: 0");
  REQUIRE(send() == "");
  REQUIRE(changes.next_attempt_ms() == now_ms + IsrChanges::kRetryMs);
  now_ms += IsrChanges::kRetryMs;
  REQUIRE(send() == "1-1");
}

TEST_CASE_METHOD(Changing, "a partition that will ask again at once has to wait a while") {
  submit(1, 0);
  send();
  REQUIRE(respond(1, 0, ErrorCode::kUnknownServerError) == "1-0: -1");
  submit(1, 0);
  REQUIRE(send() == "");
  now_ms += IsrChanges::kRetryMs;
  REQUIRE(send() == "1-0");
}

TEST_CASE_METHOD(Changing,
                 "what a stale controller could not decide goes to another, and the rest has ended") {
  submit(1, 0);
  submit(1, 1);
  send();
  answer(1, 0, ErrorCode::kNotController);
  answer(1, 1, ErrorCode::kNone);
  auto answered = changes.on_response(response, now_ms);
  REQUIRE(answered.find_controller);
  REQUIRE(end(answered) == "1-1: 0");
  now_ms += IsrChanges::kRetryMs;
  REQUIRE(send() == "1-0");
}

TEST_CASE_METHOD(Changing, "an error of the whole request sends all of it again, with the epoch of then") {
  for (ErrorCode code : {ErrorCode::kStaleBrokerEpoch, ErrorCode::kClusterAuthorizationFailed,
                         ErrorCode::kNotController, ErrorCode::kUnknownServerError}) {
    INFO(name_of(code));
    submit(1, 0);
    REQUIRE(send() == "1-0");
    answer(1, 0, ErrorCode::kNone);
    response.error_code = wire_value(code);
    auto answered = changes.on_response(response, now_ms);
    REQUIRE(answered.error == code);
    REQUIRE(answered.find_controller == (code == ErrorCode::kNotController));
    REQUIRE(end(answered) == "");
    REQUIRE(send(107) == "");
    now_ms += IsrChanges::kRetryMs;
    REQUIRE(send(107) == "1-0");
    REQUIRE(sent.broker_epoch == 107);
    changes.on_failure(now_ms);
    now_ms += IsrChanges::kRetryMs;
  }
}

TEST_CASE_METHOD(Changing, "a request that was lost is sent again, with what came meanwhile") {
  submit(1, 0);
  send();
  submit(1, 1);
  changes.on_failure(now_ms);
  REQUIRE(send() == "");
  now_ms += IsrChanges::kRetryMs;
  REQUIRE(send() == "1-0 1-1");
}

// ---- with the controller ----

namespace {

// Broker 1 leads t-0 on brokers 1 to 3; what it proposes goes to the controller and back.
struct WithController : ManyBrokers {
  IsrChanges changes{NodeId{1}};
  std::optional<LeaderTerm> leader;
  int16_t version = 3;

  WithController() {
    live({1, 2, 3});
    partition_on({1, 2, 3});
  }
  void lead(std::vector<int32_t> isr) {
    auto record = partition_change(1, 0);
    record.isr = std::move(isr);
    change(record);
    leader.emplace(LeaderStart{.self = NodeId{1}, .end = at(10), .high_watermark = at(10), .now_ms = now_ms},
                   partition(), image.brokers());
  }
  // The follower has everything, and fetches in the epoch.
  Moves fetch(int32_t replica, int64_t broker_epoch) {
    auto moves = leader->on_fetch({.replica = NodeId{replica},
                                   .broker_epoch = broker_epoch,
                                   .position = at(10),
                                   .leader_end = Offset{10},
                                   .time_ms = now_ms});
    REQUIRE(moves.ok());
    return *moves;
  }
  // The controller's records, and the leader's ISR after its answer.
  std::string alter(const Moves& moves) {
    REQUIRE(moves.proposal);
    REQUIRE(changes.submit({id(1), 0}, *moves.proposal));
    auto decided = decide_alter_partition(view(), *changes.take_request(broker(1).epoch, now_ms), version);
    std::string records = perform(decided.decision);
    for (const auto& ended : changes.on_response(decided.response, now_ms).ended) {
      leader->on_answer(ended.proposal, ended.answer, now_ms);
    }
    return records + " | " + text_of(leader->isr());
  }
};

}  // namespace

TEST_CASE_METHOD(WithController, "a leader and the controller expand and shrink the ISR") {
  lead({1});
  REQUIRE(alter(fetch(2, broker(2).epoch)) == "t-0: isr 1,2 | 1,2");
  REQUIRE(alter(fetch(3, broker(3).epoch)) == "t-0: isr 1,2,3 | 1,2,3");
  leader->on_end(at(20), now_ms);
  REQUIRE(alter(leader->tick(now_ms + kLagMs + 1)) == "t-0: isr 1 | 1");
  REQUIRE(leader->partition_epoch() == partition().partition_epoch);
}

TEST_CASE_METHOD(WithController, "a leader and a controller that know version 2 expand the ISR") {
  lead({1});
  version = 2;
  REQUIRE(alter(fetch(2, broker(2).epoch)) == "t-0: isr 1,2 | 1,2");
}

TEST_CASE_METHOD(WithController, "who has restarted unknown to the leader is refused by the controller") {
  lead({1});
  const int64_t before = broker(2).epoch;
  fence(2);
  now_ms += kSessionMs + 1;
  sessions.contact(image.brokers(), NodeId{1}, broker(1).epoch, now_ms);
  sessions.contact(image.brokers(), NodeId{3}, broker(3).epoch, now_ms);
  enter(registration(2, 2));
  beat(2);
  REQUIRE(alter(fetch(2, before)) == " | 1");
  REQUIRE_FALSE(leader->has_pending());
}

TEST_CASE_METHOD(WithController, "what was done although its answer was lost is known from the metadata") {
  lead({1});
  const Moves moves = fetch(2, broker(2).epoch);
  changes.submit({id(1), 0}, *moves.proposal);
  auto lost = decide_alter_partition(view(), *changes.take_request(broker(1).epoch, now_ms), 3);
  perform(lost.decision);
  changes.on_failure(now_ms);
  now_ms += IsrChanges::kRetryMs;
  REQUIRE(alter(moves) == " | 1");
  REQUIRE(leader->has_pending());
  leader->assign(partition(), image.brokers(), now_ms);
  REQUIRE(text_of(leader->isr()) == "1,2");
}

TEST_CASE_METHOD(WithController, "a leader that recovers says that it has with its first change") {
  auto record = partition_change(1, 0);
  record.leader_recovery_state = 1;
  change(record);
  lead({1});
  REQUIRE(alter(fetch(2, broker(2).epoch)) == "t-0: isr 1,2, recovered | 1,2");
}
