// CreateAcls and DeleteAcls as the controller decides them.
#include "tests/testing.h"

#include "broker/controller/acls.h"

#include <set>

#include "tests/broker/metadata_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::CreateAclsRequest;
using protocol::DeleteAclsRequest;

namespace {

using Creation = CreateAclsRequest::AclCreation;
using Filter = DeleteAclsRequest::DeleteAclsFilter;

constexpr int8_t kAny = 1, kMatch = 2, kLiteral = 3, kPrefixed = 4, kTopic = 2, kCluster = 4;

// A controller without entries at first; what is decided is applied.
struct AclController {
  ClusterImage image;
  ControllerConfig config;
  SeededRandom random{1};
  bool has_authorizer = true;
  size_t written = 0;

  ControllerView view() { return {image, config, random, {}}; }

  static Creation creation(std::string_view name = "orders", int8_t pattern = kLiteral) {
    return {kTopic, name, pattern, "User:alice", "*", 3, 3};
  }
  static Filter any() {
    Filter filter;
    filter.resource_type_filter = filter.pattern_type_filter = kAny;
    filter.resource_name_filter = filter.principal_filter = filter.host_filter = std::nullopt;
    filter.operation = filter.permission_type = kAny;
    return filter;
  }
  static Filter named(std::string_view name, int8_t pattern) {
    Filter filter = any();
    filter.resource_name_filter = name;
    filter.pattern_type_filter = pattern;
    return filter;
  }
  static std::string outcome(int16_t code, std::optional<std::string_view> message) {
    return std::to_string(code) + " " + std::string(message.value_or("null")) + "; ";
  }
  void apply(const Decision& decision) {
    written = decision.records.size();
    for (const Bytes& bytes : decision.records) {
      auto record = protocol::read_metadata_record(bytes);
      REQUIRE(record.has_value());
      REQUIRE(image.apply(*record).ok());
    }
  }
  // "code message; " of each creation.
  std::string create(std::vector<Creation> creations) {
    const CreateAclsRequest request{std::move(creations)};
    auto decided = decide_create_acls(view(), request, has_authorizer);
    std::string text;
    for (const auto& result : decided.response.results)
      text += outcome(result.error_code, result.error_message);
    apply(decided.decision);
    return text;
  }
  // "code message; name name; " of each filter.
  std::string remove(std::vector<Filter> filters) {
    const DeleteAclsRequest request{std::move(filters)};
    auto decided = decide_delete_acls(view(), request, has_authorizer);
    std::string text;
    for (const auto& result : decided.response.filter_results) {
      text += outcome(result.error_code, result.error_message);
      std::set<std::string_view> names;
      for (const auto& acl : result.matching_acls) names.insert(acl.resource_name);
      for (const auto name : names) text += std::string(name) + " ";
    }
    apply(decided.decision);
    return text;
  }
  // What is left, by name.
  std::string left() const {
    std::string text;
    for (const auto& [pattern, entries] : image.acls().by_pattern()) text += pattern.name + " ";
    return text;
  }
};

const std::string kDone = "0 ; ";

}  // namespace

TEST_CASE_METHOD(AclController, "CreateAcls: a new entry is one record, as it was asked for") {
  REQUIRE(create({creation("orders", kPrefixed)}) == kDone);
  REQUIRE(written == 1);
  const AclImage expected{kTopic, "orders", kPrefixed, "User:alice", "*", 3, 3};
  REQUIRE(image.acls().by_id().begin()->second == expected);
}

TEST_CASE_METHOD(AclController, "CreateAcls: an entry that is there, or asked for twice, is written once") {
  REQUIRE(create({creation(), creation("other"), creation()}) == kDone + kDone + kDone);
  REQUIRE(written == 2);
  REQUIRE(create({creation()}) == kDone);
  REQUIRE(written == 0);
}

TEST_CASE_METHOD(AclController, "CreateAcls: a wrong entry does not keep the others from being made") {
  REQUIRE(create({creation(""), creation()}) == "42 Invalid empty resource name; " + kDone);
  REQUIRE(written == 1);
}

