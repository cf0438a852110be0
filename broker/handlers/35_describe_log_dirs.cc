// DescribeLogDirs, versions 1-5 (KIP-113; v4: KIP-827 sizes of the volume; v5: KIP-1066 cordoned).

#include <algorithm>
#include <map>

#include "broker/handlers/logs.h"

namespace klamm::broker {
namespace {

using protocol::DescribeLogDirsRequest;
using protocol::DescribeLogDirsResponse;

bool is_asked(const DescribeLogDirsRequest& request, const TopicPartitionId& id) {
  if (!request.topics) return true;
  return std::any_of(request.topics->begin(), request.topics->end(), [&](const auto& topic) {
    const auto& wanted = topic.partitions;
    return topic.topic == id.topic && std::find(wanted.begin(), wanted.end(), id.partition) != wanted.end();
  });
}

}  // namespace

DescribeLogDirsResponse describe_log_dirs(const DescribeLogDirsRequest& request,
                                          const std::vector<ReplicaManager::DirectoryReport>& reports) {
  DescribeLogDirsResponse response;
  for (const auto& report : reports) {
    auto& result = response.results.emplace_back();
    result.log_dir = report.path;
    result.total_bytes = static_cast<int64_t>(report.space.total_bytes);
    result.usable_bytes = static_cast<int64_t>(report.space.usable_bytes);
    std::map<std::string_view, DescribeLogDirsResponse::DescribeLogDirsTopic> topics;
    for (const auto& [partition, size] : report.sizes) {
      if (!is_asked(request, partition->id())) continue;
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
