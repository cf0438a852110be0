// OffsetCommit, versions 2-10 (leader epochs: KIP-320, topic ids: KIP-848). Kafka checks in three
// places, and so does this: topics and partitions against the metadata, the committer by its group, the size
// of the metadata text for each partition.
#include "broker/group/kept_response.h"
#include "broker/group/mutants.h"
#include "broker/group/offsets.h"
#include "broker/group/refused_topics.h"

namespace klamm::broker::group {
namespace {

using protocol::ErrorCode;
using protocol::OffsetCommitRequest;
using protocol::OffsetCommitResponse;
using ResponseTopic = OffsetCommitResponse::OffsetCommitResponseTopic;
using RequestPartition = OffsetCommitRequest::OffsetCommitRequestPartition;

constexpr int16_t kTopicIdsFrom = 10;
constexpr int16_t kGroupIdNotFoundFrom = 9;
constexpr int64_t kNoRetention = -1;

// What is left to ask the group.
struct AcceptedTopic {
  std::string_view name;
  Uuid id;
  std::vector<const RequestPartition*> partitions;
};

struct WaitingCommit {
  using Key = std::pair<Uuid, std::string_view>;

  Answer<OffsetCommitResponse> answer;
  KeptTexts texts;
  RefusedTopics<Key, ResponseTopic> refused;
  std::vector<ResponseTopic> answered;