TEST_CASE_METHOD(AclController, "CreateAcls: the cluster has one name, which is looked at first") {
  Creation wrong = creation("other");
  wrong.resource_type = kCluster;
  wrong.operation = 77;
  REQUIRE(create({wrong}) == "42 The only valid name for the CLUSTER resource is kafka-cluster; ");
  wrong.resource_name = "";
  REQUIRE(create({wrong}) == "42 The only valid name for the CLUSTER resource is kafka-cluster; ");
  wrong.resource_name = "kafka-cluster";
  wrong.operation = 7;
  REQUIRE(create({wrong}) == kDone);
}

TEST_CASE_METHOD(AclController,
                 "CreateAcls: numbers that nobody knows are refused, the first of them named") {
  Creation wrong = creation();
  wrong.permission_type = 4;
  REQUIRE(create({wrong}) == "42 Invalid permissionType UNKNOWN; ");
  wrong.operation = 16;
  REQUIRE(create({wrong}) == "42 Invalid operation UNKNOWN; ");
  wrong.resource_pattern_type = 5;
  REQUIRE(create({wrong}) == "42 Invalid patternType UNKNOWN; ");
  wrong.resource_type = -1;
  REQUIRE(create({wrong}) == "42 Invalid resourceType UNKNOWN; ");
}

TEST_CASE_METHOD(AclController, "CreateAcls: a principal has a type and a name") {
  Creation wrong = creation();
  wrong.principal = "alice";
  REQUIRE(create({wrong}) ==
          "42 Could not parse principal from `alice` (no colon is present separating the principal type from "
          "the principal name); ");
  wrong.principal = ":";
  REQUIRE(create({wrong}) == kDone);
}

TEST_CASE_METHOD(AclController, "CreateAcls: what belongs in a filter refuses the whole request") {
  Creation wrong = creation("other");
  SECTION("any resource") { wrong.resource_type = kAny; }
  SECTION("any pattern") { wrong.resource_pattern_type = kAny; }
  SECTION("what matches") { wrong.resource_pattern_type = kMatch; }
  SECTION("any operation") { wrong.operation = kAny; }
  SECTION("any permission") { wrong.permission_type = kAny; }
  REQUIRE(create({creation(), wrong}) == "-1 null; -1 null; ");
  REQUIRE(written == 0);
}

TEST_CASE_METHOD(AclController,
                 "CreateAcls and DeleteAcls: without an authorizer there is nothing to change") {
  has_authorizer = false;
  REQUIRE(create({creation(), creation("")}) ==
          "54 No Authorizer is configured.; 54 No Authorizer is configured.; ");
  REQUIRE(remove({any()}) == "54 No Authorizer is configured.; ");
  REQUIRE(written == 0);
}

