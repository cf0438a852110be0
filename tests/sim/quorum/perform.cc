// The driver of a simulated node: performs outputs in their order, and may crash between any two parts.
#include <algorithm>

#include "base/check.h"
#include "tests/sim/quorum/cluster.h"

namespace klamm::sim {

using raft::Output;

void Cluster::perform(SimNode& node) {
  while (node.is_up() && !failure_) {
    Output output = node.raft->take_output();
    if (output.empty()) break;
    bool lost = crash_before(node, 1, output.quorum_state.has_value());
    if (lost) return;
    if (output.quorum_state) {
      tell([&](Invariant& invariant) { invariant.on_quorum_state(node, *output.quorum_state); });
      node.quorum_state = *output.quorum_state;
    }
    if (!perform_log_parts(node, output)) return;
    if (crash_before(node, 7, !output.messages.empty())) return;
    for (raft::Message& message : output.messages) {
      tell([&](Invariant& invariant) { invariant.on_send(node, message); });
      send(node, std::move(message));
    }
    if (crash_before(node, 8, output.high_watermark.has_value())) return;
    if (output.high_watermark) perform_commit(node, *output.high_watermark);
    if (output.leadership) {
      tell([&](Invariant& invariant) { invariant.on_leadership(node, *output.leadership); });
      node.announced = *output.leadership;
    }
    if (output.install_snapshot) perform_install(node, *output.install_snapshot);
  }
  if (!node.is_up() || failure_) return;
  tell([&](Invariant& invariant) { invariant.after_step(*this, node); });
  if (node.raft->role() == raft::RoleKind::kLeader && node.led != node.raft->epoch()) {
    node.led = node.raft->epoch();
    ++counters.elections;
  }
  queue_tick(node);
}

// Parts 2 to 6. False if the node has crashed meanwhile.
bool Cluster::perform_log_parts(SimNode& node, Output& output) {
  if (crash_before(node, 2, output.truncate_to.has_value())) return false;
  if (output.truncate_to) {
    ++counters.truncations;
    tell([&](Invariant& invariant) { invariant.on_truncate(*this, node, *output.truncate_to); });
    if (failure_) return false;
    node.log.truncate(*output.truncate_to);
  }
  if (output.snapshot_chunk) {
    if (output.snapshot_chunk->position == 0) node.download.clear();
    node.download_id = output.snapshot_chunk->id;
    CHECK(std::ssize(node.download) == output.snapshot_chunk->position);
    ByteView bytes = output.snapshot_chunk->bytes.bytes;
    node.download.insert(node.download.end(), bytes.begin(), bytes.end());
  }
  if (crash_before(node, 4, output.install_snapshot.has_value())) return false;
  if (crash_before(node, 5, !output.append.empty())) return false;
  for (const raft::Batch& batch : output.append) node.log.append(batch);
  if (crash_before(node, 6, output.sync.has_value())) return false;
  if (output.sync) {
    node.sync_wanted = output.sync;
    start_sync(node);
  }
  return true;
}

bool Cluster::crash_before(SimNode& node, int part, bool has_work) {
  if (node.crash_at_part != part || !has_work) return false;
  int64_t down_for = static_cast<int64_t>(random_.below(20'000)) * kMs;
  if (node.crash_loses_power) {
    lose_power(node, down_for);
  } else {
    kill(node, down_for);
  }
  return true;
}

void Cluster::perform_install(SimNode& node, raft::SnapshotId id) {
  CHECK(node.download_id == id);
  auto snapshot = snapshot_from_bytes(id, node.download);
  node.download.clear();
  CHECK(snapshot.has_value());
  // Now and then the bytes turn out to be damaged: nothing is installed.
  if (!quiet_ && random_.one_in(20)) return node.raft->installed(id, false, local_ms(node));
  tell([&](Invariant& invariant) { invariant.on_snapshot(*this, node, *snapshot); });
  if (failure_) return;
  node.log.install(*snapshot);
  ++counters.installs;
  node.raft->installed(id, true, local_ms(node));
}

void Cluster::perform_commit(SimNode& node, Offset high_watermark) {
  while (committed_end() < high_watermark) {
    auto next = std::find_if(node.log.batches().rbegin(), node.log.batches().rend(),
                             [&](const SimBatch& batch) { return batch.base <= committed_end(); });
    if (next == node.log.batches().rend() || next->base != committed_end()) break;
    committed_.push_back({next->base, next->end(), next->epoch, next->chain});
  }
  tell([&](Invariant& invariant) { invariant.on_commit(*this, node, high_watermark); });
  if (node.apply_queued || failure_) return;
  // The state machine may lag behind what is committed.
  if (random_.one_in(8)) {
    node.apply_queued = true;
    schedule(now_ + static_cast<int64_t>(random_.below(200)) * kMs, EventKind::kApply, node.id.value);
  } else {
    apply(node);
  }
}

void Cluster::apply(SimNode& node) {
  Offset end = node.raft->high_watermark();
  // What is installed comes with its own call to commit.
  if (end > node.log.end().offset) return;
  node.applied = end;
  node.raft->applied(end);
}

void Cluster::start_sync(SimNode& node) {
  if (node.syncing || !node.sync_wanted) return;
  node.syncing = std::exchange(node.sync_wanted, std::nullopt);
  int64_t takes = 200 + static_cast<int64_t>(random_.below(3000));
  if (random_.one_in(200)) takes += static_cast<int64_t>(random_.below(1500)) * kMs;
  takes = std::min(takes * node.disk_slowness, 8 * kSecond);
  schedule(now_ + takes, EventKind::kSynced, node.id.value, node.syncing->generation);
}

void Cluster::queue_tick(SimNode& node) {
  int64_t deadline = node.raft->next_deadline();
  if (deadline == INT64_MAX) return;
  int64_t wait = std::max<int64_t>(deadline - local_ms(node), 0) * kMs + 200;
  if (now_ + wait >= node.tick_at) return;
  node.tick_at = now_ + wait;
  schedule(node.tick_at, EventKind::kTick, node.id.value);
}

}  // namespace klamm::sim