  // kNone: as it was decided. Otherwise all that the group was asked for has failed so.
  void finish(ErrorCode code) {
    if (code != ErrorCode::kNone) {
      for (ResponseTopic& topic : answered) {
        for (auto& partition : topic.partitions) partition.error_code = wire_value(code);
      }
    }
    OffsetCommitResponse response;
    response.topics = refused.merge(std::move(answered), [](const ResponseTopic& topic) {
      return Key{topic.topic_id, topic.name};
    });
    answer(response);
  }
};

ResponseTopic topic_of(std::string_view name, const Uuid& id) {
  ResponseTopic topic;
  topic.name = name;
  topic.topic_id = id;
  return topic;
}

// Why none of a topic's partitions is accepted. An id that no topic has is told to everyone, a name that none
// has to those who may read it.
ErrorCode check_topic(const TopicImage* found, bool by_id, std::string_view name, const Access& access) {
  if (found == nullptr && by_id) return ErrorCode::kUnknownTopicId;
  if (!access.allows(security::AclOperation::kRead, security::ResourceType::kTopic, name)) {
    return ErrorCode::kTopicAuthorizationFailed;
  }
  return found == nullptr ? ErrorCode::kUnknownTopicOrPartition : ErrorCode::kNone;
}

std::vector<AcceptedTopic> accept(const OffsetCommitRequest& request, int16_t version,
                                  const ClusterImage& image, const Access& access, WaitingCommit& waiting) {
  const bool by_id = version >= kTopicIdsFrom;
  std::vector<AcceptedTopic> accepted;
  for (const auto& topic : request.topics) {
    const TopicImage* found = by_id ? image.topics().find(topic.topic_id) : image.topics().find(topic.name);
    const std::string_view name = waiting.texts.keep(found != nullptr ? found->name : topic.name);
    const Uuid id = found != nullptr ? found->id : topic.topic_id;
    const ErrorCode wrong = check_topic(found, by_id, name, access);
    if (wrong != ErrorCode::kNone) waiting.refused.add({id, name}, topic_of(name, id));
    AcceptedTopic next{name, id, {}};
    for (const RequestPartition& partition : topic.partitions) {
      ErrorCode code = wrong;
      if (code == ErrorCode::kNone && found->partition(partition.partition_index) == nullptr) {
        code = ErrorCode::kUnknownTopicOrPartition;
      }
      if (code == ErrorCode::kNone) {
        next.partitions.push_back(&partition);
      } else {
        waiting.refused.add({id, name}, topic_of(name, id), partition.partition_index, code);
      }
    }
    if (!next.partitions.empty()) accepted.push_back(std::move(next));
  }
  return accepted;
}

// As Java counts a string: in units of UTF-16.
size_t utf16_size(std::string_view text) {
  size_t units = 0;
  for (char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

// Java's addition, which wraps: a retention of "for ever" in nanoseconds must not be our undefined behaviour.
int64_t expire_timestamp(int64_t retention_ms, Now now) {
  if (retention_ms == kNoRetention) return kNoTimestamp;
  return static_cast<int64_t>(static_cast<uint64_t>(now.wall_ms) + static_cast<uint64_t>(retention_ms));
}

protocol::OffsetCommitValue value_of(const RequestPartition& partition, const Uuid& topic_id, int64_t expire,
                                     Now now) {
  protocol::OffsetCommitValue value;
  value.offset = partition.committed_offset;
  value.leader_epoch = partition.committed_leader_epoch;
  value.metadata = partition.committed_metadata.value_or(std::string_view());
  value.commit_timestamp = now.wall_ms;
  value.expire_timestamp = expire;
  value.topic_id = topic_id;
  return value;
}

}  // namespace

ErrorCode Offsets::check_commit(const OffsetCommitRequest& request, int16_t version, Now now) {
  Group* const group = uses_.groups.find(request.group_id);
  if (group == nullptr) {
    // Below zero it is a consumer that assigns itself, or a tool: a simple group comes to be.
    if (request.generation_id_or_member_epoch < 0) return ErrorCode::kNone;
    return version >= kGroupIdNotFoundFrom ? ErrorCode::kGroupIdNotFound : ErrorCode::kIllegalGeneration;
  }
  const Committer committer{.member_id = request.member_id,
                            .instance_id = request.group_instance_id,
                            .generation = request.generation_id_or_member_epoch,
                            .version = version};
  const ErrorCode refused = group->check_commit(committer);
  if (refused == ErrorCode::kNone) group->on_commit(committer, now);
  return refused;
}

void refuse_commit(const OffsetCommitRequest& request, int16_t version, const ClusterImage& image,
                   const Access& access, ErrorCode code, Answer<OffsetCommitResponse> answer) {
  WaitingCommit waiting;
  waiting.answer = std::move(answer);
  for (const AcceptedTopic& topic : accept(request, version, image, access, waiting)) {
    ResponseTopic& answered = waiting.answered.emplace_back(topic_of(topic.name, topic.id));
    for (const RequestPartition* partition : topic.partitions) {
      answered.partitions.push_back({.partition_index = partition->partition_index});
    }
  }
  waiting.finish(code);
}

void Offsets::commit(const OffsetCommitRequest& request, int16_t version, const ClusterImage& image,
                     const Access& access, Now now, Answer<OffsetCommitResponse> answer) {
  auto waiting = std::make_unique<WaitingCommit>();
  waiting->answer = std::move(answer);
  const std::vector<AcceptedTopic> accepted = accept(request, version, image, access, *waiting);
  if (accepted.empty()) return waiting->finish(ErrorCode::kNone);

  const ErrorCode refused = check_commit(request, version, now);
  const int64_t expire = expire_timestamp(request.retention_time_ms, now);
  const auto metadata_size_max = static_cast<size_t>(uses_.config.offset_metadata_size_max);
  std::vector<CoordinatorRecord> records;
  for (const AcceptedTopic& topic : accepted) {
    ResponseTopic& answered = waiting->answered.emplace_back(topic_of(topic.name, topic.id));
    answered.partitions.reserve(topic.partitions.size());
    for (const RequestPartition* partition : topic.partitions) {
      auto& answered_partition = answered.partitions.emplace_back();
      answered_partition.partition_index = partition->partition_index;
      if (refused != ErrorCode::kNone) continue;
      const protocol::OffsetCommitValue value = value_of(*partition, topic.id, expire, now);
      if (value.metadata.size() > metadata_size_max && utf16_size(value.metadata) > metadata_size_max) {
        answered_partition.error_code = wire_value(ErrorCode::kOffsetMetadataTooLarge);
      } else {
        records.push_back(
            offset_commit_record({request.group_id, topic.name, partition->partition_index}, value));
      }
    }
  }
  if (refused != ErrorCode::kNone) return waiting->finish(refused);
  if constexpr (mutant::kAnswerBeforeCommitment) {
    uses_.journal.write(std::move(records), [](ErrorCode, Now) {});
    return waiting->finish(ErrorCode::kNone);
  }
  uses_.journal.write(std::move(records),
                      [waiting = std::move(waiting)](ErrorCode code, Now) { waiting->finish(code); });
}

}  // namespace klamm::broker::group
