// Random terms of a leader, with the real controller: followers fetch, stop and restart with or without the
// end of their logs; fetches come late and twice; images, requests and answers are delayed or lost. What has
// to hold is compared with the followers' logs and with what the controller has committed.
#include "tests/testing.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "broker/replica/isr_changes.h"
#include "tests/broker/leader_fixture.h"
#include "tests/broker/many_brokers.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::AlterPartitionRequest;
using protocol::AlterPartitionResponse;

namespace {

constexpr int32_t kBrokers = 4;  // the first leads, and never fails

struct RandomTerm : ManyBrokers {
  struct Log {
    int64_t end = 0;  // the leader's records below it are in the follower's log
    int64_t epoch = -1;
  };
  struct Records {
    int32_t to = 0;
    int64_t epoch = -1;
    int64_t from = 0;
    int64_t until = 0;
  };

  SeededRandom chance;
  IsrChanges changes{NodeId{1}};
  std::optional<LeaderTerm> leader;
  std::map<int32_t, Log> logs;
  std::set<int32_t> asleep;  // their fetches are not sent
  uint64_t lives = 1;
  // On the way.
  std::deque<ClusterImage> images;
  std::vector<FollowerFetch> fetches;
  std::vector<Records> responses;
  std::optional<AlterPartitionRequest> request;
  std::optional<AlterPartitionResponse> answer;
  // What was seen.
  std::optional<IsrProposal> open;
  int64_t mark = 0;

  explicit RandomTerm(uint64_t seed) : chance(seed) {
    const uint32_t isr_min = 1 + seed % 3;
    live({1, 2, 3, 4});
    partition_on({1, 2, 3, 4});
    set("min.insync.replicas", std::to_string(isr_min));
    for (int32_t number = 2; number <= kBrokers; ++number) logs[number] = {0, broker(number).epoch};
    leader.emplace(LeaderStart{.self = NodeId{1},
                               .lag_time_max_ms = kLagMs,
                               .isr_min = isr_min,
                               .end = at(0),
                               .high_watermark = at(0),
                               .now_ms = now_ms},
                   partition(), image.brokers());
  }

  int32_t any_follower() { return 2 + static_cast<int32_t>(chance.below(kBrokers - 1)); }
  template <class Thing>
  Thing take_any(std::vector<Thing>& things) {
    std::swap(things[chance.below(things.size())], things.back());
    Thing thing = std::move(things.back());
    things.pop_back();
    return thing;
  }

  // ---- the leader ----

  void take(const Moves& moves) {
    const int64_t now = leader->high_watermark().offset.value;
    REQUIRE(now >= mark);
    REQUIRE(now <= leader->end().offset.value);
    REQUIRE(moves.high_watermark == (now > mark));
    if (now > mark) REQUIRE_FALSE(leader->is_under_min_isr());
    mark = now;
    if (!moves.proposal) return;
    REQUIRE((!open || open->partition_epoch < moves.proposal->partition_epoch));
    open = moves.proposal;
    if (changes.submit({id(1), 0}, *moves.proposal)) return;
    end_proposal(*moves.proposal, Error{ErrorCode::kOperationNotAttempted});
  }
  void end_proposal(const IsrProposal& proposal, const Outcome<CommittedIsr>& outcome) {
    const bool settled = outcome.ok() || refusal_of(outcome.error()) != IsrRefusal::kMetadataFollows;
    if (settled && open && open->number == proposal.number) open.reset();
    take(leader->on_answer(proposal, outcome, now_ms));
  }
  void append() {
    take(leader->on_end(at(leader->end().offset.value + 1 + static_cast<int64_t>(chance.below(5))), now_ms));
  }
  void hear() {
    if (images.empty()) return;
    const ClusterImage next = std::move(images.front());
    images.pop_front();
    take(leader->assign(*next.topics().find("t", 0), next.brokers(), now_ms));
  }
  void pass_time(int64_t ms) {
    now_ms += ms;
    take(leader->tick(now_ms));
  }

  // ---- fetches ----

  void doze(int32_t number) {
    if (!asleep.erase(number)) asleep.insert(number);
  }
  void send_fetch(int32_t number) {
    if (asleep.contains(number)) return;
    fetches.push_back({.replica = NodeId{number},
                       .broker_epoch = logs[number].epoch,
                       .leader_epoch = leader->leader_epoch(),
                       .position = at(logs[number].end)});
  }
  void receive_fetch() {
    if (fetches.empty()) return;
    FollowerFetch fetch = take_any(fetches);
    if (chance.one_in(8)) fetches.push_back(fetch);
    fetch.leader_end = leader->end().offset;
    fetch.time_ms = now_ms;
    const auto moves = leader->on_fetch(fetch);
    if (!moves) return;
    const int64_t from = fetch.position.offset.value;
    const auto size = static_cast<int64_t>(chance.below(fetch.leader_end.value - from + 1));
    responses.push_back({fetch.replica.value, fetch.broker_epoch, from, from + size});
    take(*moves);
  }
  void receive_records() {
    if (responses.empty()) return;
    const Records records = take_any(responses);
    Log& log = logs[records.to];
    if (log.epoch == records.epoch && log.end == records.from) log.end = records.until;
  }

  // ---- the controller ----

