#include <fmt/format.h>

#include <algorithm>

#include "bench/load/load.h"
#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"
#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/metadata_response.h"

namespace klamm::bench {
namespace {

using namespace protocol;

constexpr int16_t kMetadataVersion = 12;
constexpr int16_t kCreateTopicsVersion = 7;
constexpr int16_t kListOffsetsVersion = 7;
constexpr int16_t kTopicAlreadyExists = 36;
constexpr int64_t kReadyWithinNs = 30'000'000'000;
constexpr int64_t kLookAgainNs = 1'000'000;

void create(Client& client, const Options& options) {
  CreateTopicsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = options.topic;
  topic.num_partitions = options.partitions;
  topic.replication_factor = 1;
  if (!options.segment_bytes.empty()) topic.configs.push_back({"segment.bytes", options.segment_bytes});
  if (!options.retention_bytes.empty()) topic.configs.push_back({"retention.bytes", options.retention_bytes});
  // A broker that has only just started is known to nobody as a place for replicas.
  int64_t deadline = now_ns() + kReadyWithinNs;
  while (true) {
    auto response = client.call<CreateTopicsRequest, CreateTopicsResponse>(request, kCreateTopicsVersion);
    int16_t code = response.topics.at(0).error_code;
    if (code == 0 || code == kTopicAlreadyExists) return;
    if (now_ns() > deadline) {
      give_up(fmt::format("topic {} cannot be created: error {}, {}", options.topic, code,
                          response.topics[0].error_message.value_or("")));
    }
    sleep_until_ns(now_ns() + kLookAgainNs);
  }
}

bool has_leaders(const MetadataResponse::MetadataResponseTopic& topic) {
  return topic.error_code == 0 && !topic.partitions.empty() &&
         std::ranges::all_of(topic.partitions,
                             [](const auto& p) { return p.error_code == 0 && p.leader_id >= 0; });
}

Topic await_topic(Client& client, const std::string& name) {
  MetadataRequest request;
  request.topics->push_back({{}, name});
  request.allow_auto_topic_creation = false;
  int64_t deadline = now_ns() + kReadyWithinNs;
  while (now_ns() < deadline) {
    auto response = client.call<MetadataRequest, MetadataResponse>(request, kMetadataVersion);
    const auto& topic = response.topics.at(0);
    if (has_leaders(topic)) return {name, topic.topic_id, static_cast<int32_t>(topic.partitions.size())};
    sleep_until_ns(now_ns() + kLookAgainNs);
  }
  give_up(fmt::format("topic {} has no leaders", name));
}

// A broker may be named as leader before it knows that it is; only a leader answers this.
void await_leadership(Client& client, const Topic& topic) {
  ListOffsetsRequest request;
  request.replica_id = -1;
  auto& asked = request.topics.emplace_back();
  asked.name = topic.name;
  for (int32_t i = 0; i < topic.partitions; ++i) {
    auto& partition = asked.partitions.emplace_back();
    partition.partition_index = i;
    partition.timestamp = -1;
  }
  int64_t deadline = now_ns() + kReadyWithinNs;
  while (now_ns() < deadline) {
    auto response = client.call<ListOffsetsRequest, ListOffsetsResponse>(request, kListOffsetsVersion);
    const auto& partitions = response.topics.at(0).partitions;
    if (std::ranges::all_of(partitions, [](const auto& p) { return p.error_code == 0; })) return;
    sleep_until_ns(now_ns() + kLookAgainNs);
  }
  give_up(fmt::format("topic {}: its leaders do not answer", topic.name));
}

}  // namespace

Topic prepare_topic(const Options& options) {
  Client client(options.address);
  create(client, options);
  Topic topic = await_topic(client, options.topic);
  await_leadership(client, topic);
  return topic;
}

Topic find_topic(const Address& address, const std::string& name) {
  Client client(address);
  return await_topic(client, name);
}

}  // namespace klamm::bench
