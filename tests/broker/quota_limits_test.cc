// Which quota holds for a client.
#include "tests/testing.h"

#include <limits>

#include "broker/quota/quota_limits.h"
#include "tests/broker/quota_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

constexpr std::nullopt_t kDefault = std::nullopt;

// All eight that may hold for user "alice" with client id "c", the first first.
const std::vector<QuotaParts> kLevels = {
    {{"user", "alice"}, {"client-id", "c"}},  {{"user", "alice"}, {"client-id", kDefault}},
    {{"user", "alice"}},                      {{"user", kDefault}, {"client-id", "c"}},
    {{"user", kDefault}, {"client-id", kDefault}}, {{"user", kDefault}},
    {{"client-id", "c"}},                     {{"client-id", kDefault}},
};

struct Levels {
  // Those from `first` on, each with its place among them as its limit.
  static QuotaLimits from(size_t first) {
    std::vector<protocol::ClientQuotaRecord> records;
    for (size_t i = first; i < kLevels.size(); ++i)
      records.push_back(quota_record(kLevels[i], "producer_byte_rate", static_cast<double>(i + 1)));
    return QuotaLimits(quotas_of(records));
  }
  // "3 by user", "4 by user client-id", "none".
  static std::string found(const QuotaLimits& limits, std::string_view user, std::string_view client_id,
                           QuotaKind kind = QuotaKind::kProduce) {
    const auto found = limits.find(kind, user, client_id);
    if (!found) return "none";
    return std::to_string(static_cast<int>(found->limit)) + " by" + (found->by_user ? " user" : "") +
           (found->by_client_id ? " client-id" : "");
  }
};

}  // namespace

TEST_CASE_METHOD(Levels, "of the quotas that match a client the most specific one holds, in Kafka's order") {
  const std::vector<std::string> expected = {"1 by user client-id", "2 by user client-id", "3 by user",
                                             "4 by user client-id", "5 by user client-id", "6 by user",
                                             "7 by client-id",      "8 by client-id",      "none"};
  for (size_t first = 0; first < expected.size(); ++first) {
    REQUIRE(found(from(first), "alice", "c") == expected[first]);
  }
}

TEST_CASE_METHOD(Levels, "a client that none is named for has the defaults") {
  const QuotaLimits limits = from(0);
  REQUIRE(found(limits, "alice", "other") == "2 by user client-id");
  REQUIRE(found(limits, "bob", "c") == "4 by user client-id");
  REQUIRE(found(limits, "bob", "other") == "5 by user client-id");
  REQUIRE(found(from(5), "bob", "other") == "6 by user");
  REQUIRE(found(from(6), "bob", "other") == "8 by client-id");
}

TEST_CASE_METHOD(Levels, "a client without an id has its user's quota, or none") {
  REQUIRE(found(from(0), "alice", "") == "3 by user");
  REQUIRE(found(from(3), "alice", "") == "6 by user");
  REQUIRE(found(from(6), "alice", "") == "none");
}

TEST_CASE_METHOD(Levels, "kinds are limited each by itself, and what is no kind not at all") {
  const QuotaLimits limits(quotas_of({quota_record({{"user", "alice"}}, "consumer_byte_rate", 1),
                                      quota_record({{"user", "alice"}}, "request_percentage", 2),
                                      quota_record({{"user", "alice"}}, "controller_mutation_rate", 3),
                                      quota_record({{"user", "alice"}}, "somebody_elses", 4)}));
  REQUIRE(found(limits, "alice", "c", QuotaKind::kProduce) == "none");
  REQUIRE(found(limits, "alice", "c", QuotaKind::kFetch) == "1 by user");
  REQUIRE(found(limits, "alice", "c", QuotaKind::kRequest) == "2 by user");
  REQUIRE(found(limits, "alice", "c", QuotaKind::kControllerMutation) == "3 by user");
}

TEST_CASE_METHOD(Levels, "a limit that is infinite lifts the default, one that is no limit is none") {
  const double infinity = std::numeric_limits<double>::infinity();
  const QuotaLimits limits(quotas_of({quota_record({{"user", kDefault}}, "producer_byte_rate", 5),
                                      quota_record({{"user", "alice"}}, "producer_byte_rate", infinity),
                                      quota_record({{"user", "bob"}}, "producer_byte_rate", 0)}));
  REQUIRE(found(limits, "alice", "c") == "none");
  REQUIRE(found(limits, "bob", "c") == "5 by user");
}

TEST_CASE("addresses have rates of their own, and are no clients") {
  const ClientQuotasImage image =
      quotas_of({quota_record({{"ip", kDefault}}, "connection_creation_rate", 10),
                 quota_record({{"ip", "10.0.0.1"}}, "connection_creation_rate", 1e12),
                 quota_record({{"ip", "10.0.0.2"}}, "producer_byte_rate", 7)});
  REQUIRE(QuotaLimits(image).empty());
  const IpRates rates = ip_rates_of(image);
  REQUIRE(rates.by_default == 10);
  REQUIRE(rates.by_name == std::map<std::string, int32_t>{{"10.0.0.1", INT32_MAX}});
}
