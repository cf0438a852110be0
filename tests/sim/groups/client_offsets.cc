// What a consumer does with offsets: fetches those of partitions that are new to it, and commits.
#include "protocol/messages/offset_commit_request.h"
#include "protocol/messages/offset_commit_response.h"
#include "protocol/messages/offset_fetch_request.h"
#include "protocol/messages/offset_fetch_response.h"
#include "tests/sim/groups/client.h"
#include "tests/sim/groups/wire.h"

namespace klamm::sim::groups {

using protocol::ErrorCode;
using protocol::OffsetCommitRequest;
using protocol::OffsetCommitResponse;
using protocol::OffsetFetchRequest;
using protocol::OffsetFetchResponse;

namespace {

constexpr int64_t kRequestTimeout = 15 * kSecond;
constexpr int16_t kCommitsByIdFrom = 10;
constexpr int16_t kFetchesGroupsFrom = 8;

Uuid id_of(const broker::ClusterImage& image, const std::string& topic) {
  const broker::TopicImage* found = image.topics().find(topic);
  return found == nullptr ? Uuid::of(9, 9) : found->id;
}

}  // namespace

void Client::fetch_offsets() {
  std::map<std::string, std::vector<int32_t>> wanted;
  for (const TopicPartition& partition : owned_) {
    if (!fetched_.contains(partition)) wanted[partition.topic].push_back(partition.partition);
  }
  if (wanted.empty()) return;
  fetching_ = true;
  OffsetFetchRequest request;
  request.require_stable = plan_.fetch >= 7;
  if (plan_.fetch >= kFetchesGroupsFrom) {
    auto& asked = request.groups.emplace_back();
    asked.group_id = group();
    for (const auto& [topic, partitions] : wanted) {
      auto& to = asked.topics->emplace_back();
      to.partition_indexes = partitions;
      if (plan_.fetch >= kCommitsByIdFrom) {
        to.topic_id = id_of(cluster_.image(), topic);
      } else {
        to.name = topic;
      }
    }
  } else {
    request.group_id = group();
    for (const auto& [topic, partitions] : wanted) request.topics->push_back({topic, partitions});
  }
  send(Api::kOffsetFetch, plan_.fetch, encode(request, plan_.fetch), kRequestTimeout, &Client::on_fetched);
}

void Client::on_fetched(const Request& request, const Bytes& reply) {
  fetching_ = false;
  ++cluster_.counters.fetches;
  const auto response = decode<OffsetFetchResponse>(reply, request.version);
  int16_t code = response.error_code;
  bool unstable = false;
  auto look_at = [&](const auto& topics) {
    for (const auto& topic : topics) {
      for (const auto& partition : topic.partitions) unstable |= partition.error_code != 0;
    }
  };
  if (request.version >= kFetchesGroupsFrom) {
    code = response.groups.front().error_code;
    look_at(response.groups.front().topics);
  } else {
    look_at(response.topics);
  }
  if (unstable) retry_at_ = cluster_.now() + kSecond;
  if (!on_error(static_cast<ErrorCode>(code)) || unstable) return;
  fetched_ = owned_;
}

// Partition 0 of each topic has nothing new: its offset is committed once, and gets old.
void Client::commit() {
  commit_at_ = cluster_.now() + cluster_.between(kSecond, 8 * kSecond);
  OffsetCommitRequest request;
  for (const TopicPartition& partition : owned_) {
    if (!fetched_.contains(partition)) continue;
    const bool skips =
        partition.partition == 0 ? committed_.contains(partition) : cluster_.random().one_in(2);
    if (skips) continue;
    if (request.topics.empty() || request.topics.back().name != partition.topic) {
      request.topics.emplace_back().name = partition.topic;
      request.topics.back().topic_id = id_of(cluster_.image(), partition.topic);
    }
    auto& to = request.topics.back().partitions.emplace_back();
    to.partition_index = partition.partition;
    to.committed_offset = cluster_.next_value();
    to.committed_metadata = "";
  }
  if (request.topics.empty()) return;
  committing_ = true;
  request.group_id = group();
  request.generation_id_or_member_epoch = generation_;
  request.member_id = member_id_;
  if (plan_.commit >= 7) request.group_instance_id = plan_.instance_id;
  send(Api::kOffsetCommit, plan_.commit, encode(request, plan_.commit), kRequestTimeout,
       &Client::on_committed);
}

void Client::on_committed(const Request& request, const Bytes& reply) {
  committing_ = false;
  const auto asked = decode<OffsetCommitRequest>(request.body, request.version);
  const auto response = decode<OffsetCommitResponse>(reply, request.version);
  auto code = ErrorCode::kNone;
  for (const auto& topic : response.topics) {
    for (const auto& partition : topic.partitions) {
      if (partition.error_code != 0) code = static_cast<ErrorCode>(partition.error_code);
    }
  }
  if (code == ErrorCode::kNone) {
    ++cluster_.counters.commits;
    for (const auto& topic : asked.topics) {
      for (const auto& partition : topic.partitions) {
        committed_.insert({std::string(topic.name), partition.partition_index});
      }
    }
  }
  const bool is_mine = asked.generation_id_or_member_epoch == generation_ && asked.member_id == member_id_;
  if (!is_mine || phase_ == Phase::kOff) return;
  if (rejoins_after_commit_) return start_rebalance();
  if (phase_ == Phase::kStable) on_error(code);
}

}  // namespace klamm::sim::groups
