// What one client may do, by the entries that there are: the rules one by one, and all of them at random.
#include "tests/testing.h"

#include "base/random.h"
#include "broker/metadata/access.h"
#include "protocol/messages/access_control_entry_record.h"
#include "protocol/messages/remove_access_control_entry_record.h"
#include "tests/broker/acl_model.h"

using namespace klamm;
using namespace klamm::broker;
using enum security::AclOperation;
using security::AclOperation;
using security::AclPermission;
using security::PatternType;
using security::ResourceType;

namespace {

constexpr auto kAllowed = AclPermission::kAllow, kDenied = AclPermission::kDeny;

// Alice at 10.0.0.1, and what she is let do with topics.
struct Rules {
  AuthorizerRules rules;
  AclsImage acls;
  uint64_t next_id = 1;

  Rules() { rules.enabled = true; }

  struct Entry {
    PatternType pattern = PatternType::kLiteral;
    std::string_view principal = "User:alice";
    std::string_view host = "*";
    ResourceType type = ResourceType::kTopic;
  };
  Uuid add(AclPermission permission, AclOperation operation, std::string_view name, const Entry& entry) {
    protocol::AccessControlEntryRecord record;
    record.id = Uuid::of(0, next_id++);
    record.resource_type = static_cast<int8_t>(entry.type);
    record.resource_name = name;
    record.pattern_type = static_cast<int8_t>(entry.pattern);
    record.principal = entry.principal;
    record.host = entry.host;
    record.operation = static_cast<int8_t>(operation);
    record.permission_type = static_cast<int8_t>(permission);
    REQUIRE(acls.apply(record).ok());
    return record.id;
  }
  Uuid add(AclPermission permission, AclOperation operation, std::string_view name) {
    return add(permission, operation, name, Entry{});
  }
  void add_prefixed(AclPermission permission, AclOperation operation, std::string_view name) {
    add(permission, operation, name, {PatternType::kPrefixed});
  }
  void remove(const Uuid& id) {
    protocol::RemoveAccessControlEntryRecord record;
    record.id = id;
    REQUIRE(acls.apply(record).ok());
  }
  Access alice() const { return {rules, acls, "User:alice", "10.0.0.1"}; }
  bool may(AclOperation operation, std::string_view topic) const {
    return alice().allows(operation, ResourceType::kTopic, topic);
  }
  bool may_some(AclOperation operation) const { return alice().allows_some(operation, ResourceType::kTopic); }
};

Bytes random_script(SeededRandom& random) {
  Bytes script(200 + random.below(1800));
  for (uint8_t& byte : script) byte = static_cast<uint8_t>(random.next());
  return script;
}

}  // namespace

TEST_CASE_METHOD(Rules, "Access: without an authorizer all is allowed, whatever entries there are") {
  add(kDenied, kAll, "*");
  rules.enabled = false;
  REQUIRE(may(kRead, "orders"));
  REQUIRE(may_some(kWrite));
  REQUIRE(alice().operations(ResourceType::kDelegationToken, "t") == 1 << 8);
}

TEST_CASE_METHOD(Rules, "Access: nothing is allowed that no entry allows") {
  add(kAllowed, kRead, "orders");
  REQUIRE(may(kRead, "orders"));
  REQUIRE_FALSE(may(kWrite, "orders"));
  REQUIRE_FALSE(may(kRead, "order"));
  REQUIRE_FALSE(may(kRead, "orders2"));
}

TEST_CASE_METHOD(Rules, "Access: super users may everything, also what is denied") {
  add(kDenied, kAll, "*", {.principal = "User:*"});
  REQUIRE_FALSE(may(kRead, "orders"));
  rules.super_users = {"User:alice"};
  REQUIRE(may(kRead, "orders"));
  REQUIRE(may_some(kRead));
  REQUIRE(alice().is_super_user());
}

TEST_CASE_METHOD(Rules, "Access: what denies wins over what allows, from whichever pattern") {
  add(kAllowed, kRead, "orders");
  add_prefixed(kAllowed, kRead, "ord");
  REQUIRE(may(kRead, "orders"));
  SECTION("the wildcard") { add(kDenied, kRead, "*"); }
  SECTION("a prefix") { add_prefixed(kDenied, kRead, "o"); }
  SECTION("the name") { add(kDenied, kRead, "orders"); }
  SECTION("everybody") { add(kDenied, kAll, "orders", {.principal = "User:*"}); }
  REQUIRE_FALSE(may(kRead, "orders"));
}

