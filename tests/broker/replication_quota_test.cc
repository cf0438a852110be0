// Throttled replicas (KIP-73): the quotas, and who goes by them.
#include "tests/testing.h"

#include "broker/replica/replication_quota.h"

#include "tests/broker/fetcher_fixture.h"
#include "tests/broker/partition_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Bucket {
  FakeClock clock;
  ReplicationQuota quota{clock};
};

// Broker 1 leads; 2 is in sync, and 3 is not.
struct Throttled : PartitionFixture {
  Throttled() {
    assign(2, kSelf, {kSelf, kOther, kThird}, {kSelf, kOther});
    for (int i = 0; i < 2; ++i) append({}, false);
    partition->throttle(true, false);
    quotas.leader.set_rate(1'000);
  }
  ReadResult read_of(NodeId replica) {
    return partition->read_for_follower({.offset = {0}, .size_max = 1 << 20, .at_least_one = true},
                                        {.replica = replica});
  }
  static constexpr NodeId kThird{3};
};

}  // namespace

TEST_CASE_METHOD(Bucket, "without a rate nobody waits") {
  quota.add(int64_t{1} << 60);
  REQUIRE(quota.wait_ms() == 0);
}

TEST_CASE_METHOD(Bucket, "what one second brings may be taken at once, and more is owed") {
  quota.set_rate(1'000);
  quota.add(1'000);
  REQUIRE(quota.wait_ms() == 0);
  quota.add(500);
  REQUIRE(quota.wait_ms() == 500);
  clock.now += 499;
  REQUIRE(quota.wait_ms() == 1);
  clock.now += 1;
  REQUIRE(quota.wait_ms() == 0);
}

TEST_CASE_METHOD(Bucket, "over time no more is taken than the rate allows") {
  quota.set_rate(1'000'000);
  int64_t taken = 0;
  const int64_t begun = clock.now;
  while (clock.now < begun + 60'000) {
    if (quota.wait_ms() == 0) {
      quota.add(300'000);
      taken += 300'000;
    }
    clock.now += 10;
  }
  REQUIRE(taken <= 61'300'000);
  REQUIRE(taken >= 59'000'000);
}

TEST_CASE_METHOD(Bucket, "what is not taken is kept for a second, and no longer") {
  quota.set_rate(1'000);
  clock.now += 3'600'000;
  quota.add(1'500);
  REQUIRE(quota.wait_ms() == 500);
}

TEST_CASE_METHOD(Bucket, "nobody waits longer than a second before the rate is looked at again") {
  quota.set_rate(0);
  quota.add(1);
  REQUIRE(quota.wait_ms() == 1'000);
  clock.now += 3'600'000;
  REQUIRE(quota.wait_ms() == 1'000);
  quota.set_rate(10);
  REQUIRE(quota.wait_ms() == 0);
  quota.add(1'000'000);
  REQUIRE(quota.wait_ms() == 1'000);
}

TEST_CASE("throttled replicas are pairs of partition and broker, or all of them") {
  const auto has = [](std::string_view text, int32_t partition, int32_t broker) {
    return ThrottledReplicas(text).has(partition, NodeId{broker});
  };
  REQUIRE(has("*", 7, 8));
  REQUIRE(has("0:1,1:2, 0:3", 0, 1));
  REQUIRE(has("0:1,1:2, 0:3", 0, 3));
  REQUIRE_FALSE(has("0:1,1:2, 0:3", 1, 1));
  REQUIRE_FALSE(has("", 0, 0));
  REQUIRE_FALSE(has("0:x,:,7,99999999999:1", 0, 1));
}

// ---- Leaders

TEST_CASE_METHOD(Throttled, "who is not in sync is given nothing while the quota is overdrawn") {
  REQUIRE(read_of(kThird).size() > 0);
  partition->on_given(5'000);
  const ReadResult nothing = read_of(kThird);
  REQUIRE(nothing.error == ErrorCode::kNone);
  REQUIRE(nothing.size() == 0);
  REQUIRE(nothing.reach.bytes == 0);  // nobody is answered sooner for it
  clock.now += 4'000;
  REQUIRE(read_of(kThird).size() > 0);
}

TEST_CASE_METHOD(Throttled, "the same holds for what a fetch finds that has waited") {
  const ReadRequest request{.offset = {0}, .size_max = 1 << 20, .at_least_one = true};
  partition->on_given(5'000);
  REQUIRE(partition->read_to_end(request, kThird).size() == 0);
  REQUIRE(partition->read_to_end(request, kOther).size() > 0);
}

TEST_CASE_METHOD(Throttled, "who is in sync is given all, and it counts") {
  partition->on_given(5'000);
  REQUIRE(read_of(kOther).size() > 0);
  REQUIRE(quotas.leader.wait_ms() == 1'000);
}

TEST_CASE_METHOD(Throttled, "what is not throttled neither waits nor counts") {
  partition->throttle(false, true);
  partition->on_given(5'000);
  REQUIRE(quotas.leader.wait_ms() == 0);
  quotas.leader.add(5'000);
  REQUIRE(read_of(kThird).size() > 0);
}

// ---- Followers

TEST_CASE_METHOD(PartitionFixture, "what a throttled follower writes counts, and then it fetches nothing") {
  assign(2, kOther, {kSelf, kOther}, {kOther});
  quotas.follower.set_rate(10);
  const auto write = [&](int64_t base) {
    auto frame = std::make_shared<Bytes>(TestBatch().at(base).records(1).epoch(2).bytes());
    LogWork work{.leader_epoch = Epoch{2}};
    work.append =
        FetchedRun{.content = {frame, *frame}, .base = Offset{base}, .end = Offset{base + 1}, .batches = 1};
    partition->follow(std::move(work), [](const LogReport& report) {
      REQUIRE(report.outcome == LogOutcome::kDone);
    });
  };
  write(0);
  REQUIRE(partition->fetch_delay_ms() == 0);
  partition->throttle(false, true);
  write(1);
  REQUIRE(partition->fetch_delay_ms() == 1'000);
  partition->throttle(false, false);
  REQUIRE(partition->fetch_delay_ms() == 0);
}

TEST_CASE_METHOD(FetchingFromFive, "what is throttled is left out of requests until its time has come") {
  follow(1, 2, log_to(3, 1));
  REQUIRE(answer(FetchAnswer().records(0, batch(5, 3, 2), 100)) == "t-0 append 5..8 hw 8");
  overdrawn = true;
  delays[key(0)] = 300;
  done(0);
  REQUIRE(phase(0) == PartitionPhase::kWaiting);
  REQUIRE(phase(1) == PartitionPhase::kFetching);
  overdrawn = false;
  answer(FetchAnswer().news(1, 3));
  pass(300);
  REQUIRE(phase(0) == PartitionPhase::kFetching);
}

TEST_CASE_METHOD(FetchingFromFive, "who has everything is asked for, throttled or not") {
  overdrawn = true;
  delays[key(0)] = 300;
  answer(FetchAnswer().records(0, batch(5, 3, 2), 8));
  done(0);
  REQUIRE(phase(0) == PartitionPhase::kFetching);
}

TEST_CASE_METHOD(FetchingFromFive, "where all is throttled nothing is asked for meanwhile") {
  answer(FetchAnswer().records(0, batch(5, 3, 2), 100));
  overdrawn = true;
  delays[key(0)] = 300;
  REQUIRE(done(0).empty());
  REQUIRE(fetcher.next_deadline_ms() == now + 300);
  REQUIRE(pass(299).empty());
  overdrawn = false;
  REQUIRE(pass(1).starts_with("fetch 7:2 wait 500 [t-0 @8"));
}
