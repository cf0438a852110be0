// OffsetFetch, versions 1-10 (KIP-447 require-stable, KIP-709 several groups, KIP-848 members, topic ids).
// One group of a request; what versions put elsewhere in the response is for whoever writes it.
#include "broker/group/kept_response.h"
#include "broker/group/mutants.h"
#include "broker/group/offsets.h"

namespace klamm::broker::group {
namespace {

using protocol::ErrorCode;
using protocol::OffsetFetchRequest;
using protocol::OffsetFetchResponse;
using RequestGroup = OffsetFetchRequest::OffsetFetchRequestGroup;
using ResponseGroup = OffsetFetchResponse::OffsetFetchResponseGroup;
using ResponseTopic = OffsetFetchResponse::OffsetFetchResponseTopics;
using ResponsePartition = OffsetFetchResponse::OffsetFetchResponsePartitions;

constexpr int16_t kGroupErrorFrom = 2;
constexpr int16_t kTopicIdsFrom = 10;
constexpr int64_t kNoCommittedOffset = -1;
// Texts in an answer for one group: more than any group has committed. A request may name a partition as
// often as it likes, and each time it is told the partition's text.
constexpr size_t kTextsSizeMax = 64 << 20;

struct WaitingFetch {
  Answer<ResponseGroup> answer;
  KeptTexts texts;
  ResponseGroup group;
  // Topics that do not exist or may not be described, behind those that the group was asked for.
  std::vector<ResponseTopic> refused;
  int16_t version;

  // Before version 2 there is no place for an error of the group: each partition has it.
  void finish(ErrorCode code) {
    if (code != ErrorCode::kNone && version < kGroupErrorFrom) {
      for (ResponseTopic& topic : group.topics) {
        for (ResponsePartition& partition : topic.partitions) {
          partition = {.partition_index = partition.partition_index,
                       .committed_offset = kNoCommittedOffset,
                       .error_code = wire_value(code)};
        }
      }
    } else if (code != ErrorCode::kNone) {
      group.error_code = wire_value(code);
      group.topics.clear();
      refused.clear();
    }
    group.topics.insert(group.topics.end(), refused.begin(), refused.end());
    answer(group);
  }
};

ResponsePartition nothing(int32_t partition, ErrorCode code = ErrorCode::kNone) {
  return {
      .partition_index = partition, .committed_offset = kNoCommittedOffset, .error_code = wire_value(code)};
}

ResponsePartition told(int32_t partition, const CommittedOffset& committed, KeptTexts& texts) {
  return {.partition_index = partition,
          .committed_offset = committed.offset,
          .committed_leader_epoch = committed.leader_epoch,
          .metadata = texts.keep(committed.metadata.view())};
}

// A topic that was deleted and made again is another one: what was committed for the old one does not count,
// whether or not it has been taken away yet. A topic that there is not now may still have its offsets.
bool is_of(const CommittedOffset& committed, const TopicImage* topic) {
  return committed.topic_id.is_zero() || topic == nullptr || committed.topic_id == topic->id;
}

// Clients before Kafka 3.9 know what to do when this node is no coordinator, but not when it is not
// available.
ErrorCode as_clients_know(ErrorCode code) {
  return code == ErrorCode::kCoordinatorNotAvailable ? ErrorCode::kNotCoordinator : code;
}

bool may_describe(const Access& access, std::string_view topic, IfDenied if_denied = IfDenied::kLogged) {
  return access.allows(security::AclOperation::kDescribe, security::ResourceType::kTopic, topic, if_denied);
}

struct Asked {
  const OffsetStore::Topics* offsets;  // nullptr where there are none
  const PendingOffsets* pending;       // nullptr where what is pending does not matter
  std::string_view group_id;
  const Access& access;

