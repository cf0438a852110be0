#include "broker/api.h"

#include <fmt/core.h>

#include <algorithm>

namespace klamm::broker {
namespace {

using Op = security::AclOperation;
using Res = security::ResourceType;

constexpr auto B = ListenerKind::kBroker;
constexpr auto C = ListenerKind::kController;
constexpr auto BC = ListenerKind::kBoth;

constexpr Need need(Op operation, Res resource, std::string_view when = {}) {
  return {operation, resource, when, false};
}
// Is enough in place of the one before it.
constexpr Need or_need(Op operation, Res resource, std::string_view when = {}) {
  return {operation, resource, when, true};
}

// What takes more than one permission, or not the same of all requests: need(operation, resource, "for
// what"), in the order in which it is asked for.
constexpr Needs kProduce{need(Op::kWrite, Res::kTransactionalId, "transactional records"),
                         need(Op::kWrite, Res::kTopic)};
constexpr Needs kFetch{need(Op::kRead, Res::kTopic, "consumers"),
                       need(Op::kClusterAction, Res::kCluster, "replicas")};
constexpr Needs kMetadata{
    need(Op::kDescribe, Res::kTopic), need(Op::kCreate, Res::kCluster, "topics to be created"),
    or_need(Op::kCreate, Res::kTopic), need(Op::kDescribe, Res::kCluster, "operations of the cluster")};
constexpr Needs kOffsetCommit{need(Op::kRead, Res::kGroup), need(Op::kRead, Res::kTopic)};
constexpr Needs kOffsetFetch{need(Op::kDescribe, Res::kGroup), need(Op::kDescribe, Res::kTopic)};
constexpr Needs kOffsetDelete{need(Op::kDelete, Res::kGroup), need(Op::kRead, Res::kTopic)};
constexpr Needs kFindCoordinator{need(Op::kDescribe, Res::kGroup, "groups"),
                                 need(Op::kDescribe, Res::kTransactionalId, "transactions"),
                                 need(Op::kClusterAction, Res::kCluster, "share groups")};
constexpr Needs kListGroups{need(Op::kDescribe, Res::kCluster), or_need(Op::kDescribe, Res::kGroup)};
constexpr Needs kCreateTopics{need(Op::kCreate, Res::kCluster), or_need(Op::kCreate, Res::kTopic),
                              need(Op::kDescribeConfigs, Res::kTopic, "what the topic has become")};
constexpr Needs kDeleteTopics{need(Op::kDelete, Res::kCluster), or_need(Op::kDelete, Res::kTopic),
                              need(Op::kDescribe, Res::kTopic, "its name, or that there is none")};
constexpr Needs kInitProducerId{need(Op::kWrite, Res::kTransactionalId, "transactions"),
                                need(Op::kIdempotentWrite, Res::kCluster, "without"),
                                or_need(Op::kWrite, Res::kTopic, "of any name")};
constexpr Needs kOffsetForLeaderEpoch{need(Op::kClusterAction, Res::kCluster),
                                      or_need(Op::kDescribe, Res::kTopic)};
constexpr Needs kDescribeConfigs{
    need(Op::kDescribeConfigs, Res::kCluster, "brokers, loggers, client metrics"),
    need(Op::kDescribeConfigs, Res::kTopic, "topics"), need(Op::kDescribeConfigs, Res::kGroup, "groups")};
constexpr Needs kAlterConfigs{need(Op::kAlterConfigs, Res::kCluster, "brokers, client metrics"),
                              need(Op::kAlterConfigs, Res::kTopic, "topics"),
                              need(Op::kAlterConfigs, Res::kGroup, "groups")};
constexpr Needs kIncrementalAlterConfigs{
    need(Op::kAlterConfigs, Res::kCluster, "brokers, loggers, client metrics"),
    need(Op::kAlterConfigs, Res::kTopic, "topics"), need(Op::kAlterConfigs, Res::kGroup, "groups"),
    need(Op::kClusterAction, Res::kCluster, "loggers, on a controller's listener")};
constexpr Needs kDescribeCluster{need(Op::kAlter, Res::kCluster, "on a controller's listener"),
                                 need(Op::kDescribe, Res::kCluster, "operations of the cluster")};

// key, name, served from - to, advertised from, listeners, may overlap, before authentication, needs: {} for
// none, {need(operation, resource)} for one. A row's cells are in tests/broker/authorization_cells.cc.
constexpr Api kTable[] = {
    {0, "Produce", 3, 13, 0, B, true, false, kProduce},
    {1, "Fetch", 4, 18, 4, BC, false, false, kFetch},
    {2, "ListOffsets", 1, 11, 1, B, false, false, {need(Op::kDescribe, Res::kTopic)}},
    {3, "Metadata", 0, 13, 0, B, false, false, kMetadata},
    {8, "OffsetCommit", 2, 10, 2, B, false, false, kOffsetCommit},
    {9, "OffsetFetch", 1, 10, 1, B, false, false, kOffsetFetch},
    {10, "FindCoordinator", 0, 6, 0, B, false, false, kFindCoordinator},
    {11, "JoinGroup", 0, 9, 0, B, false, false, {need(Op::kRead, Res::kGroup)}},
    {12, "Heartbeat", 0, 4, 0, B, false, false, {need(Op::kRead, Res::kGroup)}},
    {13, "LeaveGroup", 0, 5, 0, B, false, false, {need(Op::kRead, Res::kGroup)}},
    {14, "SyncGroup", 0, 5, 0, B, false, false, {need(Op::kRead, Res::kGroup)}},
    {15, "DescribeGroups", 0, 6, 0, B, false, false, {need(Op::kDescribe, Res::kGroup)}},
    {16, "ListGroups", 0, 5, 0, B, false, false, kListGroups},
    {17, "SaslHandshake", 0, 1, 0, BC, false, true, {}},
    {18, "ApiVersions", 0, 4, 0, BC, false, true, {}},
    {19, "CreateTopics", 2, 7, 2, BC, false, false, kCreateTopics},
    {20, "DeleteTopics", 1, 6, 1, BC, false, false, kDeleteTopics},
    {21, "DeleteRecords", 0, 2, 0, B, false, false, {need(Op::kDelete, Res::kTopic)}},
    {22, "InitProducerId", 0, 5, 0, B, false, false, kInitProducerId},
    {23, "OffsetForLeaderEpoch", 2, 4, 2, B, false, false, kOffsetForLeaderEpoch},
    {29, "DescribeAcls", 1, 3, 1, BC, false, false, {need(Op::kDescribe, Res::kCluster)}},
    {30, "CreateAcls", 1, 3, 1, BC, false, false, {need(Op::kAlter, Res::kCluster)}},
    {31, "DeleteAcls", 1, 3, 1, BC, false, false, {need(Op::kAlter, Res::kCluster)}},
    {32, "DescribeConfigs", 1, 4, 1, BC, false, false, kDescribeConfigs},
    {33, "AlterConfigs", 0, 2, 0, BC, false, false, kAlterConfigs},
    {35, "DescribeLogDirs", 1, 5, 1, B, false, false, {need(Op::kDescribe, Res::kCluster)}},
    {36, "SaslAuthenticate", 0, 2, 0, BC, false, true, {}},
    {37, "CreatePartitions", 0, 3, 0, BC, false, false, {need(Op::kAlter, Res::kTopic)}},
    {42, "DeleteGroups", 0, 2, 0, B, false, false, {need(Op::kDelete, Res::kGroup)}},
    {43, "ElectLeaders", 0, 2, 0, BC, false, false, {need(Op::kAlter, Res::kCluster)}},
    {44, "IncrementalAlterConfigs", 0, 1, 0, BC, false, false, kIncrementalAlterConfigs},
    {45, "AlterPartitionReassignments", 0, 1, 0, BC, false, false, {need(Op::kAlter, Res::kCluster)}},
    {46, "ListPartitionReassignments", 0, 0, 0, BC, false, false, {need(Op::kDescribe, Res::kCluster)}},
    {47, "OffsetDelete", 0, 0, 0, B, false, false, kOffsetDelete},
    {48, "DescribeClientQuotas", 0, 1, 0, B, false, false, {need(Op::kDescribeConfigs, Res::kCluster)}},
    {49, "AlterClientQuotas", 0, 1, 0, BC, false, false, {need(Op::kAlterConfigs, Res::kCluster)}},
    {50, "DescribeUserScramCredentials", 0, 0, 0, B, false, false, {need(Op::kDescribe, Res::kCluster)}},
    {51, "AlterUserScramCredentials", 0, 0, 0, BC, false, false, {need(Op::kAlter, Res::kCluster)}},
    {52, "Vote", 0, 2, 0, C, false, false, {need(Op::kClusterAction, Res::kCluster)}},
    {53, "BeginQuorumEpoch", 0, 1, 0, C, false, false, {need(Op::kClusterAction, Res::kCluster)}},
    {54, "EndQuorumEpoch", 0, 1, 0, C, false, false, {need(Op::kClusterAction, Res::kCluster)}},
    {55, "DescribeQuorum", 0, 2, 0, BC, false, false, {need(Op::kDescribe, Res::kCluster)}},
    {56, "AlterPartition", 2, 3, 2, C, false, false, {need(Op::kClusterAction, Res::kCluster)}},
    {57, "UpdateFeatures", 0, 2, 0, BC, false, false, {need(Op::kAlter, Res::kCluster)}},
    {58, "Envelope", 0, 0, 0, C, false, false, {need(Op::kClusterAction, Res::kCluster)}},
    {59, "FetchSnapshot", 0, 1, 0, C, false, false, {need(Op::kClusterAction, Res::kCluster)}},
    {60, "DescribeCluster", 0, 2, 0, BC, false, false, kDescribeCluster},
    {61, "DescribeProducers", 0, 0, 0, B, false, false, {need(Op::kRead, Res::kTopic)}},
    {62, "BrokerRegistration", 0, 4, 0, C, false, false, {need(Op::kClusterAction, Res::kCluster)}},
    {63, "BrokerHeartbeat", 0, 2, 0, C, false, false, {need(Op::kClusterAction, Res::kCluster)}},
    {64, "UnregisterBroker", 0, 0, 0, BC, false, false, {need(Op::kAlter, Res::kCluster)}},
    {67, "AllocateProducerIds", 0, 0, 0, C, false, false, {need(Op::kClusterAction, Res::kCluster)}},
    {70, "ControllerRegistration", 0, 0, 0, C, false, false, {need(Op::kClusterAction, Res::kCluster)}},
    {71, "GetTelemetrySubscriptions", 0, 0, 0, B, false, false, {}},
    {72, "PushTelemetry", 0, 0, 0, B, false, false, {}},
    {73, "AssignReplicasToDirs", 0, 0, 0, C, false, false, {need(Op::kClusterAction, Res::kCluster)}},
    {74, "ListConfigResources", 0, 1, 0, B, false, false, {need(Op::kDescribeConfigs, Res::kCluster)}},
    {75, "DescribeTopicPartitions", 0, 0, 0, B, false, false, {need(Op::kDescribe, Res::kTopic)}},
    {82, "UpdateRaftVoter", 0, 0, 0, C, false, false, {need(Op::kClusterAction, Res::kCluster)}},
};

// "DescribeConfigs" of "DESCRIBE_CONFIGS".
std::string in_words(std::string_view capitals) {
  std::string text;
  bool begins = true;
  for (char c : capitals) {
    if (c != '_') text += begins || c < 'A' || c > 'Z' ? c : static_cast<char>(c - 'A' + 'a');
    begins = c == '_';
  }
  return text;
}

}  // namespace

std::span<const Api> api_table() { return kTable; }

size_t decoded_size_max(int16_t key) {
  // Produce, Fetch, ListOffsets, Metadata, OffsetCommit, OffsetFetch, JoinGroup, SyncGroup.
  static constexpr std::array<int16_t, 8> kLarge = {0, 1, 2, 3, 8, 9, 11, 14};
  const bool is_large = std::ranges::find(kLarge, key) != kLarge.end();
  return is_large ? size_t{64} << 20 : size_t{8} << 20;
}

const Api* find_api(int16_t key) {
  auto found =
      std::find_if(std::begin(kTable), std::end(kTable), [&](const Api& api) { return api.key == key; });
  return found == std::end(kTable) ? nullptr : found;
}

std::string text_of(const Needs& needs) {
  std::string text;
  for (const Need& one : needs.list()) {
    if (!text.empty()) text += one.instead ? " or " : "; ";
    text += in_words(name_of(one.operation)) + " " + in_words(name_of(one.resource));
    if (!one.when.empty()) text += fmt::format(" ({})", one.when);
  }
  return text.empty() ? "nothing" : text;
}

std::string authorization_table() {
  constexpr std::string_view kListeners[] = {"", "broker", "controller", "both"};
  std::string text = "| key | API | listeners | takes |\n|---|---|---|---|\n";
  for (const Api& api : kTable) {
    text += fmt::format("| {} | {} | {} | {} |\n", api.key, api.name,
                        kListeners[static_cast<size_t>(api.listeners)], text_of(api.needs));
  }
  return text;
}

}  // namespace klamm::broker
