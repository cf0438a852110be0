#include "broker/controller/elections.h"

#include <algorithm>

namespace klamm::broker {
namespace {

bool contains(const std::vector<NodeId>& nodes, NodeId id) {
  return std::find(nodes.begin(), nodes.end(), id) != nodes.end();
}

std::vector<NodeId> without(std::vector<NodeId> nodes, std::optional<NodeId> id) {
  if (id) std::erase(nodes, *id);
  return nodes;
}

struct Outcome {
  NodeId leader = kNoNode;
  std::vector<NodeId> isr;
  bool unclean = false;
};

// Kafka's order (with KIP-966): keep, ISR, ELR, last known leader, unclean. Ties go by the order of the
// assignment.
Outcome choose(const PartitionImage& partition, std::vector<NodeId> isr, const std::vector<NodeId>& elr,
               const ElectionTerms& terms) {
  auto may_lead = [&](NodeId id) { return terms.acceptable(id) && id != terms.gone; };
  if (contains(isr, partition.leader) && may_lead(partition.leader))
    return {partition.leader, std::move(isr)};
  for (NodeId id : partition.replicas) {
    if (contains(isr, id) && may_lead(id)) return {id, std::move(isr)};
  }
  for (NodeId id : partition.replicas) {
    if (contains(elr, id) && may_lead(id)) return {id, {id}};
  }
  if (terms.elr && isr.empty() && elr.empty() && partition.last_known_elr.size() == 1 &&
      may_lead(partition.last_known_elr.front())) {
    return {partition.last_known_elr.front(), {partition.last_known_elr.front()}, true};
  }
  if (terms.unclean) {
    for (NodeId id : partition.replicas) {
      if (may_lead(id)) return {id, {id}, true};
    }
  }
  return {kNoNode, std::move(isr)};
}

}  // namespace

std::optional<protocol::PartitionChangeRecord> elect(const Uuid& topic, int32_t index,
                                                     const PartitionImage& partition,
                                                     const ElectionTerms& terms) {
  std::vector<NodeId> isr = without(partition.isr, terms.lost);
  std::vector<NodeId> elr = without(partition.elr, terms.lost);
  std::vector<NodeId> shrunk = without(isr, terms.gone);
  // Without ELR the last member of an ISR stays in it, fenced or not: it alone is known to have everything.
  if (!shrunk.empty() || terms.elr) isr = std::move(shrunk);
  if (!terms.elr && isr.empty()) isr = partition.isr;
  if (terms.elr && terms.gone && partition.in_isr(*terms.gone) && !contains(elr, *terms.gone)) {
    elr.push_back(*terms.gone);
  }
  Outcome chosen = choose(partition, isr, elr, terms);
  std::vector<NodeId> last_known = partition.last_known_elr;
  if (chosen.leader != kNoNode) {
    last_known.clear();
  } else if (terms.elr && partition.leader != kNoNode) {
    last_known = {partition.leader};
  }
  if (chosen.isr.size() >= terms.isr_min || chosen.unclean) elr.clear();
  for (NodeId id : chosen.isr) std::erase(elr, id);

  protocol::PartitionChangeRecord change;
  change.partition_id = index;
  change.topic_id = topic;
  bool changed = false;
  if (chosen.leader != partition.leader) {
    change.leader = chosen.leader.value;
    changed = true;
  }
  if (chosen.isr != partition.isr) {
    change.isr = numbers_of(chosen.isr);
    changed = true;
  }
  if (chosen.unclean) change.leader_recovery_state = static_cast<int8_t>(LeaderRecoveryState::kRecovering);
  if (terms.elr && elr != partition.elr) {
    change.eligible_leader_replicas = numbers_of(elr);
    changed = true;
  }
  if (terms.elr && last_known != partition.last_known_elr) {
    change.last_known_elr = numbers_of(last_known);
    changed = true;
  }
  if (!changed) return std::nullopt;
  return change;
}

}  // namespace klamm::broker