  bool is_unstable(std::string_view topic, int32_t partition) const {
    return pending != nullptr && pending->has({group_id, topic, partition});
  }
};

void tell_named(const Asked& asked, const RequestGroup& request, int16_t version, const ClusterImage& image,
                WaitingFetch& waiting) {
  for (const auto& topic : *request.topics) {
    ResponseTopic answered;
    answered.topic_id = topic.topic_id;
    std::string_view name = topic.name;
    const bool has_id = version >= kTopicIdsFrom;
    const TopicImage* const found = has_id ? image.topics().find(topic.topic_id) : image.topics().find(name);
    if (has_id && found != nullptr) name = found->name;
    ErrorCode refusal = ErrorCode::kNone;
    if (has_id && found == nullptr) {
      refusal = ErrorCode::kUnknownTopicId;
    } else if (!may_describe(asked.access, name)) {
      refusal = ErrorCode::kTopicAuthorizationFailed;
    }
    // Where topics go by their ids, a name would be told to nobody.
    if (refusal == ErrorCode::kNone || !has_id) answered.name = waiting.texts.keep(name);
    if (refusal != ErrorCode::kNone) {
      for (int32_t partition : topic.partition_indexes) {
        answered.partitions.push_back(nothing(partition, refusal));
      }
      waiting.refused.push_back(std::move(answered));
      continue;
    }
    const OffsetStore::Partitions* partitions = nullptr;
    if (asked.offsets != nullptr) {
      if (auto of_name = asked.offsets->find(name); of_name != asked.offsets->end())
        partitions = &of_name->second;
    }
    answered.partitions.reserve(topic.partition_indexes.size());
    for (int32_t partition : topic.partition_indexes) {
      if (waiting.texts.size() > kTextsSizeMax) return;
      if (asked.is_unstable(name, partition)) {
        answered.partitions.push_back(nothing(partition, ErrorCode::kUnstableOffsetCommit));
        continue;
      }
      const CommittedOffset* committed = nullptr;
      if (partitions != nullptr) {
        if (auto at = partitions->find(partition); at != partitions->end()) committed = &at->second;
      }
      answered.partitions.push_back(committed != nullptr && is_of(*committed, found)
                                        ? told(partition, *committed, waiting.texts)
                                        : nothing(partition));
    }
    waiting.group.topics.push_back(std::move(answered));
  }
}

void tell_all(const Asked& asked, int16_t version, const ClusterImage& image, WaitingFetch& waiting) {
  if (asked.offsets == nullptr) return;
  for (const auto& [name, partitions] : *asked.offsets) {
    if (!may_describe(asked.access, name, IfDenied::kUnsaid)) continue;
    ResponseTopic answered;
    const TopicImage* const found = image.topics().find(name);
    if (version >= kTopicIdsFrom) {
      if (found == nullptr) continue;  // without an id there is no way to say it
      answered.topic_id = found->id;
    }
    answered.name = waiting.texts.keep(name);
    answered.partitions.reserve(partitions.size());
    for (const auto& [partition, committed] : partitions) {
      if (!is_of(committed, found)) continue;
      answered.partitions.push_back(asked.is_unstable(name, partition)
                                        ? nothing(partition, ErrorCode::kUnstableOffsetCommit)
                                        : told(partition, committed, waiting.texts));
    }
    if (!answered.partitions.empty()) waiting.group.topics.push_back(std::move(answered));
  }
}

}  // namespace

void Offsets::fetch(const RequestGroup& request, bool require_stable, int16_t version,
                    const ClusterImage& image, const Access& access, Answer<ResponseGroup> answer) {
  auto waiting = std::make_unique<WaitingFetch>();
  waiting->answer = std::move(answer);
  waiting->version = version;
  waiting->group.group_id = waiting->texts.keep(request.group_id);

  const Group* const group = uses_.groups.find(request.group_id);
  const ErrorCode checked = group == nullptr ? ErrorCode::kGroupIdNotFound
                                             : group->check_fetch(request.member_id, request.member_epoch);
  const bool exists = checked != ErrorCode::kGroupIdNotFound;
  const Asked asked{.offsets = exists ? committed_.find(request.group_id) : nullptr,
                    .pending = require_stable ? &pending_ : nullptr,
                    .group_id = request.group_id,
                    .access = access};
  if (request.topics) {
    tell_named(asked, request, version, image, *waiting);
  } else {
    tell_all(asked, version, image, *waiting);
  }
  if (waiting->texts.size() > kTextsSizeMax) return waiting->finish(ErrorCode::kUnknownServerError);
  // A group that does not exist has no offsets, which is no error.
  if (exists && checked != ErrorCode::kNone) return waiting->finish(checked);
  if constexpr (mutant::kFetchBeforeCommitment) return waiting->finish(ErrorCode::kNone);
  uses_.journal.write(
      {}, [waiting = std::move(waiting)](ErrorCode code, Now) { waiting->finish(as_clients_know(code)); });
}

}  // namespace klamm::broker::group
