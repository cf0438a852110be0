// AlterClientQuotas as the controller decides it.
#include "tests/testing.h"

#include <limits>

#include "broker/controller/client_quotas.h"
#include "tests/broker/metadata_records.h"
#include "tests/broker/quota_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::AlterClientQuotasRequest;

namespace {

using Entry = AlterClientQuotasRequest::EntryData;
using Op = AlterClientQuotasRequest::OpData;

// A controller without quotas at first; what is decided is applied.
struct QuotaController {
  ClusterImage image;
  ControllerConfig config;
  SeededRandom random{1};
  size_t written = 0;
  std::set<std::string> unknown_hosts;
  bool validate_only = false;

  static Entry entry(const QuotaParts& parts, std::vector<Op> ops) {
    Entry made;
    for (const auto& [type, name] : parts) made.entity.push_back({type, name});
    made.ops = std::move(ops);
    return made;
  }
  // "type=name code message; " of each entity.
  std::string alter(std::vector<Entry> entries) {
    const AlterClientQuotasRequest request{std::move(entries), validate_only};
    auto decided = decide_alter_client_quotas({image, config, random, {}}, request, unknown_hosts);
    written = decided.decision.records.size();
    for (const Bytes& bytes : decided.decision.records) {
      auto record = protocol::read_metadata_record(bytes);
      REQUIRE(record.has_value());
      REQUIRE(image.apply(*record).ok());
    }
    std::string text;
    for (const auto& result : decided.response.entries) {
      for (const auto& part : result.entity)
        text += std::string(part.entity_type) + "=" + std::string(part.entity_name.value_or("*")) + " ";
      text += std::to_string(result.error_code) + " ";
      text += std::string(result.error_message.value_or("-")) + "; ";
    }
    return text;
  }
  // Of user alice.
  std::string set(std::string_view key, double value) {
    return alter({entry({{"user", "alice"}}, {{key, value, false}})});
  }
  std::optional<double> limit(const QuotaEntity& entity, std::string_view key) const {
    const QuotaValues* values = image.client_quotas().find(entity);
    const double* value = values == nullptr ? nullptr : values->find(key);
    return value == nullptr ? std::nullopt : std::optional(*value);
  }
};

const QuotaEntity kAlice = {{"user", "alice"}};

}  // namespace

TEST_CASE_METHOD(QuotaController, "Quotas: limits are set, changed and removed") {
  REQUIRE(set("producer_byte_rate", 1000) == "user=alice 0 -; ");
  REQUIRE(limit(kAlice, "producer_byte_rate") == 1000);
  set("producer_byte_rate", 2000);
  REQUIRE(limit(kAlice, "producer_byte_rate") == 2000);
  alter({entry({{"user", "alice"}}, {{"producer_byte_rate", 0, true}})});
  REQUIRE(image.client_quotas().entities().empty());
}

TEST_CASE_METHOD(QuotaController, "Quotas: what changes nothing writes nothing") {
  set("producer_byte_rate", 1000);
  REQUIRE(set("producer_byte_rate", 1000) == "user=alice 0 -; ");
  REQUIRE(written == 0);
  REQUIRE(alter({entry({{"user", "bob"}}, {{"producer_byte_rate", 0, true}})}) == "user=bob 0 -; ");
  REQUIRE(written == 0);
}

TEST_CASE_METHOD(QuotaController, "Quotas: validate_only answers as if, and decides nothing") {
  validate_only = true;
  REQUIRE(set("producer_byte_rate", 1000) == "user=alice 0 -; ");
  REQUIRE(set("producer_byte_rate", 0) == "user=alice 42 Quota producer_byte_rate must be greater than 0; ");
  REQUIRE(written == 0);
}

TEST_CASE_METHOD(QuotaController, "Quotas: entities are of users, of client ids, of both, or of addresses") {
  REQUIRE(alter({entry({{"user", "alice"}, {"client-id", std::nullopt}},
                       {{"request_percentage", 12.5, false}}),
                 entry({{"ip", "10.0.0.1"}}, {{"connection_creation_rate", 5, false}})}) ==
          "client-id=* user=alice 0 -; ip=10.0.0.1 0 -; ");
  REQUIRE(limit({{"user", "alice"}, {"client-id", std::nullopt}}, "request_percentage") == 12.5);
  REQUIRE(limit({{"ip", "10.0.0.1"}}, "connection_creation_rate") == 5);
}

