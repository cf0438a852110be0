#include "broker/api.h"

#include <algorithm>

namespace klamm::broker {
namespace {

constexpr auto B = ListenerKind::kBroker;
constexpr auto BC = ListenerKind::kBoth;

// key, name, served from - to, advertised from, listeners, may overlap, before authentication, needs
constexpr Api kTable[] = {
    {0, "Produce", 3, 13, 0, B, true, false, "Write Topic"},
    {1, "Fetch", 4, 18, 4, B, false, false, "Read Topic"},
    {2, "ListOffsets", 1, 11, 1, B, false, false, "Describe Topic"},
    {3, "Metadata", 0, 13, 0, B, false, false, "Describe Topic"},
    {8, "OffsetCommit", 2, 10, 2, B, false, false, "Read Group, Read Topic"},
    {9, "OffsetFetch", 1, 10, 1, B, false, false, "Describe Group, Describe Topic"},
    {10, "FindCoordinator", 0, 6, 0, B, false, false, "Describe Group"},
    {11, "JoinGroup", 0, 9, 0, B, false, false, "Read Group"},
    {12, "Heartbeat", 0, 4, 0, B, false, false, "Read Group"},
    {13, "LeaveGroup", 0, 5, 0, B, false, false, "Read Group"},
    {14, "SyncGroup", 0, 5, 0, B, false, false, "Read Group"},
    {15, "DescribeGroups", 0, 6, 0, B, false, false, "Describe Group"},
    {16, "ListGroups", 0, 5, 0, B, false, false, "Describe Cluster or Describe Group"},
    {18, "ApiVersions", 0, 4, 0, BC, false, true, ""},
    {19, "CreateTopics", 2, 7, 2, BC, false, false, "Create Cluster or Create Topic"},
    {20, "DeleteTopics", 1, 6, 1, BC, false, false, "Delete Cluster or Delete Topic"},
    {21, "DeleteRecords", 0, 2, 0, B, false, false, "Delete Topic"},
    {22, "InitProducerId", 0, 5, 0, B, false, false, "IdempotentWrite Cluster or Write Topic"},
    {23, "OffsetForLeaderEpoch", 2, 4, 2, B, false, false, "Describe Topic"},
    {29, "DescribeAcls", 1, 3, 1, BC, false, false, "Describe Cluster"},
    {30, "CreateAcls", 1, 3, 1, BC, false, false, "Alter Cluster"},
    {31, "DeleteAcls", 1, 3, 1, BC, false, false, "Alter Cluster"},
    {32, "DescribeConfigs", 1, 4, 1, BC, false, false, "DescribeConfigs Cluster or Topic"},
    {33, "AlterConfigs", 0, 2, 0, BC, false, false, "AlterConfigs Cluster or Topic"},
    {35, "DescribeLogDirs", 1, 5, 1, B, false, false, "Describe Cluster"},
    {37, "CreatePartitions", 0, 3, 0, BC, false, false, "Alter Topic"},
    {42, "DeleteGroups", 0, 2, 0, B, false, false, "Delete Group"},
    {44, "IncrementalAlterConfigs", 0, 1, 0, BC, false, false, "AlterConfigs Cluster or Topic"},
    {47, "OffsetDelete", 0, 0, 0, B, false, false, "Delete Group, Read Topic"},
    {48, "DescribeClientQuotas", 0, 1, 0, B, false, false, "DescribeConfigs Cluster"},
    {50, "DescribeUserScramCredentials", 0, 0, 0, B, false, false, "Describe Cluster"},
    {51, "AlterUserScramCredentials", 0, 0, 0, BC, false, false, "Alter Cluster"},
    {55, "DescribeQuorum", 0, 2, 0, BC, false, false, "Describe Cluster"},
    {60, "DescribeCluster", 0, 2, 0, BC, false, false, ""},
    {61, "DescribeProducers", 0, 0, 0, B, false, false, "Read Topic"},
    {74, "ListConfigResources", 0, 1, 0, B, false, false, "DescribeConfigs Cluster"},
    {75, "DescribeTopicPartitions", 0, 0, 0, B, false, false, "Describe Topic"},
};

}  // namespace

std::span<const Api> api_table() { return kTable; }

const Api* find_api(int16_t key) {
  auto found =
      std::find_if(std::begin(kTable), std::end(kTable), [&](const Api& api) { return api.key == key; });
  return found == std::end(kTable) ? nullptr : found;
}

}  // namespace klamm::broker