  void publish() { images.push_back(image); }
  void contact_all_but(int32_t silent) {
    now_ms += kSessionMs + 1;
    for (const auto& [id, broker] : image.brokers().brokers()) {
      if (id.value != silent) sessions.contact(image.brokers(), id, broker.epoch, now_ms);
    }
  }
  void fall_silent(int32_t number) {
    contact_all_but(number);
    expire();
    publish();
  }
  // If that is not in order, the end of the log is gone.
  void restart(int32_t number, bool clean) {
    contact_all_but(number);
    auto again = registration(number, ++lives);
    Log& log = logs[number];
    if (clean) again.previous_broker_epoch = broker(number).epoch;
    if (!clean) log.end = static_cast<int64_t>(chance.below(log.end + 1));
    REQUIRE(enter(again).find("registers") != std::string::npos);
    log.epoch = broker(number).epoch;
    publish();
  }
  void contact(int32_t number) {
    beat(number);
    publish();
  }
  void leave(int32_t number) {
    shut_down(number);
    publish();
  }

  // ---- changes of the ISR ----

  void send_request() {
    if (!request && !answer) request = changes.take_request(broker(1).epoch, now_ms);
  }
  // What becomes of it: lost, done, or refused for the time being.
  void receive_request() {
    if (!request) return;
    const AlterPartitionRequest arrived = *std::exchange(request, std::nullopt);
    if (chance.one_in(6)) return changes.on_failure(now_ms);
    if (chance.one_in(6)) return receive_answer(refusal_of_all(arrived));
    auto decided = decide_alter_partition(view(), arrived, 3);
    perform(decided.decision);
    publish();
    if (chance.one_in(4)) return changes.on_failure(now_ms);
    answer = decided.response;
  }
  AlterPartitionResponse refusal_of_all(const AlterPartitionRequest& arrived) {
    AlterPartitionResponse response;
    const ErrorCode code = chance.one_in(2) ? ErrorCode::kNotController : ErrorCode::kUnknownServerError;
    if (chance.one_in(2)) {
      response.error_code = wire_value(code);
    } else {
      response.topics.push_back({arrived.topics[0].topic_id, {{.error_code = wire_value(code)}}});
    }
    return response;
  }
  void receive_answer(const AlterPartitionResponse& response) {
    for (const auto& ended : changes.on_response(response, now_ms).ended) {
      end_proposal(ended.proposal, ended.answer);
    }
  }
  void receive_answer() {
    if (answer) receive_answer(*std::exchange(answer, std::nullopt));
  }

  void step() {
    switch (chance.below(24)) {
      case 0:
        return restart(any_follower(), chance.one_in(2));
      case 1:
        return chance.one_in(2) ? fall_silent(any_follower()) : leave(any_follower());
      case 2:
        return chance.one_in(2) ? contact(any_follower()) : doze(any_follower());
      case 3:
        return pass_time(static_cast<int64_t>(chance.below(kLagMs)));
      case 4:
      case 5:
        return hear();
      case 6:
      case 7:
        return send_request();
      case 8:
        return receive_request();
      case 9:
        return receive_answer();
      case 10:
      case 11:
        return append();
      case 12:
      case 13:
      case 14:
      case 15:
        return send_fetch(any_follower());
      case 16:
      case 17:
      case 18:
      case 19:
        return receive_fetch();
      default:
        return receive_records();
    }
  }

  // The first thing that does not hold, or "".
  std::string broken() const {
    const PartitionImage& now = partition();
    auto lacks = [&](NodeId member) { return member.value != 1 && logs.at(member.value).end < mark; };
    if (std::any_of(now.isr.begin(), now.isr.end(), lacks)) return "who is in sync lacks what is committed";
    // Why the mark stands still below min.insync.replicas: they may lead.
    if (std::any_of(now.elr.begin(), now.elr.end(), lacks)) return "who is eligible lacks what is committed";
    if (leader->partition_epoch() > now.partition_epoch) return "the leader is ahead of the controller";
    const bool same = leader->partition_epoch() == now.partition_epoch;
    if (same && leader->isr() != now.isr) return "the leader has another ISR than the controller";
    return "";
  }

  // Nothing fails or is late any more.
  void heal() {
    asleep.clear();
    fetches.clear();
    for (int32_t number = 2; number <= kBrokers; ++number) restart(number, true);
    for (int round = 0; round < 60; ++round) {
      for (int32_t number = 2; number <= kBrokers; ++number) {
        contact(number);
        send_fetch(number);
      }
      while (!images.empty()) hear();
      while (!fetches.empty()) receive_fetch();
      while (!responses.empty()) receive_records();
      send_request();
      receive_request();
      receive_answer();
      pass_time(IsrChanges::kRetryMs);
    }
  }
};

}  // namespace

TEST_CASE("random terms of a leader keep what is committed with all that are in sync or eligible") {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    RandomTerm term(seed);
    for (int step = 0; step < 600; ++step) {
      INFO("seed " << seed << " step " << step << " hw " << term.mark << " " << term.state());
      term.step();
      REQUIRE(term.broken() == "");
    }
  }
}

TEST_CASE("a leader that is left in peace has all in sync, and all committed") {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    RandomTerm term(seed);
    for (int step = 0; step < 200; ++step) term.step();
    term.heal();
    REQUIRE(term.leader->isr().size() == kBrokers);
    REQUIRE(term.mark == term.leader->end().offset.value);
    REQUIRE_FALSE(term.leader->has_pending());
  }
}