TEST_CASE_METHOD(QuotaController, "Quotas: an entity that is none is refused") {
  const std::vector<Op> ops = {{"producer_byte_rate", 1, false}};
  REQUIRE(alter({entry({}, ops)}) == "42 Invalid empty client quota entity; ");
  REQUIRE(alter({entry({{"broker", "1"}}, ops)}) ==
          "broker=1 42 Unhandled client quota entity type: broker; ");
  REQUIRE(alter({entry({{"user", ""}}, ops)}) == "user= 42 Empty user not supported; ");
  REQUIRE(alter({entry({{"ip", "10.0.0.1"}, {"user", "alice"}}, ops)}) ==
          "ip=10.0.0.1 user=alice 42 Invalid quota entity combination, IP entity shouldnot be combined with "
          "User or ClientId; ");
  unknown_hosts = {"nowhere"};
  REQUIRE(alter({entry({{"ip", "nowhere"}}, {{"connection_creation_rate", 5, false}})}) ==
          "ip=nowhere 42 nowhere is not a valid IP or resolvable host.; ");
}

TEST_CASE_METHOD(QuotaController, "Quotas: each kind of entity has its keys, and each key its numbers") {
  REQUIRE(set("connection_creation_rate", 1) ==
          "user=alice 42 Invalid configuration key connection_creation_rate; ");
  REQUIRE(set("producer_byte_rate", 1.5) ==
          "user=alice 42 producer_byte_rate cannot be a fractional value.; ");
  REQUIRE(set("producer_byte_rate", 1e30) ==
          "user=alice 42 Proposed value for producer_byte_rate is too large for a LONG.; ");
  REQUIRE(alter({entry({{"ip", std::nullopt}}, {{"connection_creation_rate", 3e9, false}})}) ==
          "ip=* 42 Proposed value for connection_creation_rate is too large for an INT.; ");
  REQUIRE(set("controller_mutation_rate", 0.5) == "user=alice 0 -; ");
  REQUIRE(set("request_percentage", std::numeric_limits<double>::quiet_NaN()) ==
          "user=alice 42 Quota request_percentage must be greater than 0; ");
}

TEST_CASE_METHOD(QuotaController, "Quotas: of an entity all changes are made, or none") {
  REQUIRE(alter({entry({{"user", "alice"}},
                       {{"consumer_byte_rate", 1, false}, {"producer_byte_rate", -1, false}}),
                 entry({{"user", "bob"}}, {{"consumer_byte_rate", 1, false}})}) ==
          "user=alice 42 Quota producer_byte_rate must be greater than 0; user=bob 0 -; ");
  REQUIRE(written == 1);
}

TEST_CASE_METHOD(QuotaController, "Quotas: an entity is named once, and a key in it") {
  const std::string refusal = "42 Ignoring duplicate entity ClientQuotaEntity(entries={user=alice}); ";
  REQUIRE(alter({entry({{"user", "alice"}}, {{"consumer_byte_rate", 1, false}}),
                 entry({{"user", "alice"}}, {{"consumer_byte_rate", 2, false}})}) == "user=alice " + refusal);
  REQUIRE(limit(kAlice, "consumer_byte_rate") == 1);
  REQUIRE(alter({entry({{"user", "alice"}},
                       {{"producer_byte_rate", 1, false}, {"producer_byte_rate", 2, false}})}) ==
          "user=alice " + refusal);
  REQUIRE(written == 0);
}

TEST_CASE_METHOD(QuotaController, "Quotas: the hosts of a request are told, each once") {
  AlterClientQuotasRequest request;
  request.entries = {entry({{"ip", "a"}}, {}), entry({{"ip", "a"}}, {}), entry({{"ip", std::nullopt}}, {}),
                     entry({{"user", "b"}}, {})};
  REQUIRE(quota_hosts(request) == std::set<std::string>{"a"});
}

TEST_CASE_METHOD(QuotaController, "Quotas: a request that is refused is answered for each entity") {
  AlterClientQuotasRequest request;
  request.entries = {entry({{"user", std::nullopt}}, {}), entry({{"client-id", "c"}}, {})};
  const auto response = refused(request, ErrorCode::kClusterAuthorizationFailed, "no");
  REQUIRE(response.entries.size() == 2);
  REQUIRE(response.entries[0].error_code == 31);
  REQUIRE(response.entries[0].entity[0].entity_type == "user");
  REQUIRE_FALSE(response.entries[0].entity[0].entity_name.has_value());
  REQUIRE(response.entries[1].entity[0].entity_name == "c");
}
