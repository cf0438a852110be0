#include "tests/sim/quorum/faults.h"

#include "tests/sim/quorum/cluster.h"

namespace klamm::sim {
namespace {

int64_t between(Cluster& cluster, int64_t low, int64_t high) {
  return low + static_cast<int64_t>(cluster.random().below(static_cast<uint64_t>(high - low)));
}

SimNode& any_node(Cluster& cluster) {
  return cluster.nodes()[cluster.random().below(cluster.nodes().size())];
}

// Leaders have the most to lose, so they are met more often than by chance.
SimNode& leader_or_any(Cluster& cluster) {
  if (cluster.random().one_in(2)) {
    for (SimNode& node : cluster.nodes()) {
      if (node.is_up() && node.raft->role() == raft::RoleKind::kLeader) return node;
    }
  }
  return any_node(cluster);
}

bool can_act(const Cluster& cluster, const SimNode& node) {
  return node.is_up() && cluster.now() >= node.paused_until;
}

void crash_one(Cluster& cluster) {
  SimNode& node = leader_or_any(cluster);
  if (!node.is_up()) return;
  int64_t down_for = between(cluster, 0, cluster.random().one_in(4) ? 90 * kSecond : 5 * kSecond);
  // Often in the middle of work: just after something was appended, before it is synced.
  if (cluster.random().one_in(2)) cluster.append_burst(4);
  if (!node.is_up()) return;
  if (cluster.random().one_in(2)) {
    cluster.kill(node, down_for);
  } else {
    cluster.lose_power(node, down_for);
  }
}

void crash_in_output(Cluster& cluster) {
  SimNode& node = leader_or_any(cluster);
  node.crash_at_part = static_cast<int>(between(cluster, 1, 9));
  node.crash_loses_power = cluster.random().one_in(2);
}

void lose_all_power(Cluster& cluster) {
  cluster.append_burst(6);
  for (SimNode& node : cluster.nodes()) {
    if (node.is_up()) cluster.lose_power(node, between(cluster, 0, 20 * kSecond));
  }
}

void cut_one_way(Cluster& cluster) {
  ++cluster.counters.cuts;
  SimNode& a = leader_or_any(cluster);
  SimNode& b = any_node(cluster);
  int64_t cut_for = between(cluster, kSecond, 60 * kSecond);
  if (cluster.random().one_in(2)) {
    cluster.cut(a.id, b.id, cut_for);
  } else {
    cluster.cut(b.id, a.id, cut_for);
  }
}

void isolate(Cluster& cluster) {
  ++cluster.counters.cuts;
  SimNode& a = leader_or_any(cluster);
  int64_t cut_for = between(cluster, kSecond, 60 * kSecond);
  for (SimNode& b : cluster.nodes()) {
    if (b.id == a.id) continue;
    cluster.cut(a.id, b.id, cut_for);
    cluster.cut(b.id, a.id, cut_for);
  }
}

void split(Cluster& cluster) {
  ++cluster.counters.cuts;
  int64_t cut_for = between(cluster, kSecond, 60 * kSecond);
  uint64_t side = cluster.random().next();
  for (SimNode& a : cluster.nodes()) {
    for (SimNode& b : cluster.nodes()) {
      bool same = (side >> a.id.value & 1) == (side >> b.id.value & 1);
      if (!same) cluster.cut(a.id, b.id, cut_for);
    }
  }
}

void pause_one(Cluster& cluster) {
  SimNode& node = leader_or_any(cluster);
  if (can_act(cluster, node)) cluster.pause(node, between(cluster, 100 * kMs, 15 * kSecond));
}

void slow_disk(Cluster& cluster) {
  ++cluster.counters.other_faults;
  SimNode& node = leader_or_any(cluster);
  node.disk_slowness = node.disk_slowness > 1 ? 1 : between(cluster, 10, 1000);
}

void shut_down_one(Cluster& cluster) {
  SimNode& node = leader_or_any(cluster);
  if (can_act(cluster, node)) cluster.shut_down(node, between(cluster, 0, 10 * kSecond));
}

}  // namespace

void inject_fault(Cluster& cluster) {
  switch (cluster.random().below(16)) {
    case 0:
    case 1:
    case 2: return crash_one(cluster);
    case 3:
    case 4: return crash_in_output(cluster);
    case 5: return lose_all_power(cluster);
    case 6:
    case 7: return cut_one_way(cluster);
    case 8: return isolate(cluster);
    case 9: return split(cluster);
    case 10: return pause_one(cluster);
    case 11: return slow_disk(cluster);
    case 12: return shut_down_one(cluster);
    case 13: return cluster.send_from_stranger(any_node(cluster));
    case 14:
      return cluster.random().one_in(2) ? cluster.slow_network(between(cluster, kSecond, 20 * kSecond))
                                        : cluster.resign_leader();
    default: return cluster.reset_connections(any_node(cluster));
  }
}

}  // namespace klamm::sim
