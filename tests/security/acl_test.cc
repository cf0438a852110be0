#include "tests/testing.h"

#include "security/acl.h"

#include <string>

using namespace klamm::security;

TEST_CASE("Types of resources, patterns and permissions are named as Kafka prints them") {
  REQUIRE(name_of(ResourceType::kTransactionalId) == "TRANSACTIONAL_ID");
  REQUIRE(name_of(ResourceType::kUser) == "USER");
  REQUIRE(name_of(PatternType::kPrefixed) == "PREFIXED");
  REQUIRE(name_of(AclPermission::kDeny) == "DENY");
}

TEST_CASE("Operations are named by their numbers") {
  std::string names;
  for (int8_t number = 0; number <= 15; ++number)
    names += std::string(name_of(static_cast<AclOperation>(number))) + " ";
  REQUIRE(names ==
          "UNKNOWN ANY ALL READ WRITE CREATE DELETE ALTER DESCRIBE CLUSTER_ACTION DESCRIBE_CONFIGS "
          "ALTER_CONFIGS IDEMPOTENT_WRITE CREATE_TOKENS DESCRIBE_TOKENS TWO_PHASE_COMMIT ");
}

TEST_CASE("A number that is none is UNKNOWN") {
  REQUIRE(name_of(static_cast<ResourceType>(8)) == "UNKNOWN");
  REQUIRE(name_of(static_cast<PatternType>(-1)) == "UNKNOWN");
  REQUIRE(name_of(static_cast<AclOperation>(16)) == "UNKNOWN");
  REQUIRE(name_of(static_cast<AclPermission>(127)) == "UNKNOWN");
}

namespace {

// The operations that an entry decides about, as their numbers.
std::string covered(AclOperation granted, AclPermission permission) {
  std::string numbers;
  for (int8_t number = 2; number <= 15; ++number) {
    if (covers(granted, permission, static_cast<AclOperation>(number)))
      numbers += std::to_string(number) + " ";
  }
  return numbers;
}

}  // namespace

TEST_CASE("What an entry allows covers what it implies") {
  REQUIRE(covered(AclOperation::kRead, AclPermission::kAllow) == "3 8 ");
  REQUIRE(covered(AclOperation::kWrite, AclPermission::kAllow) == "4 8 ");
  REQUIRE(covered(AclOperation::kDelete, AclPermission::kAllow) == "6 8 ");
  REQUIRE(covered(AclOperation::kAlter, AclPermission::kAllow) == "7 8 ");
  REQUIRE(covered(AclOperation::kAlterConfigs, AclPermission::kAllow) == "10 11 ");
  REQUIRE(covered(AclOperation::kCreate, AclPermission::kAllow) == "5 ");
  REQUIRE(covered(AclOperation::kDescribe, AclPermission::kAllow) == "8 ");
}

TEST_CASE("What an entry denies covers itself, unless it is all") {
  REQUIRE(covered(AclOperation::kRead, AclPermission::kDeny) == "3 ");
  REQUIRE(covered(AclOperation::kAlterConfigs, AclPermission::kDeny) == "11 ");
  REQUIRE(covered(AclOperation::kAll, AclPermission::kDeny) == "2 3 4 5 6 7 8 9 10 11 12 13 14 15 ");
  REQUIRE(covered(AclOperation::kAll, AclPermission::kAllow) == "2 3 4 5 6 7 8 9 10 11 12 13 14 15 ");
}
