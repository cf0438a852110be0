#include "broker/replica/isr_changes.h"

#include <utility>

#include "base/check.h"
#include "broker/metadata/topics_image.h"
#include "protocol/messages/alter_partition_request.h"
#include "protocol/messages/alter_partition_response.h"

namespace klamm::broker {
namespace {

using protocol::AlterPartitionRequest;
using protocol::AlterPartitionResponse;

// Version 2 has the members' ids alone; what a version does not have is not written.
AlterPartitionRequest::PartitionData data_of(int32_t index, const IsrProposal& proposal, NodeId self,
                                             int64_t self_epoch) {
  AlterPartitionRequest::PartitionData data;
  data.partition_index = index;
  data.leader_epoch = proposal.leader_epoch.value;
  data.partition_epoch = proposal.partition_epoch.value;
  data.leader_recovery_state = static_cast<int8_t>(proposal.recovery);
  for (const IsrMember& member : proposal.isr) {
    data.new_isr.push_back(member.id.value);
    data.new_isr_with_epochs.push_back(
        {member.id.value, member.id == self ? self_epoch : member.broker_epoch});
  }
  return data;
}

// A recovery state that does not exist is nobody's answer.
Outcome<CommittedIsr> answer_of(const AlterPartitionResponse::PartitionData& data) {
  if (data.error_code != 0) return Error{static_cast<ErrorCode>(data.error_code)};
  const auto recovery = static_cast<LeaderRecoveryState>(data.leader_recovery_state);
  if (recovery != LeaderRecoveryState::kRecovered && recovery != LeaderRecoveryState::kRecovering) {
    return Error{ErrorCode::kUnknownServerError};
  }
  return CommittedIsr{Epoch{data.leader_epoch}, Epoch{data.partition_epoch}, nodes_of(data.isr), recovery};
}

// The partition will ask for it again at once.
bool is_tried_again(const Outcome<CommittedIsr>& answer) {
  return !answer && refusal_of(answer.error()) == IsrRefusal::kTryAgain;
}

}  // namespace

bool IsrChanges::submit(const Key& key, IsrProposal proposal) {
  if (sent_.contains(key)) return false;
  // Proposals come from several threads, and one may have been overtaken.
  const auto found = waiting_.find(key);
  const auto place = [](const IsrProposal& each) { return std::pair(each.leader_epoch, each.number); };
  if (found != waiting_.end() && place(proposal) < place(found->second)) return false;
  waiting_.insert_or_assign(key, std::move(proposal));
  return true;
}

std::optional<int64_t> IsrChanges::next_attempt_ms() const {
  if (waiting_.empty() || !sent_.empty()) return std::nullopt;
  return not_before_ms_;
}

std::optional<AlterPartitionRequest> IsrChanges::take_request(int64_t broker_epoch, int64_t now_ms) {
  if (waiting_.empty() || !sent_.empty() || now_ms < not_before_ms_) return std::nullopt;
  auto next = waiting_.upper_bound(last_sent_);
  while (!waiting_.empty() && sent_.size() < kPartitionsMax) {
    if (next == waiting_.end()) next = waiting_.begin();
    last_sent_ = next->first;
    sent_.insert(waiting_.extract(next++));
  }
  AlterPartitionRequest request;
  request.broker_id = self_.value;
  request.broker_epoch = broker_epoch;
  for (const auto& [key, proposal] : sent_) {
    if (request.topics.empty() || request.topics.back().topic_id != key.topic_id) {
      request.topics.push_back({key.topic_id});
    }
    request.topics.back().partitions.push_back(data_of(key.partition, proposal, self_, broker_epoch));
  }
  return request;
}

IsrChanges::Answered IsrChanges::on_response(const AlterPartitionResponse& response, int64_t now_ms) {
  CHECK(!sent_.empty());
  Answered answered{.error = static_cast<ErrorCode>(response.error_code)};
  if (answered.error != ErrorCode::kNone) {
    answered.find_controller = answered.error == ErrorCode::kNotController;
    retry_later(now_ms);
    return answered;
  }
  bool retries = false;
  for (const auto& topic : response.topics) {
    for (const auto& data : topic.partitions) {
      const auto sent = sent_.find({topic.topic_id, data.partition_index});
      if (sent == sent_.end()) continue;
      Outcome<CommittedIsr> answer = answer_of(data);
      if (!answer && answer.error() == ErrorCode::kNotController) {
        answered.find_controller = true;
        continue;
      }
      retries |= is_tried_again(answer);
      answered.ended.push_back({sent->first, std::move(sent->second), std::move(answer)});
      sent_.erase(sent);
    }
  }
  // What was not answered is sent again.
  if (retries || !sent_.empty()) retry_later(now_ms);
  return answered;
}

void IsrChanges::on_failure(int64_t now_ms) {
  CHECK(!sent_.empty());
  retry_later(now_ms);
}

void IsrChanges::retry_later(int64_t now_ms) {
  waiting_.merge(sent_);
  CHECK(sent_.empty());
  not_before_ms_ = now_ms + kRetryMs;
}

}  // namespace klamm::broker
