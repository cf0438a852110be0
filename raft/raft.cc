#include "raft/raft.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/mutants.h"
#include "raft/mutants.h"

namespace klamm::raft {
namespace {

std::vector<NodeId> bootstrap_servers(const RaftConfig& config, const ReplicaKey& self,
                                      const Voters& voters) {
  if (!config.bootstrap_servers.empty()) return config.bootstrap_servers;
  std::vector<NodeId> others;
  for (const Voter& voter : voters) {
    if (voter.key.id != self.id) others.push_back(voter.key.id);
  }
  return others;
}

std::vector<NodeId> ids_of(const Voters& voters) {
  std::vector<NodeId> ids;
  for (const Voter& voter : voters) ids.push_back(voter.key.id);
  return ids;
}

// Everything below a snapshot's end was committed when it was made.
Offset committed_by_snapshot(const LogView& log) {
  std::optional<SnapshotId> latest = log.latest_snapshot();
  return std::max(log.start(), latest ? latest->offset : Offset{0});
}

}  // namespace

// --- start ---

Raft::Raft(const RaftConfig& config, ReplicaKey self, Voters voters, const LogView& log,
           ElectionState remembered, Random& random, int64_t now_ms)
    : config_(config),
      self_(self),
      voters_(std::move(voters)),
      log_(log),
      random_(random),
      election_(std::move(remembered)),
      role_(Unattached{kNever}),
      peers_(bootstrap_servers(config, self, voters_), config.request_timeout_ms, config.retry_backoff_ms),
      end_(log.end()),
      synced_end_(mutant::kTrustPageCache ? log.end().offset : committed_by_snapshot(log)),
      high_watermark_(committed_by_snapshot(log)),
      applied_(Offset{0}) {
  CHECK(self.id >= NodeId{0});
  CHECK(may_start_from(log).ok());
  election_.voter_ids = ids_of(voters_);
  // What the log holds may be in the page cache only: written by a process that died before it synced. It
  // counts when this sync is done, not before.
  output_.sync = Sync{end_.offset, generation_};
  if (high_watermark_ > Offset{0}) output_.high_watermark = high_watermark_;
  start(now_ms);
  poll(now_ms);
}

Result<void, Failure> Raft::may_start_from(const LogView& log) {
  if (klamm::mutant::kStartWithoutSnapshot) return {};
  std::optional<SnapshotId> latest = log.latest_snapshot();
  if (log.start() > Offset{0} && (!latest || latest->offset < log.start())) {
    return Error{
        Failure{"the metadata log begins at offset " + std::to_string(log.start().value) +
                ", and no snapshot holds what was before it. Restore the missing .checkpoint file, or "
                "format the node anew and let it join again."}};
  }
  return {};
}

void Raft::start(int64_t now_ms) {
  bool remembers_leading = election_.leader == self_.id;
  ReplicaKey voted = election_.voted;
  bool voted_for_self = voted.id == self_.id && voted.stands_for(self_);
  bool leader_is_voter = election_.leader != kNoNode && voters_.find(election_.leader);

  if (election_.epoch < end_.epoch) {
    remember(end_.epoch, kNoNode, {});
    role_ = Unattached{first_deadline(now_ms)};
  } else if (remembers_leading && mutant::kResumeLeadership && is_voter()) {
    role_ = Candidate{.tally = {.granted = ids_of(voters_), .rejected = {}}, .election_deadline_ms = kNever};
    become_leader(now_ms);
  } else if (remembers_leading && !is_voter()) {
    // It led while it was a voter. An observer has no election to wait for: it goes on where no epoch is its.
    remember(election_.epoch.next(), kNoNode, {});
    role_ = Unattached{kNever};
  } else if (remembers_leading) {
    // Never lead on: records that were appended but not synced may be lost, and others would take their
    // offsets in the same epoch (KAFKA-10527). Never vote in this epoch either.
    Resigned resigned{first_deadline(now_ms), {}, {}};
    for (const Voter& voter : voters_) {
      if (voter.key.id != self_.id) resigned.unacknowledged.push_back(voter.key.id);
    }
    role_ = std::move(resigned);
  } else if (voted_for_self && is_voter()) {
    role_ = Candidate{.tally = {.granted = {self_.id}, .rejected = {}},
                      .election_deadline_ms = election_deadline(now_ms)};
    count_votes(now_ms);
  } else if (leader_is_voter) {
    role_ = Follower{.fetch_deadline_ms = now_ms + config_.fetch_timeout_ms, .download = std::nullopt};
  } else {
    role_ = Unattached{first_deadline(now_ms)};
  }
  // Nobody else can be elected, so there is nothing to wait for.
  bool idle = !role_as<Leader>() && !role_as<Candidate>();
  if (voters_.is_only_voter(self_) && idle) become_prospective(now_ms);
}

// --- what happens ---

void Raft::step(Message message, int64_t now_ms) {
  check_log();
  if (auto* request = std::get_if<Request>(&message.body)) {
    if (auto* fetch = std::get_if<FetchRequest>(request)) {
      handle_fetch(message.from, message.correlation, std::move(*fetch), now_ms);
    } else {
      send_response(message.from, message.correlation, handle_request(*request, now_ms));
    }
  } else if (peers_.awaits(message.from, message.correlation)) {
    // Answers that came too late, or that were asked for in another role, say nothing about what is asked
    // now.
    bool ok = on_response(message.from, std::get<Response>(message.body), now_ms);
    peers_.on_response(message.from, message.correlation, ok, now_ms);
  }
  poll(now_ms);
}

Response Raft::handle_request(const Request& request, int64_t now_ms) {
  if (auto* vote = std::get_if<VoteRequest>(&request)) return handle_vote(*vote, now_ms);
  if (auto* begin = std::get_if<BeginQuorumEpochRequest>(&request)) return handle_begin(*begin, now_ms);
  if (auto* end = std::get_if<EndQuorumEpochRequest>(&request)) return handle_end(*end, now_ms);
  return handle_fetch_snapshot(std::get<FetchSnapshotRequest>(request), now_ms);
}

bool Raft::on_response(NodeId from, Response& response, int64_t now_ms) {
  if (auto* vote = std::get_if<VoteResponse>(&response)) return on_vote_response(from, *vote, now_ms);
  if (auto* begin = std::get_if<BeginQuorumEpochResponse>(&response))
    return on_begin_response(*begin, now_ms);
  if (auto* end = std::get_if<EndQuorumEpochResponse>(&response)) return on_end_response(from, *end, now_ms);
  if (auto* fetch = std::get_if<FetchResponse>(&response)) return on_fetch_response(*fetch, now_ms);
  return on_fetch_snapshot_response(std::get<FetchSnapshotResponse>(response), now_ms);
}

void Raft::tick(int64_t now_ms) {
  check_log();
  poll(now_ms);
}

void Raft::disconnected(NodeId peer, int64_t now_ms) {
  check_log();
  peers_.on_failure(peer, now_ms);
  Follower* follower = role_as<Follower>();
  if (follower && is_voter() && peer == election_.leader) {
    follower->has_fetched = false;  // it vouches for the leader no more, until it hears it again
    follower->fetch_deadline_ms =
        std::min(follower->fetch_deadline_ms, in_random(config_.election_timeout_ms / 10, now_ms));
  }
  poll(now_ms);
}

void Raft::persisted(const Sync& sync, int64_t now_ms) {
  check_log();
  if (sync.generation != generation_) return;
  CHECK(sync.end <= end_.offset);
  synced_end_ = std::max(synced_end_, sync.end);
  if (Leader* leader = role_as<Leader>()) {
    leader->on_local_sync(synced_end_);
    advance_high_watermark();
  }
  poll(now_ms);
}

void Raft::applied(Offset end) {
  CHECK(end <= high_watermark_);
  applied_ = std::max(applied_, end);
}

void Raft::resign(Epoch epoch, int64_t now_ms) {
  check_log();
  if (epoch != election_.epoch || !role_as<Leader>()) return;
  become_resigned(now_ms);
  poll(now_ms);
}

void Raft::begin_shutdown(int64_t now_ms) {
  check_log();
  shutting_down_ = true;
  poll(now_ms);
}

bool Raft::shutdown_done() const {
  bool led_by_another = election_.leader != kNoNode && election_.leader != self_.id;
  return shutting_down_ && (!is_voter() || voters_.is_only_voter(self_) || led_by_another);
}

// --- time ---

void Raft::poll(int64_t now_ms) {
  last_poll_ms_ = now_ms;
  RoleKind before;
  Epoch epoch_before;
  do {
    before = role();
    epoch_before = epoch();
    poll_role(now_ms);
  } while (before != role() || epoch_before != epoch());
}

void Raft::poll_role(int64_t now_ms) {
  if (auto* unattached = role_as<Unattached>()) {
    if (now_ms >= unattached->election_deadline_ms && !shutting_down_) return become_prospective(now_ms);
    poll_bootstrap(now_ms);
  } else if (auto* prospective = role_as<Prospective>()) {
    if (now_ms >= prospective->election_deadline_ms && !shutting_down_) return after_lost_pre_vote(now_ms);
    poll_election(prospective->tally, true, now_ms);
  } else if (auto* candidate = role_as<Candidate>()) {
    if (now_ms >= candidate->election_deadline_ms && !shutting_down_) return become_prospective(now_ms);
    poll_election(candidate->tally, false, now_ms);
  } else if (auto* leader = role_as<Leader>()) {
    poll_leader(*leader, now_ms);
  } else if (auto* follower = role_as<Follower>()) {
    poll_follower(*follower, now_ms);
  } else {
    poll_resigned(std::get<Resigned>(role_), now_ms);
  }
}

void Raft::poll_resigned(Resigned& resigned, int64_t now_ms) {
  // The epoch is over for everyone: a resigned leader that stayed in it would have to follow itself.
  if (now_ms >= resigned.election_deadline_ms && !shutting_down_) {
    return become_unattached(election_.epoch.next(), kNoNode, now_ms);
  }
  for (NodeId voter : resigned.unacknowledged) {
    send_request(voter,
                 EndQuorumEpochRequest{.cluster_id = config_.cluster_id,
                                       .leader = self_.id,
                                       .epoch = election_.epoch,
                                       .preferred_candidates = resigned.preferred_candidates},
                 now_ms);
  }
}

int64_t Raft::next_deadline() const {
  int64_t next = peers_.next_deadline(last_poll_ms_);
  auto consider = [&](int64_t deadline) { next = std::min(next, deadline); };
  if (auto* leader = role_as<Leader>()) {
    consider(leader->check_quorum_deadline());
    if (leader->voters().size() > 1) consider(leader->begin_quorum_deadline_ms);
    for (const ParkedFetch& fetch : leader->parked) consider(fetch.deadline_ms);
  } else if (shutting_down_) {
    // Nothing but answers is waited for.
  } else if (auto* unattached = role_as<Unattached>()) {
    consider(unattached->election_deadline_ms);
  } else if (auto* prospective = role_as<Prospective>()) {
    consider(prospective->election_deadline_ms);
  } else if (auto* candidate = role_as<Candidate>()) {
    consider(candidate->election_deadline_ms);
  } else if (auto* follower = role_as<Follower>()) {
    if (is_voter() || mutant::kObserverCandidate) consider(follower->fetch_deadline_ms);
  } else {
    consider(std::get<Resigned>(role_).election_deadline_ms);
  }
  return next;
}

// --- output ---

Output Raft::take_output() {
  if (Leadership now = leadership(); now != announced_) {
    announced_ = now;
    output_.leadership = now;
  }
  return std::exchange(output_, Output{});
}

Leadership Raft::leadership() const {
  if (auto* leader = role_as<Leader>()) {
    bool has_read_up = applied_ > leader->epoch_start() || mutant::kAnnounceLeaderEarly;
    return {election_.epoch, has_read_up ? self_.id : kNoNode};
  }
  bool hides_self = election_.leader == self_.id && !mutant::kAnnounceResigned;
  return {election_.epoch, hides_self ? kNoNode : election_.leader};
}

bool Raft::send_request(NodeId to, Request request, int64_t now_ms) {
  if (!peers_.is_ready(to, now_ms)) return false;
  int64_t correlation = peers_.on_sent(to, now_ms);
  output_.messages.push_back(
      {.from = self_.id, .to = to, .correlation = correlation, .body = std::move(request)});
  return true;
}

void Raft::send_response(NodeId to, int64_t correlation, Response response) {
  output_.messages.push_back(
      {.from = self_.id, .to = to, .correlation = correlation, .body = std::move(response)});
}

void Raft::set_high_watermark(Offset offset) {
  CHECK(offset <= end_.offset);
  // That nothing is committed beyond the own snapshot is news as well, once.
  const bool is_first = offset == high_watermark_ && offset > Offset{0} && !is_high_watermark_heard_;
  if (offset <= high_watermark_ && !is_first) return;
  is_high_watermark_heard_ = true;
  high_watermark_ = offset;
  output_.high_watermark = offset;
}

// --- small questions ---

bool Raft::has_valid_cluster_id(const std::optional<std::string>& cluster_id) const {
  return mutant::kIgnoreClusterId || !cluster_id || *cluster_id == config_.cluster_id;
}

bool Raft::is_meant_for_us(const std::optional<ReplicaKey>& voter) const {
  return !voter || voter->id < NodeId{0} || voter->stands_for(self_);
}

// The driver owes it to the machine that the log is what the outputs have made of it.
void Raft::check_log() const {
  CHECK(!installing_);
  if (output_.empty()) CHECK(log_.end() == end_);
}

}  // namespace klamm::raft
