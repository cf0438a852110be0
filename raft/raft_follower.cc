// The follower: fetching records and snapshots, truncating.
#include <algorithm>

#include "base/check.h"
#include "raft/mutants.h"
#include "raft/raft.h"

namespace klamm::raft {

void Raft::poll_follower(Follower& follower, int64_t now_ms) {
  bool stands = is_voter() || mutant::kObserverCandidate;
  if (stands && now_ms >= follower.fetch_deadline_ms && !shutting_down_) return become_prospective(now_ms);
  NodeId leader = election_.leader;
  // A leader that does not answer may be one no more: the others are asked whether they know better.
  if (peers_.has_timed_out(leader, now_ms)) {
    peers_.reset(leader);
    return poll_bootstrap(now_ms);
  }
  if (peers_.is_backing_off(leader, now_ms)) return poll_bootstrap(now_ms);
  if (!follower.download) return send_fetch(leader, now_ms);
  if (installing_) return;
  send_request(leader,
               FetchSnapshotRequest{.cluster_id = config_.cluster_id,
                                    .replica = self_,
                                    .current_leader_epoch = election_.epoch,
                                    .snapshot = follower.download->id,
                                    .position = follower.download->position,
                                    .max_bytes = config_.snapshot_max_bytes},
               now_ms);
}

void Raft::poll_bootstrap(int64_t now_ms) {
  if (!may_fetch()) return;
  if (auto server = peers_.ready_bootstrap_server(random_, now_ms)) send_fetch(*server, now_ms);
}

// A fetch says that everything below its offset is on the disk, so it waits until that is true. An observer
// that will never count for a majority need not wait.
bool Raft::may_fetch() const {
  bool counts = is_voter() || config_.can_become_voter;
  return synced_end_ >= end_.offset || !counts || mutant::kAckUnsynced;
}

// Who does not vouch for its leader wants to hear from it at once, and not when there is news: an idle leader
// would hold the fetch for longer than a voter that was disconnected has patience.
void Raft::send_fetch(NodeId to, int64_t now_ms) {
  if (!may_fetch()) return;
  const Follower* follower = role_as<Follower>();
  const bool may_wait = follower && follower->has_fetched;
  send_request(to,
               FetchRequest{.cluster_id = config_.cluster_id,
                            .replica = self_,
                            .current_leader_epoch = election_.epoch,
                            .fetch_offset = end_.offset,
                            .last_fetched_epoch = end_.epoch,
                            .high_watermark = high_watermark_,
                            .max_wait_ms = may_wait ? config_.fetch_max_wait_ms : 0,
                            .max_bytes = config_.fetch_max_bytes},
               now_ms);
}

void Raft::fetched(Follower& follower, int64_t now_ms) {
  follower.fetch_deadline_ms = now_ms + config_.fetch_timeout_ms;
  follower.has_fetched = true;
}

bool Raft::on_fetch_response(FetchResponse& response, int64_t now_ms) {
  if (auto handled = handle_common(response.error, response.epoch, response.leader, now_ms)) return *handled;
  Follower* follower = role_as<Follower>();
  if (!follower) return true;
  follower->download.reset();
  if (response.diverging) {
    if (!truncate_for(*response.diverging)) return false;
  } else if (response.snapshot) {
    if (!begin_download(*follower, *response.snapshot)) return false;
  } else {
    if (!append_fetched(response)) return false;
    set_high_watermark(std::min(response.high_watermark, end_.offset));
  }
  fetched(*follower, now_ms);
  return true;
}

// Cuts the log back to where it may still agree with the leader's. The leader names the end of the largest of
// its epochs that is not after ours; it takes one round for each epoch in which the two logs differ.
bool Raft::truncate_for(const LogPoint& diverging) {
  LogPoint local = end_of_epoch(diverging.epoch);
  Offset to = local.epoch == diverging.epoch ? std::min(local.offset, diverging.offset) : local.offset;
  if (mutant::kTruncateBelowHighWatermark)
    to = std::max(log_.start(), end_of_epoch({diverging.epoch.value - 1}).offset);
  // What is committed stays, whoever asks (KAFKA-12460).
  bool keeps_committed = to >= high_watermark_ || mutant::kTruncateBelowHighWatermark;
  if (to >= end_.offset || to < log_.start() || !keeps_committed) return false;

  if (to > log_.start()) {
    end_ = {log_.epoch_at(to - 1), to};
  } else {
    end_ = {log_.oldest_snapshot().value_or(SnapshotId{}).epoch, to};
  }
  synced_end_ = std::min(synced_end_, to);
  if (voters_said_at_ && *voters_said_at_ >= to) voters_said_at_.reset();
  ++generation_;
  output_.truncate_to = to;
  output_.sync = Sync{to, generation_};
  return true;
}

// Appends what continues the log. Records of an epoch above ours come from a log that was cut and written
// anew while it was being read (KAFKA-18723): they are not what this leader has.
bool Raft::append_fetched(FetchResponse& response) {
  for (Batch& batch : response.batches) {
    bool continues = batch.base_offset == end_.offset && batch.record_count > 0;
    bool possible_epoch = batch.epoch >= end_.epoch && batch.epoch <= election_.epoch;
    if (!continues || !possible_epoch) return false;
    end_ = {batch.epoch, batch.end()};
    output_.append.push_back(std::move(batch));
    output_.sync = Sync{end_.offset, generation_};
    if (mutant::kAckUnsynced) synced_end_ = end_.offset;
  }
  return true;
}

// --- snapshots ---

bool Raft::begin_download(Follower& follower, SnapshotId snapshot) {
  bool possible =
      snapshot.epoch >= Epoch{0} && snapshot.epoch <= election_.epoch && snapshot.offset > Offset{0};
  // A leader has what is committed, so it cannot have thrown away what comes after our high watermark and
  // kept only what comes before.
  if (!possible || snapshot.offset <= high_watermark_) return false;
  follower.download = SnapshotDownload{.id = snapshot};
  return true;
}

bool Raft::on_fetch_snapshot_response(FetchSnapshotResponse& response, int64_t now_ms) {
  if (response.error == ErrorCode::kSnapshotNotFound && response.epoch == election_.epoch) {
    // It was deleted meanwhile: fetch again, and be told of a newer one.
    if (Follower* follower = role_as<Follower>()) {
      follower->download.reset();
      fetched(*follower, now_ms);
    }
    return true;
  }
  if (auto handled = handle_common(response.error, response.epoch, response.leader, now_ms)) {
    Follower* follower = role_as<Follower>();
    if (follower && response.error == ErrorCode::kPositionOutOfRange) follower->download.reset();
    return *handled;
  }
  Follower* follower = role_as<Follower>();
  if (!follower || !follower->download) return true;
  if (!add_chunk(*follower, response)) {
    follower->download.reset();
    return false;
  }
  fetched(*follower, now_ms);
  return true;
}

bool Raft::add_chunk(Follower& follower, FetchSnapshotResponse& response) {
  SnapshotDownload& download = *follower.download;
  auto size = static_cast<int64_t>(response.bytes.bytes.size());
  bool continues = response.snapshot == download.id && response.position == download.position;
  if (!continues || size == 0 || size > response.size - response.position) return false;
  output_.snapshot_chunk = SnapshotChunk{download.id, download.position, std::move(response.bytes)};
  download.position += size;
  if (download.position == response.size) {
    output_.install_snapshot = download.id;
    installing_ = true;
  }
  return true;
}

void Raft::installed(SnapshotId snapshot, bool ok, int64_t now_ms) {
  CHECK(installing_);
  Follower* follower = role_as<Follower>();
  CHECK(follower && follower->download && follower->download->id == snapshot);
  installing_ = false;
  follower->download.reset();
  if (ok) {
    CHECK(log_.end() == snapshot);
    CHECK(log_.start() == snapshot.offset);
    end_ = snapshot;
    synced_end_ = snapshot.offset;
    ++generation_;
    set_high_watermark(snapshot.offset);
    fetched(*follower, now_ms);  // the disk may have taken its time
  } else {
    peers_.on_failure(election_.leader, now_ms);
  }
  check_log();
  poll(now_ms);
}

}  // namespace klamm::raft
