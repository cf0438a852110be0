// DescribeAcls, from a request's bytes to the answer's.
#include "tests/testing.h"

#include "broker/handlers/security.h"

#include "tests/broker/handler_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::DescribeAclsRequest;
using protocol::DescribeAclsResponse;

namespace {

constexpr int8_t kAny = 1, kMatch = 2, kLiteral = 3, kPrefixed = 4;

// Alice asks; entries are told as "type:pattern:name[principal operation permission, ...] ".
struct Describer : HandlerFixture {
  AuthorizerRules rules;
  DescribeAclsRequest request;
  std::vector<MetadataRecord> records;

  Describer() {
    rules.enabled = true;
    rules.super_users = {"User:alice"};
    client->principal = "User:alice";
    request.resource_type_filter = request.pattern_type_filter = kAny;
    request.resource_name_filter = request.principal_filter = request.host_filter = std::nullopt;
    request.operation = request.permission_type = kAny;
  }
  void add(std::string_view name, int8_t pattern, std::string_view principal, int8_t operation,
           int8_t permission = 3, int8_t type = 2) {
    protocol::AccessControlEntryRecord record;
    record.id = id(records.size() + 1);
    record.resource_type = type;
    record.resource_name = name;
    record.pattern_type = pattern;
    record.principal = principal;
    record.host = "*";
    record.operation = operation;
    record.permission_type = permission;
    records.push_back(record);
    publish(records);
  }
  DescribeAclsResponse ask(int16_t version = 3) {
    handle_describe_acls(request_of(request, version), reply_to(DescribeAclsRequest::kKey, version),
                         {images, rules});
    return answer<DescribeAclsResponse>(version);
  }
  bool is_closed() {
    handle_describe_acls(request_of(request, 3), reply_to(DescribeAclsRequest::kKey, 3), {images, rules});
    return caught->response->close;
  }
  static std::string text(const DescribeAclsResponse& response) {
    std::string text;
    for (const auto& resource : response.resources) {
      text += std::to_string(resource.resource_type) + ":" + std::to_string(resource.pattern_type) + ":" +
              std::string(resource.resource_name) + "[";
      std::string_view comma;
      for (const auto& acl : resource.acls) {
        text += std::string(comma) + std::string(acl.principal) + " " + std::to_string(acl.operation) + " " +
                std::to_string(acl.permission_type);
        comma = ", ";
      }
      text += "] ";
    }
    return text;
  }
  std::string described() {
    const DescribeAclsResponse response = ask();
    REQUIRE(response.error_code == 0);
    REQUIRE(response.error_message == "");
    return text(response);
  }
};

}  // namespace

TEST_CASE_METHOD(Describer, "DescribeAcls: entries are gathered by what they speak of") {
  add("orders", kLiteral, "User:bob", 3);
  add("groups", kPrefixed, "User:bob", 3, 3, 3);
  add("orders", kLiteral, "User:alice", 4, 2);
  add("orders", kPrefixed, "User:alice", 4);
  REQUIRE(described() ==
          "2:3:orders[User:alice 4 2, User:bob 3 3] 2:4:orders[User:alice 4 3] 3:4:groups[User:bob 3 3] ");
}

TEST_CASE_METHOD(Describer, "DescribeAcls: an entry that is there twice is told once") {
  add("orders", kLiteral, "User:bob", 3);
  add("orders", kLiteral, "User:bob", 3);
  REQUIRE(described() == "2:3:orders[User:bob 3 3] ");
}

TEST_CASE_METHOD(Describer, "DescribeAcls: resources of whose entries none matches are left out") {
  add("orders", kLiteral, "User:bob", 3);
  add("orders", kLiteral, "User:alice", 3);
  add("other", kLiteral, "User:bob", 3);
  request.principal_filter = "User:alice";
  REQUIRE(described() == "2:3:orders[User:alice 3 3] ");
  request.operation = 4;
  REQUIRE(described() == "");
}

TEST_CASE_METHOD(Describer, "DescribeAcls: MATCH tells whatever applies to a name, in every version") {
  add("orders", kLiteral, "User:a", 3);
  add("ord", kPrefixed, "User:b", 3);
  add("*", kLiteral, "User:c", 3);
  add("orders2", kPrefixed, "User:d", 3);
  add("orders", kLiteral, "User:e", 3, 3, 3);
  request.resource_name_filter = "orders";
  request.pattern_type_filter = kMatch;
  request.resource_type_filter = 2;
  const int16_t version = GENERATE(1, 2, 3);
  REQUIRE(text(ask(version)) == "2:3:orders[User:a 3 3] 2:3:*[User:c 3 3] 2:4:ord[User:b 3 3] ");
}

TEST_CASE_METHOD(Describer, "DescribeAcls: a number that nobody knows matches nothing") {
  add("orders", kLiteral, "User:bob", 3);
  SECTION("type") { request.resource_type_filter = 9; }
  SECTION("pattern") { request.pattern_type_filter = 9; }
  SECTION("operation") { request.operation = 99; }
  SECTION("permission") { request.permission_type = -1; }
  REQUIRE(described() == "");
}

TEST_CASE_METHOD(Describer, "DescribeAcls: a request that says UNKNOWN closes the connection") {
  SECTION("type") { request.resource_type_filter = 0; }
  SECTION("pattern") { request.pattern_type_filter = 0; }
  SECTION("operation") { request.operation = 0; }
  SECTION("permission") { request.permission_type = 0; }
  REQUIRE(is_closed());
}

TEST_CASE_METHOD(Describer, "DescribeAcls: without an authorizer security is disabled") {
  rules = {};
  const DescribeAclsResponse response = ask();
  REQUIRE(response.error_code == 54);
  REQUIRE(response.error_message == "No Authorizer is configured on the broker");
}

TEST_CASE_METHOD(Describer, "DescribeAcls: who may not describe the cluster is told nothing") {
  add("orders", kLiteral, "User:bob", 3);
  rules.super_users.clear();
  const DescribeAclsResponse response = ask();
  REQUIRE(response.error_code == 31);
  REQUIRE(response.error_message == "Cluster authorization failed.");
  REQUIRE(response.resources.empty());
}

TEST_CASE_METHOD(Describer, "DescribeAcls: who may describe the cluster is told") {
  rules.super_users.clear();
  add("kafka-cluster", kLiteral, "User:alice", 8, 3, 4);
  REQUIRE(described() == "4:3:kafka-cluster[User:alice 8 3] ");
}
