#include "bench/load/cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"
#include "protocol/messages/metadata_request.h"

namespace klamm::bench {
namespace {

using namespace protocol;

constexpr int16_t kMetadataVersion = 12;
constexpr int16_t kListOffsetsVersion = 7;
constexpr int64_t kLatest = -1;
constexpr int64_t kLookAgainNs = 1'000'000;
constexpr int64_t kReadyWithinNs = 30'000'000'000;
constexpr int64_t kReadyPerPartitionNs = 60'000'000;

Address at(const Address& asked, std::string_view host, int32_t port) {
  Address address = asked;
  address.host = host;
  address.port = std::to_string(port);
  return address;
}

ListOffsetsRequest latest_of(const std::string& topic, const std::vector<int32_t>& partitions) {
  ListOffsetsRequest request;
  request.replica_id = -1;
  auto& asked = request.topics.emplace_back();
  asked.name = topic;
  for (int32_t index : partitions) {
    auto& partition = asked.partitions.emplace_back();
    partition.partition_index = index;
    partition.timestamp = kLatest;
  }
  return request;
}

template <class Holds>
bool each_partition(const View& view, Holds holds) {
  return !view.partitions.empty() && std::ranges::all_of(view.partitions, holds);
}

}  // namespace

View view_of(const MetadataResponse& response, const Address& asked) {
  View view;
  for (const auto& broker : response.brokers) {
    view.brokers[broker.node_id] = response.brokers.size() == 1 ? asked : at(asked, broker.host, broker.port);
  }
  const auto& topic = response.topics.at(0);
  if (topic.error_code != 0) return view;
  view.topic_id = topic.topic_id;
  view.partitions.resize(topic.partitions.size());
  for (const auto& partition : topic.partitions) {
    auto index = static_cast<size_t>(partition.partition_index);
    if (index >= view.partitions.size()) give_up(fmt::format("a partition {} without others", index));
    const bool has_leader = partition.error_code == 0 && view.brokers.contains(partition.leader_id);
    view.partitions[index] = {has_leader ? partition.leader_id : -1, partition.replica_nodes,
                              partition.isr_nodes.size()};
  }
  return view;
}

View look_at(Client& client, const Address& asked, const std::string& topic) {
  MetadataRequest request;
  request.topics->push_back({{}, topic});
  request.allow_auto_topic_creation = false;
  return view_of(client.call<MetadataRequest, MetadataResponse>(request, kMetadataVersion), asked);
}

bool has_broker(Client& client, int32_t node_id) {
  MetadataRequest of_no_topic;
  of_no_topic.allow_auto_topic_creation = false;
  const auto response = client.call<MetadataRequest, MetadataResponse>(of_no_topic, kMetadataVersion);
  return std::ranges::any_of(response.brokers, [&](const auto& broker) { return broker.node_id == node_id; });
}

int64_t rest_of(int64_t took_ns, int64_t at_least_ns, int64_t times) {
  return std::max(at_least_ns, times * took_ns);
}

void rest_after_look(int64_t began_ns, int64_t at_least_ns, int64_t times) {
  const int64_t now = now_ns();
  sleep_until_ns(now + rest_of(now - began_ns, at_least_ns, times));
}

bool is_led_without(const View& view, int32_t node_id) {
  return each_partition(view, [&](const PartitionView& p) { return p.leader >= 0 && p.leader != node_id; });
}

bool is_in_sync(const View& view) {
  return each_partition(view, [](const PartitionView& p) { return p.in_sync == p.replicas.size(); });
}

bool is_led_as_preferred(const View& view) {
  return each_partition(
      view, [](const PartitionView& p) { return !p.replicas.empty() && p.leader == p.replicas[0]; });
}

std::vector<Leader> leaders_of(const View& view, std::span<const int32_t> partitions) {
  std::map<int32_t, Leader> found;
  for (int32_t index : partitions) {
    const int32_t node_id = view.partitions[static_cast<size_t>(index)].leader;
    Leader& leader = found.try_emplace(node_id, Leader{view.brokers.at(node_id), {}}).first->second;
    leader.partitions.push_back(index);
  }
  std::vector<Leader> leaders;
  for (auto& [node_id, leader] : found) leaders.push_back(std::move(leader));
  return leaders;
}

std::vector<int32_t> all_partitions(const View& view) {
  std::vector<int32_t> all(view.partitions.size());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

std::vector<int32_t> led_by(const View& view, int32_t node_id) {
  std::vector<int32_t> led = all_partitions(view);
  std::erase_if(led,
                [&](int32_t index) { return view.partitions[static_cast<size_t>(index)].leader != node_id; });
  return led;
}

int64_t ready_within_ns(int64_t partitions) { return kReadyWithinNs + partitions * kReadyPerPartitionNs; }

void await_leadership(const std::string& topic, const std::vector<Leader>& leaders) {
  for (const Leader& leader : leaders) {
    Client client(leader.address);
    const ListOffsetsRequest request = latest_of(topic, leader.partitions);
    const int64_t deadline = now_ns() + ready_within_ns(static_cast<int64_t>(leader.partitions.size()));
    while (true) {
      const int64_t began = now_ns();
      auto response = client.call<ListOffsetsRequest, ListOffsetsResponse>(request, kListOffsetsVersion);
      const auto& partitions = response.topics.at(0).partitions;
      if (std::ranges::all_of(partitions, [](const auto& p) { return p.error_code == 0; })) break;
      if (now_ns() > deadline) give_up(fmt::format("topic {}: its leaders do not answer", topic));
      rest_after_look(began, kLookAgainNs, 1);
    }
  }
}

}  // namespace klamm::bench
