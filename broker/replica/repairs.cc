#include "broker/replica/repairs.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/logging.h"

namespace klamm::broker {
namespace {

std::string name_of(const Partition& partition) {
  return fmt::format("{}-{}", partition.id().topic, partition.id().partition);
}

bool has_others(const std::vector<NodeId>& nodes, NodeId self) {
  return std::any_of(nodes.begin(), nodes.end(), [&](NodeId id) { return id != self; });
}

bool contains(const std::vector<NodeId>& nodes, NodeId id) {
  return std::find(nodes.begin(), nodes.end(), id) != nodes.end();
}

}  // namespace

void Repairs::begin(const std::shared_ptr<Partition>& partition, const Uuid& directory) {
  const PartitionKey key{partition->id().topic_id, partition->id().partition};
  Repair& repair = repairs_.try_emplace(key, Repair{partition, directory}).first->second;
  if (partition->damage()) repair.phase = Phase::kLeaving;
  uses_.unfollow(key);
}

void Repairs::step(const ClusterImage& image) {
  const auto version = image.features().metadata_version();
  const bool names_directories = version && version->has_directory_assignment();
  for (auto at = repairs_.begin(); at != repairs_.end();) {
    const PartitionKey& key = at->first;
    const PartitionImage* partition = image.topics().find(key.topic_id, key.partition);
    const bool is_here = partition != nullptr && partition->has_replica(uses_.self);
    const bool is_over = !is_here || is_done(key, at->second, {partition, names_directories});
    at = is_over ? repairs_.erase(at) : std::next(at);
  }
}

bool Repairs::is_done(const PartitionKey& key, Repair& repair, const View& view) {
  if (repair.phase == Phase::kExamining) {
    if (!repair.partition->damage() && repair.partition->examine_all()) return false;
    repair.phase = repair.partition->damage() ? Phase::kLeaving : Phase::kReturning;
  }
  if (repair.phase == Phase::kLeaving) {
    if (!has_left(key, repair, view)) return false;
    repair.phase = Phase::kReturning;
  }
  return has_returned(key, repair, view);
}

bool Repairs::has_left(const PartitionKey& key, Repair& repair, const View& view) {
  if (!repair.partition->damage()) return true;
  const PartitionImage& state = *view.partition;
  const bool in_isr = state.in_isr(uses_.self), in_elr = contains(state.elr, uses_.self);
  const bool has_heirs = has_others(state.isr, uses_.self) || (!in_isr && has_others(state.elr, uses_.self));
  if ((in_isr || in_elr) && !has_heirs) {
    stay(key, repair, view);
    return false;
  }
  if (!std::exchange(repair.said_leaving, true)) {
    LOG_WARN("{}: this replica is damaged, and leaves the in-sync replicas until it is repaired",
             name_of(*repair.partition));
  }
  // When it was said nobody else may have been in sync: it is eligible then, and stays so until it is said
  // again.
  const bool is_told = state.directory_of(uses_.self) == kLostDirectory;
  const bool has_stayed = in_elr && has_others(state.isr, uses_.self);
  if (view.names_directories && (!is_told || has_stayed)) {
    uses_.assign(key, kLostDirectory);
    return false;
  }
  if (in_isr || in_elr || !state.has_leader() || state.leader == uses_.self) return false;
  return cut(repair, view);
}

// Offline it would take with it what it has: nobody could lead.
void Repairs::stay(const PartitionKey& key, Repair& repair, const View& view) {
  if (view.partition->directory_of(uses_.self) == kLostDirectory) uses_.assign(key, repair.directory);
  if (std::exchange(repair.said_alone, true)) return;
  const auto damage = repair.partition->damage();
  const std::string remedy =
      damage->next_base == kNoOffset
          ? "stop the node, and put the file back from a backup"
          : fmt::format(
                "stop the node, and put the file back from a backup; or give up all below offset {} with "
                "kafka-delete-records.sh",
                damage->next_base.value);
  LOG_ERROR(
      "{}: nobody else is in sync, so that nothing is cut off, and this replica stays what it is: what lies "
      "below offset {} is given out, and the rest is refused, as are new records. To have it back, {}",
      name_of(*repair.partition), damage->where.offset.value, remedy);
}

bool Repairs::cut(Repair& repair, const View& view) {
  const auto damage = repair.partition->damage();
  LOG_WARN(
      "{}: this replica is out of the in-sync replicas as of partition epoch {}: its log is cut at offset "
      "{}, "
      "and what is missing is fetched from node {}",
      name_of(*repair.partition), view.partition->partition_epoch.value, damage->where.offset.value,
      view.partition->leader.value);
  repair.partition->cut_damage();
  if (repair.partition->damage()) return false;
  // A crash must not take what is written from here on for synced, or for what had been there.
  uses_.checkpoint();
  return true;
}

bool Repairs::has_returned(const PartitionKey& key, Repair& repair, const View& view) {
  const PartitionImage& state = *view.partition;
  if (view.names_directories && state.directory_of(uses_.self) == kLostDirectory) {
    uses_.assign(key, repair.directory);
    return false;
  }
  LOG_INFO("{}: this replica is whole below offset {}, and goes on from there", name_of(*repair.partition),
           repair.partition->state().end.offset.value);
  if (state.has_leader() && state.leader != uses_.self) uses_.follow(repair.partition, state);
  return true;
}

}  // namespace klamm::broker
