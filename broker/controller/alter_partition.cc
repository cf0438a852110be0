#include "broker/controller/alter_partition.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/mutants.h"
#include "broker/controller/draft.h"
#include "broker/controller/heartbeats.h"

namespace klamm::broker {
namespace {

using protocol::AlterPartitionRequest;
using protocol::AlterPartitionResponse;

// Version 2 names no epochs of brokers: -1 says that there is nothing to compare.
struct Alteration {
  NodeId leader;
  const AlterPartitionRequest::PartitionData& data;
  std::vector<AlterPartitionRequest::BrokerState> isr;
  std::vector<NodeId> ids;

  Alteration(NodeId leader, const AlterPartitionRequest::PartitionData& data, int16_t version)
      : leader(leader), data(data), isr(data.new_isr_with_epochs) {
    if (version < 3) {
      isr.clear();
      for (int32_t id : data.new_isr) isr.push_back({.broker_id = id});
    }
    for (const auto& state : isr) ids.push_back(NodeId{state.broker_id});
  }
  bool recovering() const { return data.leader_recovery_state == 1; }
};

// The leader is behind, or this controller is: then the leader shall look for the one that knows more.
ErrorCode check_epochs(const PartitionImage& partition, const Alteration& alteration) {
  const Epoch leader_epoch{alteration.data.leader_epoch}, partition_epoch{alteration.data.partition_epoch};
  if (leader_epoch > partition.leader_epoch) return ErrorCode::kNotController;
  if (partition_epoch > partition.partition_epoch) return ErrorCode::kNotController;
  if (leader_epoch < partition.leader_epoch) return ErrorCode::kFencedLeaderEpoch;
  if (alteration.leader != partition.leader) return ErrorCode::kInvalidRequest;
  if (!mutant::kPartitionEpochNotChecked && partition_epoch < partition.partition_epoch)
    return ErrorCode::kInvalidUpdateVersion;
  return ErrorCode::kNone;
}

bool is_isr_of(const PartitionImage& partition, const Alteration& alteration) {
  const std::set<NodeId> distinct(alteration.ids.begin(), alteration.ids.end());
  return distinct.size() == alteration.ids.size() && distinct.contains(partition.leader) &&
         std::all_of(distinct.begin(), distinct.end(), [&](NodeId id) { return partition.has_replica(id); });
}

bool is_recovery(const PartitionImage& partition, const Alteration& alteration) {
  const int8_t state = alteration.data.leader_recovery_state;
  if (state != 0 && state != 1) return false;
  if (!alteration.recovering()) return true;
  // Who recovers may still cut its log off: nobody is in sync with it, and it does not fall back to it.
  return alteration.ids.size() <= 1 && partition.leader_recovery_state == LeaderRecoveryState::kRecovering;
}

// A broker that is fenced or going would hold the high watermark back or take its tail with it (KIP-841); one
// in another epoch than its leader saw may have lost it already (KIP-903). One that joins with its directory
// offline is being repaired: its leader has heard of what it had before. (Apache Kafka does not look at
// directories here.)
bool is_eligible(const ClusterImage& image, const PartitionImage& partition,
                 const AlterPartitionRequest::BrokerState& state) {
  const NodeId id{state.broker_id};
  const BrokerImage* broker = image.brokers().find(id);
  if (broker == nullptr) return false;
  const bool joins = std::find(partition.isr.begin(), partition.isr.end(), id) == partition.isr.end();
  if (joins && !broker->has_online_directory(partition.directory_of(id))) return false;
  const bool is_active = !broker->in_controlled_shutdown && !broker->fenced;
  const bool is_of_this_life = state.broker_epoch == -1 || state.broker_epoch == broker->epoch;
  return (mutant::kFencedJoins || is_active) && (mutant::kStaleEpochJoins || is_of_this_life);
}

ErrorCode check(const ClusterImage& image, const PartitionImage* partition, const Alteration& alteration) {
  if (partition == nullptr) return ErrorCode::kUnknownTopicOrPartition;
  if (ErrorCode code = check_epochs(*partition, alteration); code != ErrorCode::kNone) return code;
  if (!is_isr_of(*partition, alteration) || !is_recovery(*partition, alteration)) {
    return ErrorCode::kInvalidRequest;
  }
  const bool eligible = std::all_of(alteration.isr.begin(), alteration.isr.end(),
                                    [&](const auto& state) { return is_eligible(image, *partition, state); });
  return eligible ? ErrorCode::kNone : ErrorCode::kIneligibleReplica;
}

// The leader may be replaced by its own request, when that completes a reassignment: it is told, and the
// change stands.
ErrorCode change(Draft& draft, const TopicImage& topic, const PartitionImage& partition,
                 const Alteration& alteration) {
  ElectionTerms terms = terms_for(draft.image(), topic, partition);
  terms.unclean = allows_unclean_election(draft.config(), draft.image(), topic);
  terms.isr = alteration.ids;
  terms.recovery = static_cast<LeaderRecoveryState>(alteration.data.leader_recovery_state);
  auto record = elect(topic.id, alteration.data.partition_index, partition, terms);
  if (!record) return ErrorCode::kNone;
  const NodeId leader{record->leader};
  draft.add(*record);
  const bool replaced = leader != NodeId{-2} && leader != alteration.leader;
  return replaced ? ErrorCode::kNewLeaderElected : ErrorCode::kNone;
}

AlterPartitionResponse::PartitionData alter(Draft& draft, const Uuid& topic_id,
                                            const Alteration& alteration) {
  const int32_t index = alteration.data.partition_index;
  AlterPartitionResponse::PartitionData answer;
  answer.partition_index = index;
  // Kept while the draft changes.
  const TopicImage topic = *draft.image().topics().find(topic_id);
  const PartitionImage* partition = topic.partition(index);
  ErrorCode code = check(draft.image(), partition, alteration);
  if (code == ErrorCode::kNone) code = change(draft, topic, *partition, alteration);
  answer.error_code = wire_value(code);
  if (code != ErrorCode::kNone) return answer;
  const PartitionImage& now = *draft.image().topics().find(topic_id, index);
  answer.leader_id = now.leader.value;
  answer.leader_epoch = now.leader_epoch.value;
  answer.isr = numbers_of(now.isr);
  answer.leader_recovery_state = static_cast<int8_t>(now.leader_recovery_state);
  answer.partition_epoch = now.partition_epoch.value;
  return answer;
}

}  // namespace

Decided<protocol::AlterPartitionResponse> decide_alter_partition(const ControllerView& view,
                                                                 const AlterPartitionRequest& request,
                                                                 int16_t version) {
  Decided<AlterPartitionResponse> decided;
  const NodeId leader{request.broker_id};
  if (is_stale(view.image, leader, request.broker_epoch)) {
    decided.response.error_code = wire_value(ErrorCode::kStaleBrokerEpoch);
    return decided;
  }
  Draft draft(view);
  for (const auto& topic : request.topics) {
    auto& answers = decided.response.topics.emplace_back();
    answers.topic_id = topic.topic_id;
    const bool known = view.image.topics().find(topic.topic_id) != nullptr;
    for (const auto& data : topic.partitions) {
      if (known) {
        answers.partitions.push_back(alter(draft, topic.topic_id, Alteration(leader, data, version)));
      } else {
        answers.partitions.push_back(
            {.partition_index = data.partition_index, .error_code = wire_value(ErrorCode::kUnknownTopicId)});
      }
    }
  }
  decided.decision = draft.take();
  // Each partition stands for itself.
  decided.decision.atomic = false;
  return decided;
}

}  // namespace klamm::broker
