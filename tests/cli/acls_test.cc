#include "protocol/messages/create_acls_request.h"
#include "protocol/messages/create_acls_response.h"
#include "protocol/messages/delete_acls_request.h"
#include "protocol/messages/delete_acls_response.h"
#include "protocol/messages/describe_acls_request.h"
#include "protocol/messages/describe_acls_response.h"
#include "tests/cli/fake_broker.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

using protocol::CreateAclsRequest;
using protocol::CreateAclsResponse;
using protocol::DeleteAclsRequest;
using protocol::DeleteAclsResponse;
using protocol::DescribeAclsRequest;
using protocol::DescribeAclsResponse;

class AclsFixture : public ToolBench {
 public:
  AclsFixture() {
    broker.on<DescribeAclsRequest, DescribeAclsResponse>([this](const DescribeAclsRequest&, int16_t) {
      DescribeAclsResponse response;
      if (!has_entry) return response;
      auto& resource = response.resources.emplace_back();
      resource.resource_type = 2;
      resource.resource_name = "t";
      resource.acls.push_back({.principal = "User:a", .host = "*", .operation = 3, .permission_type = 3});
      return response;
    });
    broker.on<CreateAclsRequest, CreateAclsResponse>([this](const CreateAclsRequest& request, int16_t) {
      CreateAclsResponse response;
      for (const auto& creation : request.creations) {
        created.push_back(std::string(creation.principal) + " " + std::to_string(creation.operation) + " " +
                          std::string(creation.resource_name));
        response.results.emplace_back();
      }
      return response;
    });
    broker.on<DeleteAclsRequest, DeleteAclsResponse>([this](const DeleteAclsRequest& request, int16_t) {
      deleted += request.filters.size();
      return DeleteAclsResponse();
    });
  }

  Ran acls(std::vector<std::string_view> words) {
    words.insert(words.begin(), "broker:9092");
    words.insert(words.begin(), "--bootstrap-server");
    return run("kafka-acls", std::move(words));
  }

  bool has_entry = false;
  std::vector<std::string> created;
  size_t deleted = 0;
};

TEST_CASE_METHOD(AclsFixture, "entries are listed by resource") {
  REQUIRE(acls({"--list"}).out.empty());
  has_entry = true;
  REQUIRE(acls({"--list"}).out ==
          "Current ACLs for resource `ResourcePattern(resourceType=TOPIC, name=t, patternType=LITERAL)`:\n"
          "\t(principal=User:a, host=*, operation=READ, permissionType=ALLOW)\n\n");
  REQUIRE(acls({"--list", "--principal", "User:b"}).out == "ACLs for principal `User:b`\n");
}

TEST_CASE_METHOD(AclsFixture, "an entry is added, and one that is there is not added again") {
  const Ran ran = acls({"--add", "--allow-principal", "User:a", "--operation", "Read", "--topic", "t"});
  REQUIRE(ran.out ==
          "Adding ACLs for resource `ResourcePattern(resourceType=TOPIC, name=t, patternType=LITERAL)`: \n"
          " \t(principal=User:a, host=*, operation=READ, permissionType=ALLOW)\n\n");
  REQUIRE(created == std::vector<std::string>{"User:a 3 t"});
  has_entry = true;
  const Ran again = acls({"--add", "--allow-principal", "User:a", "--operation", "Read", "--topic", "t"});
  REQUIRE(again.out ==
          "Acl (pattern=ResourcePattern(resourceType=TOPIC, name=t, patternType=LITERAL), "
          "entry=(principal=User:a, host=*, operation=READ, permissionType=ALLOW)) already exists.\n");
  REQUIRE(created.size() == 1);
}

TEST_CASE_METHOD(AclsFixture, "a consumer needs to read and describe the topic, and to read the group") {
  acls({"--add", "--consumer", "--allow-principal", "User:c", "--topic", "t", "--group", "g"});
  REQUIRE(created == std::vector<std::string>{"User:c 3 t", "User:c 8 t", "User:c 3 g"});
}

TEST_CASE_METHOD(AclsFixture, "removing asks first, and does nothing without a yes") {
  input = "n\n";
  const Ran ran = acls({"--remove", "--topic", "t"});
  REQUIRE(ran.out ==
          "Are you sure you want to delete all ACLs for resource filter `ResourcePattern(resourceType=TOPIC, "
          "name=t, patternType=LITERAL)`? (y/n)\n");
  REQUIRE(ran.status == 0);
  input = "";
  REQUIRE(acls({"--remove", "--topic", "t"})
              .out.ends_with("Error while executing ACL command: nobody answers; write --force where nobody "
                             "can\n"));
  REQUIRE(deleted == 0);
  input = "Y\n";
  acls({"--remove", "--topic", "t"});
  REQUIRE(deleted == 1);
  acls({"--remove", "--topic", "t", "--force"});
  REQUIRE(deleted == 2);
}

TEST_CASE_METHOD(AclsFixture, "what is wrong on the command line is said with the usage") {
  REQUIRE(acls({"--add", "--topic", "t"})
              .err.starts_with("You must specify one of: --allow-principal, --deny-principal when trying to "
                               "add ACLs.\nOption "));
  REQUIRE(acls({"--add", "--allow-principal", "User:a"}).status == 1);
  REQUIRE(acls({"--add", "--allow-principal", "User:a", "--operation", "Alter", "--group", "g"})
              .err.starts_with("ResourceType GROUP only supports operations ["));
}

TEST_CASE_METHOD(AclsFixture, "what the broker refuses is told as Java's exception") {
  broker.on<DescribeAclsRequest, DescribeAclsResponse>([](const DescribeAclsRequest&, int16_t) {
    DescribeAclsResponse response;
    response.error_code = 54;
    response.error_message = "No Authorizer is configured.";
    return response;
  });
  const Ran ran = acls({"--list"});
  REQUIRE(ran.status == 1);
  REQUIRE(ran.out ==
          "Error while executing ACL command: org.apache.kafka.common.errors.SecurityDisabledException: No "
          "Authorizer is configured.\n");
}

}  // namespace
}  // namespace klamm::cli