TEST_CASE_METHOD(AclController,
                 "CreateAcls: more than 10,000 new entries are refused, nameless ones for what they are") {
  std::vector<std::string> names;
  for (int i = 0; i < 10'001; ++i) names.push_back("t" + std::to_string(i));
  std::vector<Creation> creations;
  for (const std::string& name : names) creations.push_back(creation(name));
  creations[1].resource_name = "";
  REQUIRE(create(creations).starts_with("0 ; 42 "));
  REQUIRE(written == 10'000);
  image = ClusterImage();
  creations[1].resource_name = "t1";
  creations.push_back(creation(""));
  const std::string text = create(creations);
  REQUIRE(text.starts_with("44 Unable to perform excessively large batch operation.; 44 "));
  REQUIRE(text.ends_with("operation.; 42 Invalid empty resource name; "));
  REQUIRE(written == 0);
}

TEST_CASE_METHOD(AclController, "DeleteAcls: each filter tells what it matched, and each entry goes once") {
  create({creation("a"), creation("b"), creation("c")});
  REQUIRE(remove({named("b", kLiteral), named("x", kAny), named("b", kAny), named("a", kLiteral)}) ==
          "0 null; b 0 null; 0 null; b 0 null; a ");
  REQUIRE(written == 2);
  REQUIRE(left() == "c ");
}

TEST_CASE_METHOD(AclController, "DeleteAcls: ANY means the very name, MATCH whatever applies to it") {
  create({creation("app.a"), creation("app.a", kPrefixed), creation("app.", kPrefixed), creation("*"),
          creation("app.ab", kPrefixed), creation("app."), creation("*", kPrefixed)});
  SECTION("a name") {
    REQUIRE(remove({named("app.a", kAny)}) == "0 null; app.a ");
    REQUIRE(written == 2);
  }
  SECTION("what applies") {
    REQUIRE(remove({named("app.a", kMatch)}) == "0 null; * app. app.a ");
    REQUIRE(written == 4);
  }
  SECTION("prefixes") { REQUIRE(remove({named("app.", kPrefixed)}) == "0 null; app. "); }
  SECTION("the wildcard") { REQUIRE(remove({named("*", kLiteral)}) == "0 null; * "); }
  SECTION("no name") {
    Filter filter = any();
    filter.pattern_type_filter = kMatch;
    remove({filter});
    REQUIRE(written == 7);
  }
}

TEST_CASE_METHOD(AclController,
                 "DeleteAcls: principal, host, operation and permission are compared as they are") {
  Creation other = creation("b");
  other.principal = "User:*";
  other.host = "10.0.0.1";
  other.operation = 2;
  other.permission_type = 2;
  create({creation("a"), other});
  Filter filter = any();
  SECTION("principal") { filter.principal_filter = "User:alice"; }
  SECTION("host") { filter.host_filter = "*"; }
  SECTION("operation") { filter.operation = 3; }
  SECTION("permission") { filter.permission_type = 3; }
  REQUIRE(remove({filter}) == "0 null; a ");
}

TEST_CASE_METHOD(AclController, "DeleteAcls: numbers that nobody knows refuse the filter alone") {
  create({creation("a")});
  Filter pattern = any(), entry = any();
  pattern.pattern_type_filter = 5;
  pattern.operation = 99;
  entry.permission_type = -3;
  REQUIRE(remove({pattern, entry, any()}) ==
          "42 Unknown patternFilter.; 42 Unknown entryFilter.; 0 null; a ");
}

TEST_CASE_METHOD(AclController, "DeleteAcls: more than 10,000 at a time are refused as a whole") {
  for (int half = 0; half < 2; ++half) {
    std::vector<std::string> names;
    for (int i = 0; i < 5'000; ++i) names.push_back(std::to_string(half) + "." + std::to_string(i));
    std::vector<Creation> creations;
    for (const std::string& name : names) creations.push_back(creation(name));
    create(creations);
  }
  const std::string refusal = "42 Cannot remove more than 10000 acls in a single delete operation.; ";
  REQUIRE(remove({named("0.1", kAny), any(), named("0.2", kAny)}) == refusal + refusal + refusal);
  REQUIRE(written == 0);
  remove({named("0.1", kAny), any()});
  REQUIRE(written == 10'000);
}

TEST_CASE_METHOD(AclController, "DeleteAcls: filters that match the same again and again are refused") {
  std::vector<std::string> names;
  for (int i = 0; i < 2'000; ++i) names.push_back(std::to_string(i));
  std::vector<Creation> creations;
  for (const std::string& name : names) creations.push_back(creation(name));
  create(creations);
  REQUIRE(remove(std::vector<Filter>(51, any())).starts_with("42 Cannot remove more than 10000 acls"));
  REQUIRE(written == 0);
  REQUIRE(remove(std::vector<Filter>(50, any())).starts_with("0 null"));
}

TEST_CASE("CreateAcls and DeleteAcls: requests that say UNKNOWN are known for it") {
  CreateAclsRequest creation{{AclController::creation()}};
  REQUIRE_FALSE(says_unknown(creation));
  creation.creations.push_back(AclController::creation());
  creation.creations[1].operation = 0;
  REQUIRE(says_unknown(creation));
  DeleteAclsRequest deletion{{AclController::any()}};
  REQUIRE_FALSE(says_unknown(deletion));
  deletion.filters[0].pattern_type_filter = 0;
  REQUIRE(says_unknown(deletion));
}
