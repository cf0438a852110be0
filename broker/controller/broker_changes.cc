#include "broker/controller/broker_changes.h"

#include <algorithm>

#include "base/check.h"

namespace klamm::broker {
namespace {

bool contains(const std::vector<Uuid>& directories, const Uuid& id) {
  return std::find(directories.begin(), directories.end(), id) != directories.end();
}

protocol::BrokerRegistrationChangeRecord change_of(const Draft& draft, NodeId id) {
  const BrokerImage* broker = draft.image().brokers().find(id);
  CHECK(broker != nullptr);
  protocol::BrokerRegistrationChangeRecord change;
  change.broker_id = id.value;
  change.broker_epoch = broker->epoch;
  return change;
}

// `gone` is acceptable nowhere; elect() sees to that.
void leave_where(Draft& draft, NodeId id, const std::function<bool(const PartitionImage&)>& concerns) {
  elect_where(draft, concerns, [id](ElectionTerms& terms) { terms.gone = id; });
}

}  // namespace

bool leads_a_partition(const ClusterImage& image, NodeId id) {
  for (const auto& [topic_id, topic] : image.topics().by_id()) {
    for (const auto& [index, partition] : topic.partitions) {
      if (partition.leader == id) return true;
    }
  }
  return false;
}

bool is_eligible_leader(const PartitionImage& partition, NodeId id) {
  return std::find(partition.elr.begin(), partition.elr.end(), id) != partition.elr.end();
}

void leave_partitions(Draft& draft, NodeId id) {
  leave_where(draft, id, [id](const PartitionImage& p) { return p.leader == id || p.in_isr(id); });
}

void leave_with_lost_tail(Draft& draft, NodeId id) {
  auto concerns = [id](const PartitionImage& p) { return p.in_isr(id) || is_eligible_leader(p, id); };
  elect_where(draft, concerns, [id](ElectionTerms& terms) { terms.lost = id; });
}

void fence(Draft& draft, NodeId id) {
  leave_partitions(draft, id);
  auto change = change_of(draft, id);
  change.fenced = 1;
  draft.add(change);
}

void unfence(Draft& draft, NodeId id) {
  auto change = change_of(draft, id);
  change.fenced = -1;
  draft.add(change);
  elect_where(
      draft, [](const PartitionImage& p) { return !p.has_leader(); }, [](ElectionTerms&) {});
}

void begin_controlled_shutdown(Draft& draft, NodeId id) {
  auto change = change_of(draft, id);
  change.in_controlled_shutdown = 1;
  if (!draft.image().brokers().find(id)->in_controlled_shutdown) draft.add(change);
  leave_partitions(draft, id);
}

void lose_directories(Draft& draft, NodeId id, const std::vector<Uuid>& offline) {
  auto change = change_of(draft, id);
  std::vector<Uuid> lost;
  for (const Uuid& directory : draft.image().brokers().find(id)->directories) {
    (contains(offline, directory) ? lost : change.log_dirs).push_back(directory);
  }
  if (lost.empty()) return;
  leave_where(draft, id, [&](const PartitionImage& p) {
    return p.has_replica(id) && contains(lost, p.directory_of(id));
  });
  // A list without directories says "unchanged": a broker that has lost all of them ends by itself.
  if (!change.log_dirs.empty()) draft.add(change);
}

void cordon_directories(Draft& draft, NodeId id, const std::vector<Uuid>& cordoned) {
  std::vector<Uuid> ordered = cordoned;
  std::sort(ordered.begin(), ordered.end());
  ordered.erase(std::unique(ordered.begin(), ordered.end()), ordered.end());
  if (draft.image().brokers().find(id)->cordoned_directories == ordered) return;
  auto change = change_of(draft, id);
  change.cordoned_log_dirs = std::move(ordered);
  draft.add(change);
}

}  // namespace klamm::broker
