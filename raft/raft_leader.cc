// The leader: answering fetches, committing, appending.
#include <algorithm>

#include "base/check.h"
#include "raft/mutants.h"
#include "raft/raft.h"

namespace klamm::raft {
namespace {

// What one answer may have room for, whatever is asked for: as much as Kafka's replicas ask for, unless those
// of this cluster are configured to ask for more.
constexpr int32_t kAnswerSizeMax = 8 << 20;

// A fetch that nobody hears any more is kept no longer. (Kafka's replicas ask for half a second.)
constexpr int32_t kWaitMaxMs = 5'000;

int32_t answer_size(int32_t asked, int32_t configured) {
  return std::min(asked, std::max(configured, kAnswerSizeMax));
}

}  // namespace

protocol::Outcome<Offset> Raft::append(Epoch epoch, std::vector<NewBatch> batches, int64_t now_ms) {
  check_log();
  const Leader* leader = role_as<Leader>();
  if (!leader || epoch != election_.epoch) return Error{ErrorCode::kNotLeaderOrFollower};
  // The next tick says that it is over, and not this call: whoever appends is in the middle of a decision.
  if (now_ms >= leader->check_quorum_deadline()) return Error{ErrorCode::kNotLeaderOrFollower};
  Offset first = end_.offset;
  for (NewBatch& batch : batches) append_batch(batch.record_count, std::move(batch.payload));
  complete_parked();
  poll(now_ms);
  return first;
}

Offset Raft::append_batch(int32_t record_count, std::variant<Payload, LeaderChangeRecord> content) {
  CHECK(record_count > 0);
  CHECK(role_as<Leader>());
  Offset base = end_.offset;
  end_ = {election_.epoch, base + record_count};
  output_.append.push_back({base, record_count, election_.epoch, std::move(content)});
  output_.sync = Sync{end_.offset, generation_};
  if (mutant::kAckUnsynced) role_as<Leader>()->on_local_sync(synced_end_ = end_.offset);
  return base;
}

void Raft::poll_leader(Leader& leader, int64_t now_ms) {
  if (shutting_down_ || now_ms >= leader.check_quorum_deadline()) return become_resigned(now_ms);
  if (mutant::kAckUnsynced) advance_high_watermark();
  expire_parked(now_ms);
  if (now_ms < leader.begin_quorum_deadline_ms) return;
  for (const ReplicaKey& voter : leader.voters_to_remind(now_ms)) {
    send_request(
        voter.id,
        BeginQuorumEpochRequest{
            .cluster_id = config_.cluster_id, .voter = voter, .leader = self_.id, .epoch = election_.epoch},
        now_ms);
  }
  leader.begin_quorum_deadline_ms = now_ms + config_.fetch_timeout_ms / 2;
}

// --- fetch ---

void Raft::handle_fetch(NodeId from, int64_t correlation, FetchRequest request, int64_t now_ms) {
  auto refuse = [&](FetchResponse response) { send_response(from, correlation, std::move(response)); };
  if (!has_valid_cluster_id(request.cluster_id)) return refuse({.error = ErrorCode::kInconsistentClusterId});
  bool possible = request.max_wait_ms >= 0 && request.fetch_offset >= Offset{0} &&
                  request.last_fetched_epoch >= Epoch{0} &&
                  request.last_fetched_epoch <= request.current_leader_epoch &&
                  request.replica.id != self_.id;
  if (!possible) return refuse(fetch_error(ErrorCode::kInvalidRequest));

  FetchResponse response = answer_fetch(request);
  Leader* leader = role_as<Leader>();
  bool valid = response.error == ErrorCode::kNone && !response.diverging && !response.snapshot;
  if (mutant::kAckDiverging && leader && response.diverging) {
    leader->on_fetch(request.replica, std::min(request.fetch_offset, end_.offset), end_.offset, now_ms);
    advance_high_watermark();
  }
  if (valid && leader && request.replica.id >= NodeId{0}) {
    leader->on_fetch(request.replica, request.fetch_offset, end_.offset, now_ms);
    advance_high_watermark();
    response = answer_fetch(request);
  }
  bool has_news = !valid || response.read || response.high_watermark > request.high_watermark;
  if (has_news || request.max_wait_ms == 0) return refuse(std::move(response));

  // One fetch per replica waits: a second one means that nobody reads the answer to the first.
  CHECK(leader);
  auto same = std::find_if(leader->parked.begin(), leader->parked.end(), [&](const ParkedFetch& parked) {
    return parked.request.replica == request.replica && request.replica.id >= NodeId{0};
  });
  if (same != leader->parked.end()) {
    send_response(same->from, same->correlation, response);
    leader->parked.erase(same);
  }
  int64_t deadline = now_ms + std::min(request.max_wait_ms, kWaitMaxMs);
  leader->parked.push_back({from, correlation, std::move(request), deadline});
}

FetchResponse Raft::fetch_error(ErrorCode error) const {
  return {.error = error, .leader = election_.leader, .epoch = election_.epoch};
}

std::optional<ErrorCode> Raft::refuse_as_leader(Epoch request_epoch) const {
  if (request_epoch < election_.epoch) return ErrorCode::kFencedLeaderEpoch;
  if (request_epoch > election_.epoch) return ErrorCode::kUnknownLeaderEpoch;
  if (!role_as<Leader>()) return ErrorCode::kNotLeaderOrFollower;
  return shutting_down_ ? std::optional(ErrorCode::kBrokerNotAvailable) : std::nullopt;
}

// What the leader has for a fetch at this moment. The steps and their order are KIP-595's and KIP-630's.
FetchResponse Raft::answer_fetch(const FetchRequest& request) const {
  if (auto error = refuse_as_leader(request.current_leader_epoch)) return fetch_error(*error);
  FetchResponse response{.leader = election_.leader, .epoch = election_.epoch, .log_start = log_.start()};
  Offset epoch_start = role_as<Leader>()->epoch_start();
  if (high_watermark_ > epoch_start) response.high_watermark = high_watermark_;

  std::optional<SnapshotId> latest = log_.latest_snapshot();
  std::optional<SnapshotId> oldest = log_.oldest_snapshot();
  Offset offset = request.fetch_offset;
  Epoch last_epoch = request.last_fetched_epoch;

  // An empty follower is best served with a snapshot, if there is a real one.
  if (offset == Offset{0} && latest && *latest != kBootstrapSnapshot) {
    response.snapshot = latest;
    return response;
  }
  bool fresh = offset == Offset{0} && log_.start() == Offset{0};
  bool before_log =
      oldest && (offset < log_.start() || (offset == log_.start() && last_epoch != oldest->epoch) ||
                 last_epoch < oldest->epoch);
  if (!fresh && before_log) {
    response.snapshot = latest;
    return response;
  }
  LogPoint known = end_of_epoch(last_epoch);
  if (!fresh && (known.epoch != last_epoch || known.offset < offset)) {
    response.diverging = known;
    return response;
  }
  if (offset < end_.offset)
    response.read = ReadSpan{offset, answer_size(request.max_bytes, config_.fetch_max_bytes)};
  return response;
}

// The log's answer, with what is about to be appended to it.
LogPoint Raft::end_of_epoch(Epoch epoch) const {
  if (epoch >= end_.epoch) return end_;
  return log_.end_of_epoch(epoch);
}

void Raft::complete_parked() {
  std::vector<ParkedFetch> parked = std::move(role_as<Leader>()->parked);
  role_as<Leader>()->parked.clear();
  for (ParkedFetch& fetch : parked) send_response(fetch.from, fetch.correlation, answer_fetch(fetch.request));
}

void Raft::expire_parked(int64_t now_ms) {
  std::vector<ParkedFetch>& parked = role_as<Leader>()->parked;
  for (size_t i = 0; i < parked.size();) {
    if (now_ms < parked[i].deadline_ms) {
      ++i;
      continue;
    }
    send_response(parked[i].from, parked[i].correlation, answer_fetch(parked[i].request));
    parked.erase(parked.begin() + static_cast<ptrdiff_t>(i));
  }
}

void Raft::advance_high_watermark() {
  std::optional<Offset> end = role_as<Leader>()->majority_end();
  if (!end || *end <= high_watermark_) return;
  set_high_watermark(*end);
  complete_parked();
}

// --- snapshots ---

FetchSnapshotResponse Raft::handle_fetch_snapshot(const FetchSnapshotRequest& request, int64_t now_ms) {
  if (!has_valid_cluster_id(request.cluster_id))
    return {.error = ErrorCode::kInconsistentClusterId, .bytes = {}};
  FetchSnapshotResponse response{.leader = election_.leader, .epoch = election_.epoch, .bytes = {}};
  auto refuse = [&](ErrorCode error) {
    response.error = error;
    return response;
  };
  if (auto error = refuse_as_leader(request.current_leader_epoch)) return refuse(*error);
  // The bootstrap snapshot stays where it was made: what it holds is in the log too.
  std::optional<int64_t> size = log_.snapshot_size(request.snapshot);
  if (!size || request.snapshot == kBootstrapSnapshot) return refuse(ErrorCode::kSnapshotNotFound);
  if (request.position < 0 || request.position >= *size) return refuse(ErrorCode::kPositionOutOfRange);
  if (request.max_bytes <= 0) return refuse(ErrorCode::kInvalidRequest);

  role_as<Leader>()->on_contact(request.replica, now_ms);
  response.snapshot = request.snapshot;
  response.size = *size;
  response.position = request.position;
  const int32_t size_max = answer_size(request.max_bytes, config_.snapshot_max_bytes);
  response.read_size = static_cast<int32_t>(std::min<int64_t>(size_max, *size - request.position));
  return response;
}

protocol::Outcome<SnapshotId> Raft::snapshot_at(Offset end) const {
  std::optional<SnapshotId> latest = log_.latest_snapshot();
  bool is_new = end > log_.start() && (!latest || end > latest->offset);
  if (end > high_watermark_ || !is_new) return Error{ErrorCode::kOffsetOutOfRange};
  if (!log_.is_batch_start(end) && !mutant::kSnapshotInsideBatch) return Error{ErrorCode::kOffsetOutOfRange};
  if (mutant::kSnapshotIdOffByOne) return SnapshotId{log_.epoch_at(end - 1), end - 1};
  return SnapshotId{log_.epoch_at(end - 1), end};
}

bool Raft::may_start_at(Offset start) const {
  if (mutant::kLogStartPastSnapshot) return start <= high_watermark_;
  return start == log_.start() || log_.has_snapshot_at(start);
}

// --- telling ---

protocol::Outcome<QuorumDescription> Raft::describe(int64_t now_ms) {
  Leader* leader = role_as<Leader>();
  if (!leader) return Error{ErrorCode::kNotLeaderOrFollower};
  QuorumDescription description{.leader = self_.id, .epoch = election_.epoch, .voters = {}, .observers = {}};
  if (high_watermark_ > leader->epoch_start()) description.high_watermark = high_watermark_;
  auto describe_one = [&](const ReplicaProgress& progress) {
    if (progress.key.stands_for(self_)) return ReplicaDescription{progress.key, end_.offset, now_ms, now_ms};
    return ReplicaDescription{progress.key, progress.end.value_or(kNoOffset), progress.last_fetch_ms,
                              progress.last_caught_up_ms};
  };
  for (const ReplicaProgress& progress : leader->voters())
    description.voters.push_back(describe_one(progress));
  for (const auto& [key, progress] : leader->observers(now_ms)) {
    description.observers.push_back(describe_one(progress));
  }
  return description;
}

}  // namespace klamm::raft
