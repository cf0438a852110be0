#include "broker/controller/elections.h"

#include <algorithm>

#include "base/mutants.h"

namespace klamm::broker {
namespace {

bool contains(const std::vector<NodeId>& nodes, NodeId id) {
  return std::find(nodes.begin(), nodes.end(), id) != nodes.end();
}

bool contains_all(const std::vector<NodeId>& nodes, const std::vector<NodeId>& ids) {
  return std::all_of(ids.begin(), ids.end(), [&](NodeId id) { return contains(nodes, id); });
}

std::vector<NodeId> without(std::vector<NodeId> nodes, const std::vector<NodeId>& ids) {
  std::erase_if(nodes, [&](NodeId id) { return contains(ids, id); });
  return nodes;
}

// What a change makes of a partition.
struct Target {
  NodeId leader = kNoNode;
  std::vector<NodeId> replicas;
  std::vector<NodeId> removing;
  std::vector<NodeId> adding;
  std::vector<NodeId> isr;
  std::vector<NodeId> elr;
  bool unclean = false;
};

// The reassignment ends when all replicas that are added are in sync. One that lowers the number of replicas
// waits for all that stay: the ISR would shrink without need.
void complete_reassignment(Target& target) {
  if (target.removing.empty() && target.adding.empty()) return;
  std::vector<NodeId> isr = without(target.isr, target.removing);
  std::vector<NodeId> replicas = without(target.replicas, target.removing);
  if (!target.removing.empty() && (isr.empty() || replicas.empty())) return;
  if (!contains_all(isr, target.adding)) return;
  if (target.adding.size() < target.removing.size() && !contains_all(isr, replicas)) return;
  target.isr = std::move(isr);
  target.replicas = std::move(replicas);
  target.removing.clear();
  target.adding.clear();
}

// While the ISR is below its minimum nothing is committed without those who were in it: they stay eligible.
void derive_elr(const PartitionImage& partition, const ElectionTerms& terms, Target& target) {
  if (target.isr.size() >= terms.isr_min) return target.elr.clear();
  for (NodeId id : partition.isr) {
    if (!contains(target.elr, id)) target.elr.push_back(id);
  }
  target.elr = without(std::move(target.elr), target.isr);
  if (!mutant::kElrKeepsLost && terms.lost) std::erase(target.elr, *terms.lost);
  std::erase_if(target.elr, [&](NodeId id) { return !contains(target.replicas, id); });
}

Target target_of(const PartitionImage& partition, const ElectionTerms& terms) {
  Target target;
  target.replicas = terms.assignment ? terms.assignment->replicas : partition.replicas;
  target.removing = terms.assignment ? terms.assignment->removing : partition.removing_replicas;
  target.adding = terms.assignment ? terms.assignment->adding : partition.adding_replicas;
  target.isr = terms.isr.value_or(partition.isr);
  target.elr = partition.elr;
  if (terms.lost) std::erase(target.isr, *terms.lost);
  if (terms.gone) std::erase(target.isr, *terms.gone);
  if (can_change_replicas(partition, terms)) complete_reassignment(target);
  if (terms.elr) {
    derive_elr(partition, terms, target);
  } else if (target.isr.empty()) {
    // Without ELR the last member of an ISR stays in it, fenced or not: it alone is known to have everything.
    target.isr = partition.isr;
  }
  if (!terms.elr && !target.isr.empty()) target.elr.clear();
  return target;
}

// Kafka's order (with KIP-966): keep, ISR, ELR when nobody is in sync, last known leader, unclean. Ties go by
// the order of the assignment.
void choose_leader(const PartitionImage& partition, const ElectionTerms& terms, Target& target) {
  auto acceptable = [&](NodeId id) { return terms.acceptable(id) && id != terms.gone && id != terms.lost; };
  auto may_lead = [&](NodeId id) {
    const bool eligible = target.isr.empty() && contains(target.elr, id);
    return (contains(target.isr, id) || eligible) && acceptable(id);
  };
  auto first = [&](const auto& fits) {
    auto at = std::find_if(target.replicas.begin(), target.replicas.end(), fits);
    return at == target.replicas.end() ? kNoNode : *at;
  };
  if (terms.preferred && !target.replicas.empty() && may_lead(target.replicas.front())) {
    target.leader = target.replicas.front();
    return;
  }
  target.leader = may_lead(partition.leader) ? partition.leader : first(may_lead);
  if (target.leader != kNoNode) return;
  if (terms.elr && target.isr.empty() && target.elr.empty() && partition.last_known_elr.size() == 1 &&
      contains(target.replicas, partition.last_known_elr.front()) &&
      (mutant::kFencedLastKnown || acceptable(partition.last_known_elr.front()))) {
    target.leader = partition.last_known_elr.front();
  } else if (mutant::kUncleanAlways || terms.unclean) {
    target.leader = first(acceptable);
  }
  target.unclean = target.leader != kNoNode;
}

// A leader is in sync. One that was not before is alone in it, and with ISR at its minimum nobody else stays
// eligible: from here on records are committed without them.
void settle_isr(const ElectionTerms& terms, Target& target) {
  if (target.leader != kNoNode && !contains(target.isr, target.leader)) target.isr = {target.leader};
  if (target.isr.size() >= terms.isr_min || target.unclean) target.elr.clear();
  target.elr = without(std::move(target.elr), target.isr);
}

std::vector<NodeId> last_known_of(const PartitionImage& partition, const ElectionTerms& terms,
                                  const Target& target) {
  if (target.leader != kNoNode) return {};
  if (terms.elr && partition.leader != kNoNode) return {partition.leader};
  return partition.last_known_elr;
}

bool bumps_leader_epoch(const PartitionImage& partition, const ElectionTerms& terms, const Target& target) {
  return target.leader != partition.leader || !contains_all(target.replicas, partition.replicas) ||
         (terms.bumps_leader_epoch_on_isr_shrink && !contains_all(target.isr, partition.isr));
}

// Null when they stay.
std::optional<std::vector<Uuid>> changed_directories(const PartitionImage& partition,
                                                     const ElectionTerms& terms, const Target& target) {
  if (!terms.says_directories) return std::nullopt;
  if (!terms.directory && target.replicas == partition.replicas) return std::nullopt;
  auto directory_of = [&](NodeId id) {
    if (terms.directory && terms.directory->first == id) return terms.directory->second;
    return partition.has_replica(id) ? partition.directory_of(id) : terms.new_directory(id);
  };
  std::vector<Uuid> directories;
  for (NodeId id : target.replicas) directories.push_back(directory_of(id));
  if (directories == partition.directories) return std::nullopt;
  return directories;
}

}  // namespace

bool can_change_replicas(const PartitionImage& partition, const ElectionTerms& terms) {
  return terms.says_directories ||
         std::all_of(partition.directories.begin(), partition.directories.end(),
                     [](const Uuid& directory) { return directory == kMigratingDirectory; });
}

std::optional<protocol::PartitionChangeRecord> elect(const Uuid& topic, int32_t index,
                                                     const PartitionImage& partition,
                                                     const ElectionTerms& terms) {
  Target target = target_of(partition, terms);
  choose_leader(partition, terms, target);
  settle_isr(terms, target);

  protocol::PartitionChangeRecord change;
  change.partition_id = index;
  change.topic_id = topic;
  const protocol::PartitionChangeRecord nothing = change;
  if (bumps_leader_epoch(partition, terms, target)) change.leader = target.leader.value;
  if (target.isr != partition.isr) change.isr = numbers_of(target.isr);
  if (target.replicas != partition.replicas) change.replicas = numbers_of(target.replicas);
  if (target.removing != partition.removing_replicas) change.removing_replicas = numbers_of(target.removing);
  if (target.adding != partition.adding_replicas) change.adding_replicas = numbers_of(target.adding);
  change.directories = changed_directories(partition, terms, target);
  const LeaderRecoveryState recovery = target.unclean
                                           ? LeaderRecoveryState::kRecovering
                                           : terms.recovery.value_or(partition.leader_recovery_state);
  if (recovery != partition.leader_recovery_state) {
    change.leader_recovery_state = static_cast<int8_t>(recovery);
  }
  if (target.elr != partition.elr) change.eligible_leader_replicas = numbers_of(target.elr);
  std::vector<NodeId> last_known = last_known_of(partition, terms, target);
  if (last_known != partition.last_known_elr) change.last_known_elr = numbers_of(last_known);
  if (change == nothing) return std::nullopt;
  return change;
}

}  // namespace klamm::broker
