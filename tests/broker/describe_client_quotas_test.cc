// DescribeClientQuotas, from a request's bytes to the answer's.
#include "tests/testing.h"

#include "broker/handlers/security.h"

#include "tests/broker/handler_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::DescribeClientQuotasRequest;
using protocol::DescribeClientQuotasResponse;

namespace {

constexpr int8_t kExact = 0, kDefault = 1, kSpecified = 2;
using Name = std::optional<std::string_view>;

// Quotas of user alice, of each user, of alice's client c, and of each address.
struct QuotaDescriber : HandlerFixture {
  AuthorizerRules rules;
  DescribeClientQuotasRequest request;

  QuotaDescriber() {
    publish({quota({{"user", "alice"}}, 1), quota({{"user", std::nullopt}}, 2),
             quota({{"user", "alice"}, {"client-id", "c"}}, 3), quota({{"ip", std::nullopt}}, 4.5)});
  }
  static MetadataRecord quota(std::vector<std::pair<std::string_view, Name>> entity, double value) {
    protocol::ClientQuotaRecord record;
    for (const auto& [type, name] : entity) {
      auto& part = record.entity.emplace_back();
      part.entity_type = type;
      part.entity_name = name;
    }
    record.key = "rate";
    record.value = value;
    return record;
  }
  void where(std::string_view type, int8_t match_type, Name match = std::nullopt) {
    request.components.push_back({type, match_type, match});
  }
  DescribeClientQuotasResponse ask(int16_t version = 1) {
    handle_describe_client_quotas(request_of(request, version),
                                  reply_to(DescribeClientQuotasRequest::kKey, version), {images, rules});
    return answer<DescribeClientQuotasResponse>(version);
  }
  // "type=name type=name rate 1.000000; " of each entity.
  std::string described(int16_t version = 1) {
    const DescribeClientQuotasResponse response = ask(version);
    REQUIRE(response.error_code == 0);
    std::string text;
    for (const auto& entry : *response.entries) {
      for (const auto& part : entry.entity)
        text += std::string(part.entity_type) + "=" + std::string(part.entity_name.value_or("*")) + " ";
      for (const auto& value : entry.values)
        text += std::string(value.key) + " " + std::to_string(static_cast<int>(value.value * 10)) + "; ";
    }
    return text;
  }
  std::string refusal() {
    const DescribeClientQuotasResponse response = ask();
    REQUIRE_FALSE(response.entries.has_value());
    return std::to_string(response.error_code) + " " + std::string(response.error_message.value_or("null"));
  }
};

}  // namespace

TEST_CASE_METHOD(QuotaDescriber,
                 "Quotas: a filter without components matches all, and a strict one nothing") {
  REQUIRE(described(0) ==
          "client-id=c user=alice rate 30; ip=* rate 45; user=* rate 20; user=alice rate 10; ");
  request.strict = true;
  REQUIRE(described() == "");
}

TEST_CASE_METHOD(QuotaDescriber,
                 "Quotas: a name matches the entities that have it, and more where not strict") {
  where("user", kExact, "alice");
  REQUIRE(described() == "client-id=c user=alice rate 30; user=alice rate 10; ");
  request.strict = true;
  REQUIRE(described() == "user=alice rate 10; ");
}

TEST_CASE_METHOD(QuotaDescriber, "Quotas: the default is no name, and matches no other") {
  where("user", kDefault);
  REQUIRE(described() == "user=* rate 20; ");
}

TEST_CASE_METHOD(QuotaDescriber, "Quotas: a type that is specified matches every name of it") {
  where("user", kSpecified);
  request.strict = true;
  REQUIRE(described() == "user=* rate 20; user=alice rate 10; ");
}

TEST_CASE_METHOD(QuotaDescriber, "Quotas: all components must match") {
  where("user", kExact, "alice");
  where("client-id", kSpecified);
  REQUIRE(described() == "client-id=c user=alice rate 30; ");
  request.components[1] = {"client-id", kDefault, std::nullopt};
  REQUIRE(described() == "");
}

TEST_CASE_METHOD(QuotaDescriber, "Quotas: a component is of one of three types, which is named once") {
  where("", kSpecified);
  REQUIRE(refusal() == "42 Invalid empty entity type.");
  request.components = {{"broker", kSpecified, std::nullopt}};
  REQUIRE(refusal() == "35 Unsupported entity type broker");
  request.components = {{"user", kSpecified, std::nullopt}, {"user", kDefault, std::nullopt}};
  REQUIRE(refusal() == "42 Entity type user cannot appear more than once in the filter.");
}

TEST_CASE_METHOD(QuotaDescriber, "Quotas: how a component matches says whether it has a name") {
  where("user", kExact);
  REQUIRE(refusal() == "42 Request specified MATCH_TYPE_EXACT, but set match string to null.");
  request.components[0] = {"user", kDefault, "x"};
  REQUIRE(refusal() == "42 Request specified MATCH_TYPE_DEFAULT, but also specified a match string.");
  request.components[0] = {"user", kSpecified, "x"};
  REQUIRE(refusal() == "42 Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.");
  request.components[0] = {"user", 3, std::nullopt};
  REQUIRE(refusal() == "42 Unknown match type 3");
}

TEST_CASE_METHOD(QuotaDescriber, "Quotas: addresses are not filtered together with users or clients") {
  where("ip", kSpecified);
  REQUIRE(described() == "ip=* rate 45; ");
  where("client-id", kSpecified);
  REQUIRE(refusal() ==
          "42 Invalid entity filter component combination. IP filter component should not be used with user "
          "or clientId filter component.");
}

TEST_CASE_METHOD(QuotaDescriber, "Quotas: who may not describe the cluster's settings is told none") {
  rules.enabled = true;
  REQUIRE(refusal() == "31 null");
}
