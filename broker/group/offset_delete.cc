// OffsetDelete, version 0 (KIP-496).
#include "broker/group/kept_response.h"
#include "broker/group/offsets.h"
#include "broker/group/refused_topics.h"

namespace klamm::broker::group {
namespace {

using protocol::ErrorCode;
using protocol::OffsetDeleteRequest;
using protocol::OffsetDeleteResponse;
using ResponseTopic = OffsetDeleteResponse::OffsetDeleteResponseTopic;

struct WaitingDelete {
  Answer<OffsetDeleteResponse> answer;
  KeptTexts texts;
  RefusedTopics<std::string_view, ResponseTopic> refused;
  std::vector<ResponseTopic> answered;

  // An error is of the whole request, and then there are no topics in the answer.
  void finish(ErrorCode code) {
    OffsetDeleteResponse response;
    response.error_code = wire_value(code);
    if (code == ErrorCode::kNone) {
      response.topics =
          refused.merge(std::move(answered), [](const ResponseTopic& topic) { return topic.name; });
    }
    answer(response);
  }
};

ErrorCode check(const Group* group, const OffsetDeleteRequest& request) {
  if (request.group_id.empty()) return ErrorCode::kInvalidGroupId;
  return group == nullptr ? ErrorCode::kGroupIdNotFound : group->check_offset_delete();
}

}  // namespace

void Offsets::remove(const OffsetDeleteRequest& request, const ClusterImage& image, const Access& access,
                     Answer<OffsetDeleteResponse> answer) {
  auto waiting = std::make_unique<WaitingDelete>();
  waiting->answer = std::move(answer);
  const Group* const group = uses_.groups.find(request.group_id);
  const ErrorCode refused = check(group, request);
  if (refused != ErrorCode::kNone) return waiting->finish(refused);

  std::vector<CoordinatorRecord> records;
  for (const auto& topic : request.topics) {
    const bool is_allowed =
        access.allows(security::AclOperation::kRead, security::ResourceType::kTopic, topic.name);
    const TopicImage* const found = is_allowed ? image.topics().find(topic.name) : nullptr;
    ResponseTopic named;
    named.name = waiting->texts.keep(topic.name);
    if (found == nullptr) waiting->refused.add(named.name, named);
    const bool is_subscribed = group->is_subscribed_to(topic.name);
    ResponseTopic answered = named;
    for (const auto& partition : topic.partitions) {
      const int32_t index = partition.partition_index;
      if (found == nullptr || found->partition(index) == nullptr) {
        waiting->refused.add(
            named.name, named, index,
            is_allowed ? ErrorCode::kUnknownTopicOrPartition : ErrorCode::kTopicAuthorizationFailed);
        continue;
      }
      auto& answered_partition = answered.partitions.emplace_back();
      answered_partition.partition_index = index;
      const OffsetKeyView key{request.group_id, topic.name, index};
      if (is_subscribed) {
        answered_partition.error_code = wire_value(ErrorCode::kGroupSubscribedToTopic);
      } else if (committed_.find(key) != nullptr || pending_.has(key)) {
        records.push_back(offset_tombstone(key));
      }
    }
    if (!answered.partitions.empty()) waiting->answered.push_back(std::move(answered));
  }
  uses_.journal.write(std::move(records),
                      [waiting = std::move(waiting)](ErrorCode code, Now) { waiting->finish(code); });
}

}  // namespace klamm::broker::group