TEST_CASE_METHOD(Rules, "Access: an entry is for its principal, or for every user") {
  add(kAllowed, kRead, "a", {.principal = "User:bob"});
  add(kAllowed, kRead, "b", {.principal = "User:*"});
  add(kAllowed, kRead, "c", {.principal = "Group:*"});
  add(kAllowed, kRead, "d", {.principal = "Group:alice"});
  REQUIRE_FALSE(may(kRead, "a"));
  REQUIRE(may(kRead, "b"));
  REQUIRE_FALSE(may(kRead, "c"));
  REQUIRE_FALSE(may(kRead, "d"));
}

TEST_CASE_METHOD(Rules, "Access: an entry is for its host, or for every host") {
  add(kAllowed, kRead, "a", {.host = "10.0.0.1"});
  add(kAllowed, kRead, "b", {.host = "10.0.0.2"});
  add(kAllowed, kRead, "c", {.host = "10.0.0.*"});
  REQUIRE(may(kRead, "a"));
  REQUIRE_FALSE(may(kRead, "b"));
  REQUIRE_FALSE(may(kRead, "c"));
}

TEST_CASE_METHOD(Rules, "Access: a prefix names all that begins with it, past names that do not") {
  add_prefixed(kAllowed, kRead, "app.");
  add(kAllowed, kWrite, "app.a");
  add_prefixed(kAllowed, kWrite, "app.ordens");
  add(kAllowed, kWrite, "app.orders-2");
  REQUIRE(may(kRead, "app.orders"));
  REQUIRE(may(kRead, "app."));
  REQUIRE_FALSE(may(kRead, "app"));
  REQUIRE_FALSE(may(kWrite, "app.orders"));
}

TEST_CASE_METHOD(Rules, "Access: a star in a prefix is a letter, and as a name it is every name") {
  add_prefixed(kAllowed, kRead, "*");
  REQUIRE_FALSE(may(kRead, "orders"));
  REQUIRE(may(kRead, "*orders"));
  add(kAllowed, kRead, "*");
  REQUIRE(may(kRead, "orders"));
}

TEST_CASE_METHOD(Rules, "Access: entries of another type of resource are not looked at") {
  rules.allow_if_no_acl_found = true;
  add(kDenied, kAll, "*", {.type = ResourceType::kGroup});
  add(kDenied, kAll, "orders", {.type = ResourceType::kCluster});
  REQUIRE(may(kRead, "orders"));
}

TEST_CASE_METHOD(Rules, "Access: allow.everyone.if.no.acl.found ends where any entry names the resource") {
  rules.allow_if_no_acl_found = true;
  REQUIRE(may(kRead, "orders"));
  SECTION("of somebody else") { add(kAllowed, kRead, "orders", {.principal = "User:bob"}); }
  SECTION("about another operation") { add(kAllowed, kWrite, "orders"); }
  SECTION("from another host") { add(kAllowed, kRead, "orders", {.host = "10.0.0.9"}); }
  SECTION("by a prefix") { add_prefixed(kDenied, kWrite, "o"); }
  SECTION("by the wildcard") { add(kAllowed, kWrite, "*"); }
  REQUIRE_FALSE(may(kRead, "orders"));
}

TEST_CASE_METHOD(Rules, "Access: what is allowed implies to describe") {
  const auto operation = GENERATE(kRead, kWrite, kDelete, kAlter);
  add(kAllowed, operation, "orders");
  REQUIRE(may(kDescribe, "orders"));
  REQUIRE_FALSE(may(kDescribeConfigs, "orders"));
}

TEST_CASE_METHOD(Rules, "Access: nothing else that is allowed implies anything") {
  for (const auto operation : {kCreate, kClusterAction, kDescribeConfigs, kAlterConfigs, kIdempotentWrite})
    add(kAllowed, operation, "orders");
  REQUIRE_FALSE(may(kDescribe, "orders"));
  REQUIRE_FALSE(may(kRead, "orders"));
}

TEST_CASE_METHOD(Rules, "Access: who may alter settings may see them") {
  add(kAllowed, kAlterConfigs, "orders");
  REQUIRE(may(kDescribeConfigs, "orders"));
  REQUIRE_FALSE(may(kDescribe, "orders"));
}

TEST_CASE_METHOD(Rules, "Access: what is denied implies nothing, but all is all") {
  add(kAllowed, kDescribe, "orders");
  add(kDenied, kRead, "orders");
  REQUIRE(may(kDescribe, "orders"));
  add(kDenied, kAll, "orders");
  REQUIRE_FALSE(may(kDescribe, "orders"));
}

