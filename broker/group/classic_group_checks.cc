// What a classic group answers to those who commit, fetch and delete offsets, and to the tools.
#include "broker/group/classic_group.h"
#include "broker/group/consumer_protocol.h"
#include "broker/group/group_records.h"

namespace klamm::broker::group {

using protocol::ErrorCode;

ErrorCode ClassicGroup::check_member(std::string_view id, std::optional<std::string_view> instance_id) const {
  if (instance_id) {
    const std::string* known = static_member_id(*instance_id);
    if (known == nullptr) return ErrorCode::kUnknownMemberId;
    if (*known != id) return ErrorCode::kFencedInstanceId;
  }
  return members_.contains(id) ? ErrorCode::kNone : ErrorCode::kUnknownMemberId;
}

ErrorCode ClassicGroup::check_commit(const Committer& committer) const {
  if (state_ == ClassicState::kDead) return ErrorCode::kCoordinatorNotAvailable;
  // A tool, or a consumer that assigns itself, while nobody else uses the group.
  if (committer.generation < 0 && is_empty()) return ErrorCode::kNone;

  if (committer.generation >= 0 || !committer.member_id.empty() || committer.instance_id) {
    const ErrorCode error = check_member(committer.member_id, committer.instance_id);
    if (error != ErrorCode::kNone) return error;
    if (committer.generation != generation_) return ErrorCode::kIllegalGeneration;
  } else if (!committer.transactional && !is_empty()) {
    return ErrorCode::kUnknownMemberId;
  }
  // A member that knows its generation is told to synchronise first; before that, while others still join, it
  // may commit what it did in the generation that ends.
  if (!committer.transactional && state_ == ClassicState::kCompletingRebalance) {
    return ErrorCode::kRebalanceInProgress;
  }
  return ErrorCode::kNone;
}

void ClassicGroup::on_commit(const Committer& committer, Now now) {
  // As after a heartbeat: a deadline that is set for an earlier time is set again when it fires.
  ClassicMember* const at = member(committer.member_id);
  if (at != nullptr) at->session_deadline_ms = now.monotonic_ms + at->session_timeout_ms;
}

ErrorCode ClassicGroup::check_fetch(std::optional<std::string_view>, int32_t) const {
  return state_ == ClassicState::kDead ? ErrorCode::kGroupIdNotFound : ErrorCode::kNone;
}

ErrorCode ClassicGroup::check_offset_delete() const {
  if (state_ == ClassicState::kDead) return ErrorCode::kGroupIdNotFound;
  // Of consumers it is known which topics they read: is_subscribed_to() decides.
  if (is_empty() || protocol_type_ == kConsumerProtocolType) return ErrorCode::kNone;
  return ErrorCode::kNonEmptyGroup;
}

ErrorCode ClassicGroup::check_delete() const {
  if (state_ == ClassicState::kDead) return ErrorCode::kGroupIdNotFound;
  return is_empty() ? ErrorCode::kNone : ErrorCode::kNonEmptyGroup;
}

ExpiryBase ClassicGroup::expiry_base() const {
  if (protocol_type_.empty()) return ExpiryBase::kCommit;
  if (is_empty()) return state_timestamp_ms_ == -1 ? ExpiryBase::kCommit : ExpiryBase::kGroupState;
  // While members come and go nobody can commit, and nothing may expire (KAFKA-13636).
  const bool topics_known = protocol_type_ == kConsumerProtocolType && topics_;
  return topics_known && state_ == ClassicState::kStable ? ExpiryBase::kCommit : ExpiryBase::kNever;
}

bool ClassicGroup::is_subscribed_to(std::string_view topic) const {
  return topics_ ? topics_->contains(topic) : protocol_type_ == kConsumerProtocolType;
}

void ClassicGroup::append_tombstones(std::vector<CoordinatorRecord>& records) const {
  records.push_back(group_metadata_tombstone(id()));
}

}  // namespace klamm::broker::group
