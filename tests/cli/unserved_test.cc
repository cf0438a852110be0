// A node that does not serve what a tool asks of it, as earlier releases moved no replicas and kept no
// quotas: the tool says so at once, and fails.
#include <string>

#include "protocol/messages/describe_client_quotas_request.h"
#include "protocol/messages/describe_client_quotas_response.h"
#include "protocol/messages/incremental_alter_configs_request.h"
#include "protocol/messages/incremental_alter_configs_response.h"
#include "tests/cli/tool_fixture.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

using protocol::DescribeClientQuotasRequest;
using protocol::DescribeClientQuotasResponse;
using protocol::IncrementalAlterConfigsRequest;
using protocol::IncrementalAlterConfigsResponse;

bool says_unserved(const std::string& text, const std::string& api) {
  return text.find("UnsupportedVersionException: The node at b:9092 does not support " + api +
                   " in a version that is known here\n") != std::string::npos;
}

TEST_CASE_METHOD(ToolFixture, "where replicas cannot be moved the tool says so, and begins nothing") {
  const Ran ran = run("kafka-reassign-partitions", {"--bootstrap-server", "b:9092", "--list"});
  REQUIRE(ran.status == 1);
  REQUIRE(says_unserved(ran.out, "ListPartitionReassignments"));
}

TEST_CASE_METHOD(ToolFixture, "where there are no quotas the tool says so") {
  broker.on<DescribeClientQuotasRequest, DescribeClientQuotasResponse>(
      [](const DescribeClientQuotasRequest&, int16_t) {
        DescribeClientQuotasResponse response;
        response.entries.emplace();
        return response;
      });
  const Ran ran =
      run("kafka-configs", {"--bootstrap-server", "b:9092", "--alter", "--entity-type", "users",
                            "--entity-name", "u", "--add-config", "producer_byte_rate=1000"});
  REQUIRE(ran.status == 1);
  REQUIRE(says_unserved(ran.err, "AlterClientQuotas"));
}

// ConfigResource.Type.GROUP
constexpr int8_t kGroup = 32;

TEST_CASE_METHOD(ToolFixture, "a group's settings are altered as a topic's are") {
  std::string altered;
  int8_t type = 0;
  broker.on<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(
      [&](const IncrementalAlterConfigsRequest& request, int16_t) {
        const auto& resource = request.resources.front();
        type = resource.resource_type;
        altered = std::string(resource.resource_name) + ": " + std::string(resource.configs.front().name);
        IncrementalAlterConfigsResponse response;
        auto& result = response.responses.emplace_back();
        result.resource_type = resource.resource_type;
        result.resource_name = resource.resource_name;
        return response;
      });
  const Ran ran =
      run("kafka-configs", {"--bootstrap-server", "b:9092", "--alter", "--entity-type", "groups",
                            "--entity-name", "readers", "--add-config", "consumer.session.timeout.ms=50000"});
  REQUIRE(ran.out == "Completed updating config for group readers.\n");
  REQUIRE(type == kGroup);
  REQUIRE(altered == "readers: consumer.session.timeout.ms");
}

}  // namespace
}  // namespace klamm::cli