TEST_CASE_METHOD(Rules, "Access: the cluster has one name") {
  add(kAllowed, kAlter, "kafka-cluster", {.type = ResourceType::kCluster});
  REQUIRE(alice().allows_cluster(kAlter));
  REQUIRE(alice().allows_cluster(kDescribe));
  REQUIRE_FALSE(alice().allows_cluster(kCreate));
}

TEST_CASE_METHOD(Rules, "Access: operations are told among those that the type has") {
  const auto all = [&](ResourceType type) {
    add(kAllowed, kAll, "x", {.type = type});
    return alice().operations(type, "x");
  };
  REQUIRE(all(ResourceType::kTopic) == 0b1101'1111'1000);
  REQUIRE(all(ResourceType::kGroup) == 0b1101'0100'1000);
  REQUIRE(all(ResourceType::kCluster) == 0b1'1111'1010'0000);
  REQUIRE(all(ResourceType::kTransactionalId) == 0b1000'0001'0001'0000);
  REQUIRE(all(ResourceType::kDelegationToken) == 0b1'0000'0000);
  REQUIRE(all(ResourceType::kUser) == 0b110'0000'0000'0000);
  REQUIRE(alice().operations(ResourceType::kAny, "x") == 0);
}

TEST_CASE_METHOD(Rules, "Access: operations are told with what is implied, without what is denied") {
  add(kAllowed, kAll, "orders");
  add(kDenied, kRead, "orders");
  REQUIRE(alice().operations(ResourceType::kTopic, "orders") == (0b1101'1111'1000 & ~(1 << 3)));
  add(kAllowed, kRead, "other");
  REQUIRE(alice().operations(ResourceType::kTopic, "other") == (1 << 3 | 1 << 8));
}

TEST_CASE_METHOD(Rules, "Access: some resource is one that no entry denies again") {
  REQUIRE_FALSE(may_some(kWrite));
  add(kAllowed, kWrite, "orders");
  REQUIRE(may_some(kWrite));
  SECTION("by name") { add(kDenied, kWrite, "orders"); }
  SECTION("by a prefix") { add_prefixed(kDenied, kAll, "ord"); }
  SECTION("all of them") { add(kDenied, kWrite, "*"); }
  REQUIRE_FALSE(may_some(kWrite));
}

TEST_CASE_METHOD(Rules, "Access: a prefix is not wholly denied by a longer one, nor by a name") {
  add_prefixed(kAllowed, kWrite, "ord");
  add_prefixed(kDenied, kWrite, "orders");
  add(kDenied, kWrite, "ord");
  REQUIRE(may_some(kWrite));
  add_prefixed(kDenied, kWrite, "ord");
  REQUIRE_FALSE(may_some(kWrite));
}

TEST_CASE_METHOD(Rules,
                 "Access: of some resource operations imply nothing, and a wildcard allows past prefixes") {
  add(kAllowed, kWrite, "orders");
  REQUIRE_FALSE(may_some(kDescribe));
  add(kAllowed, kDescribe, "*");
  add_prefixed(kDenied, kDescribe, "hard");
  REQUIRE(may_some(kDescribe));
}

TEST_CASE_METHOD(Rules, "Access: for some resource a name is tried first") {
  rules.allow_if_no_acl_found = true;
  REQUIRE(may_some(kWrite));
  add(kAllowed, kRead, "hardcode");
  REQUIRE_FALSE(may_some(kWrite));
}

TEST_CASE_METHOD(Rules, "CVE-2024-27309: an entry that is removed takes no other with it") {
  rules.allow_if_no_acl_found = true;
  const Uuid gone = add(kAllowed, kRead, "orders");
  add(kAllowed, kWrite, "orders");
  add(kDenied, kAll, "orders", {.principal = "User:mallory"});
  const Uuid other = add(kAllowed, kDescribe, "orders", {.host = "10.0.0.1"});
  remove(gone);
  REQUIRE_FALSE(may(kRead, "orders"));
  REQUIRE(may(kWrite, "orders"));
  REQUIRE_FALSE(
      Access(rules, acls, "User:mallory", "10.0.0.1").allows(kRead, ResourceType::kTopic, "orders"));
  remove(other);
  REQUIRE_FALSE(may(kRead, "orders"));
  REQUIRE(may(kWrite, "orders"));
}

TEST_CASE("Access: whatever was added and removed, it answers as plain loops over all entries do") {
  SeededRandom random(2024);
  std::string difference;
  for (int script = 0; script < 400 && difference.empty(); ++script)
    difference = testing::first_difference(random_script(random));
  REQUIRE(difference == "");
}
