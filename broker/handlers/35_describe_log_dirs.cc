// DescribeLogDirs, versions 1-5 (KIP-113; v4: KIP-827 sizes of the volume; v5: KIP-1066 cordoned).

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "broker/handlers/logs.h"

namespace klamm::broker {
namespace {

using protocol::DescribeLogDirsRequest;
using protocol::DescribeLogDirsResponse;

// What is asked for, of what is here: a request may name more than there is room for. Nothing for everything.
using Keys = std::set<std::pair<std::string_view, int32_t>>;

std::optional<Keys> asked_by(const DescribeLogDirsRequest& request,
                             const std::vector<ReplicaManager::DirectoryReport>& reports) {
  if (!request.topics) return std::nullopt;
  Keys held;
  for (const auto& report : reports) {
    for (const auto& [partition, size] : report.sizes)
      held.emplace(partition->id().topic, partition->id().partition);
  }
  Keys asked;
  for (const auto& topic : *request.topics) {
    for (int32_t partition : topic.partitions)
      if (held.contains({topic.topic, partition})) asked.emplace(topic.topic, partition);
  }
  return asked;
}

}  // namespace

DescribeLogDirsResponse describe_log_dirs(const DescribeLogDirsRequest& request, const Access& access,
                                          const std::vector<ReplicaManager::DirectoryReport>& reports) {
  DescribeLogDirsResponse response;
  if (!access.allows_cluster(security::AclOperation::kDescribe)) {
    response.error_code = protocol::wire_value(ErrorCode::kClusterAuthorizationFailed);
    return response;
  }
  const std::optional<Keys> asked = asked_by(request, reports);
  for (const auto& report : reports) {
    auto& result = response.results.emplace_back();
    result.log_dir = report.path;
    result.total_bytes = static_cast<int64_t>(report.space.total_bytes);
    result.usable_bytes = static_cast<int64_t>(report.space.usable_bytes);
    std::map<std::string_view, DescribeLogDirsResponse::DescribeLogDirsTopic> topics;
    for (const auto& [partition, size] : report.sizes) {
      const TopicPartitionId& id = partition->id();
      if (asked && !asked->contains({id.topic, id.partition})) continue;
      auto& topic = topics[partition->id().topic];
      topic.name = partition->id().topic;
      topic.partitions.push_back(
          {.partition_index = partition->id().partition, .partition_size = static_cast<int64_t>(size)});
    }
    for (auto& [name, topic] : topics) result.topics.push_back(std::move(topic));
  }
  return response;
}

}  // namespace klamm::broker
