// What clients are charged with, and for how long they are held back.
#include "tests/testing.h"

#include "broker/quota/client_quotas.h"
#include "tests/broker/quota_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Charged {
  ClientQuotas quotas{ClientQuotas::Terms{}};
  QuotaMemo memo;

  void set(const std::vector<protocol::ClientQuotaRecord>& records) { quotas.follow(quotas_of(records)); }
  // Of all users, each.
  void limit_users(std::string_view key, double value) {
    set({quota_record({{"user", std::nullopt}}, key, value)});
  }
  std::shared_ptr<const ClientQuota> of(std::string_view user, std::string_view client_id = "c") {
    return quotas.find("User:" + std::string(user), client_id, 0).quota;
  }
  static ClientQuota::Use produced(size_t size) { return {.is_produce = true, .size = size}; }
  static ClientQuota::Use took(int64_t time_us) { return {.time_us = time_us}; }
};

}  // namespace

TEST_CASE_METHOD(Charged, "without quotas nobody is limited") {
  REQUIRE(quotas.version() == 0);
  REQUIRE(of("alice") == nullptr);
  REQUIRE(memo.of(&quotas, "User:alice", "c", 0) == nullptr);
  REQUIRE(memo.of(nullptr, "User:alice", "c", 0) == nullptr);
  REQUIRE(quotas.mutations("User:alice", "c", true, 0).charge(1'000'000));
}

TEST_CASE_METHOD(Charged, "who shares a quota is charged together, and others are not") {
  limit_users("producer_byte_rate", 100);
  REQUIRE(of("alice", "one")->charge(produced(1000), 0) == 0);
  REQUIRE(of("alice", "two")->charge(produced(500), 0) == 5000);
  REQUIRE(of("bob", "one")->charge(produced(1000), 0) == 0);
}

TEST_CASE_METHOD(Charged, "time is charged in percents of a thread's, and holds back for a sample at most") {
  limit_users("request_percentage", 10);
  const auto alice = of("alice");
  REQUIRE(alice->charge(took(1'000'000), 0) == 0);
  REQUIRE(alice->charge(took(10'000), 0) == 100);
  REQUIRE(alice->charge(took(5'000'000), 0) == 1000);
  REQUIRE(alice->charge({}, 0) == 0);
}

TEST_CASE_METHOD(Charged, "the time of sending counts for what comes next") {
  limit_users("request_percentage", 10);
  of("alice")->charge_time(1'000'000, 0);
  REQUIRE(of("alice")->charge(took(10'000), 0) == 100);
}

TEST_CASE_METHOD(Charged, "of two quotas that are exceeded the longer time counts") {
  set({quota_record({{"user", "alice"}}, "producer_byte_rate", 100),
       quota_record({{"user", "alice"}}, "request_percentage", 1)});
  const ClientQuota::Use both{.is_produce = true, .size = 1500, .time_us = 100'000'000};
  REQUIRE(of("alice")->charge(both, 0) == 5000);
}

TEST_CASE_METHOD(Charged, "a fetch may give what the windows hold") {
  limit_users("consumer_byte_rate", 100);
  REQUIRE(of("alice")->fetch_size_max() == 1000);
  REQUIRE(of("alice")->ask_fetch(1000, 0).is_granted);
  REQUIRE_FALSE(of("alice")->ask_fetch(1, 0).is_granted);
  REQUIRE(of("alice")->charge(produced(1'000'000), 0) == 0);
  limit_users("producer_byte_rate", 100);
  REQUIRE(of("alice")->fetch_size_max() == INT32_MAX);
  REQUIRE(of("alice")->ask_fetch(1'000'000, 0).is_granted);
}

TEST_CASE_METHOD(Charged, "partitions are refused strictly, or only held back for") {
  limit_users("controller_mutation_rate", 1);
  REQUIRE(of("alice") == nullptr);
  MutationQuota strict = quotas.mutations("User:alice", "c", true, 0);
  REQUIRE(strict.charge(20));
  REQUIRE(strict.throttle_ms() == 0);
  REQUIRE_FALSE(strict.charge(1));
  REQUIRE(strict.throttle_ms() == 9000);
  MutationQuota permissive = quotas.mutations("User:alice", "other", false, 0);
  REQUIRE(permissive.charge(1));
  REQUIRE(permissive.throttle_ms() == 10'000);
}

TEST_CASE_METHOD(Charged, "a limit that changes holds for what was used before") {
  limit_users("producer_byte_rate", 100);
  const auto before = quotas.version();
  REQUIRE(memo.of(&quotas, "User:alice", "c", 0)->charge(produced(1000), 0) == 0);
  limit_users("producer_byte_rate", 50);
  REQUIRE(quotas.version() != before);
  REQUIRE(memo.of(&quotas, "User:alice", "c", 0)->charge(produced(0), 0) == 10'000);
  set({});
  REQUIRE(quotas.version() == 0);
  REQUIRE(memo.of(&quotas, "User:alice", "c", 0) == nullptr);
}

TEST_CASE_METHOD(Charged, "a connection looks up its client anew only when it is another one") {
  set({quota_record({{"client-id", "c"}}, "producer_byte_rate", 100)});
  const auto first = memo.of(&quotas, "User:alice", "c", 0);
  REQUIRE(first != nullptr);
  REQUIRE(memo.of(&quotas, "User:alice", "c", 0) == first);
  REQUIRE(memo.of(&quotas, "User:alice", std::nullopt, 0) == nullptr);
  REQUIRE(memo.last() == nullptr);
}

TEST_CASE("a client that has found no room of its own looks again after a while") {
  ClientQuotas quotas(ClientQuotas::Terms{.sensors_max = 1});
  quotas.follow(quotas_of({quota_record({{"user", std::nullopt}}, "producer_byte_rate", 100)}));
  const auto held = quotas.find("User:alice", "c", 0);
  REQUIRE(held.good_until_ms == INT64_MAX);
  REQUIRE(quotas.find("User:bob", "c", 0).good_until_ms == 10'000);
}

TEST_CASE_METHOD(Charged, "names that differ beyond what is kept of them are told apart") {
  limit_users("producer_byte_rate", 100);
  const std::string name(10'000, 'x');
  REQUIRE(of(name + "a")->charge(produced(1500), 0) == 5000);
  REQUIRE(of(name + "b")->charge(produced(1000), 0) == 0);
  const auto first = memo.of(&quotas, "User:alice", name + "a", 0);
  REQUIRE(memo.of(&quotas, "User:alice", name + "a", 0) == first);
  REQUIRE(memo.of(&quotas, "User:alice", name + "b", 0) != first);
}
