// Quotas among whole nodes: told to one, decided by another, and kept to by all.
#include "tests/testing.h"

#include "protocol/messages/alter_client_quotas_request.h"
#include "protocol/messages/alter_client_quotas_response.h"
#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"
#include "protocol/messages/describe_client_quotas_request.h"
#include "protocol/messages/describe_client_quotas_response.h"
#include "tests/broker/node_cluster.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::AlterClientQuotasRequest;
using protocol::AlterClientQuotasResponse;

namespace {

struct QuotaCluster : NodeCluster {
  QuotaCluster() { start_all(); }
  // One that is not the active controller.
  ClusterNode& other() { return at(active() == &at(1) ? 2 : 1); }
  // Every user may create or delete so many partitions a second.
  void limit(double rate) {
    AlterClientQuotasRequest request;
    auto& entry = request.entries.emplace_back();
    entry.entity.push_back({"user", std::nullopt});
    entry.ops.push_back({"controller_mutation_rate", rate, false});
    REQUIRE(call<AlterClientQuotasResponse>(other(), request, 1).entries.at(0).error_code == 0);
    advance(2'000);
  }
  double limit_at(ClusterNode& node) {
    protocol::DescribeClientQuotasRequest request;
    const auto response = call<protocol::DescribeClientQuotasResponse>(node, request, 1);
    REQUIRE(response.entries->size() == 1);
    return response.entries->at(0).values.at(0).value;
  }
  protocol::CreateTopicsResponse create(ClusterNode& node, std::string_view name, int16_t version = 7) {
    protocol::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = 30;
    topic.replication_factor = 1;
    request.timeout_ms = 10'000;
    return call<protocol::CreateTopicsResponse>(node, request, version);
  }
};

}  // namespace

TEST_CASE_METHOD(QuotaCluster, "a quota that one node is told is every node's, also after their restart") {
  limit(1);
  for (int32_t id = 1; id <= 3; ++id) REQUIRE(limit_at(at(id)) == 1);
  for (int32_t id = 1; id <= 3; ++id) at(id).kill();
  for (int32_t id = 1; id <= 3; ++id) at(id).start();
  REQUIRE(wait_for([&] { return is_whole(); }));
  for (int32_t id = 1; id <= 3; ++id) REQUIRE(limit_at(at(id)) == 1);
}

TEST_CASE_METHOD(QuotaCluster, "partitions count wherever they are asked for, and who asks waits") {
  limit(1);
  REQUIRE(create(other(), "one").topics.at(0).error_code == 0);
  for (ClusterNode* node : {&other(), active()}) {
    const auto refused = create(*node, "two");
    REQUIRE(refused.topics.at(0).error_code == 89);
    REQUIRE(refused.throttle_time_ms > 10'000);
  }
  const auto tolerated = create(other(), "three", 5);
  REQUIRE(tolerated.topics.at(0).error_code == 0);
  REQUIRE(tolerated.throttle_time_ms > 40'000);
}
