// How a replica passes from one role to another, and what it remembers of it.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "raft/mutants.h"
#include "raft/raft.h"

namespace klamm::raft {

void Raft::become_unattached(Epoch epoch, NodeId leader, int64_t now_ms) {
  CHECK(epoch > election_.epoch || (epoch == election_.epoch && role_as<Prospective>()));
  // An election that was already waited for is not put off by somebody else's epoch.
  int64_t deadline = election_deadline(now_ms);
  if (auto* candidate = role_as<Candidate>()) {
    deadline = candidate->election_deadline_ms;
  } else if (auto* unattached = role_as<Unattached>()) {
    deadline = unattached->election_deadline_ms;
  } else if (auto* resigned = role_as<Resigned>()) {
    deadline = resigned->election_deadline_ms;
  } else if (auto* prospective = role_as<Prospective>();
             prospective && !prospective->tally.is_lost(voters_)) {
    deadline = prospective->election_deadline_ms;
  }
  remember(epoch, leader, epoch == election_.epoch ? election_.voted : ReplicaKey{});
  set_role(Unattached{is_voter() ? deadline : kNever});
}

void Raft::become_prospective(int64_t now_ms) {
  CHECK(is_voter() || mutant::kObserverCandidate);
  set_role(Prospective{.tally = {.granted = {self_.id}, .rejected = {}},
                       .election_deadline_ms = election_deadline(now_ms)});
  count_votes(now_ms);
}

void Raft::become_candidate(int64_t now_ms) {
  CHECK(is_voter() || mutant::kObserverCandidate);
  CHECK(role_as<Prospective>());
  remember(election_.epoch.next(), kNoNode, self_);
  set_role(Candidate{.tally = {.granted = {self_.id}, .rejected = {}},
                     .election_deadline_ms = election_deadline(now_ms)});
  count_votes(now_ms);
}

void Raft::become_leader(int64_t now_ms) {
  Candidate* candidate = role_as<Candidate>();
  CHECK(candidate && candidate->tally.is_won(voters_));
  LeaderChangeRecord record{.leader = self_.id, .voters = {}, .granting_voters = {}, .statement = {}};
  for (const Voter& voter : voters_) {
    record.voters.push_back(voter.key);
    if (std::count(candidate->tally.granted.begin(), candidate->tally.granted.end(), voter.key.id) > 0) {
      record.granting_voters.push_back(voter.key);
    }
  }
  remember(election_.epoch, self_.id, {});
  Leader leader(self_, voters_, end_.offset, config_.fetch_timeout_ms, now_ms);
  leader.on_local_sync(synced_end_);
  set_role(std::move(leader));
  if (config_.unsaid_voters && !voters_said_at_) {
    record.statement = config_.unsaid_voters;
    voters_said_at_ = end_.offset;
  }
  const int32_t count = record.record_count();
  append_batch(count, std::move(record));
  advance_high_watermark();
}

void Raft::become_follower(Epoch epoch, NodeId leader, int64_t now_ms) {
  CHECK(leader != kNoNode && leader != self_.id);
  CHECK(epoch > election_.epoch || (epoch == election_.epoch && !role_as<Leader>()));
  remember(epoch, leader, epoch == election_.epoch ? election_.voted : ReplicaKey{});
  set_role(Follower{.fetch_deadline_ms = now_ms + config_.fetch_timeout_ms, .download = std::nullopt});
}

void Raft::become_resigned(int64_t now_ms) {
  Leader* leader = role_as<Leader>();
  CHECK(leader);
  Resigned resigned{election_deadline(now_ms), leader->preferred_candidates(), {}};
  for (const ReplicaKey& voter : resigned.preferred_candidates) resigned.unacknowledged.push_back(voter.id);
  set_role(std::move(resigned));
}

void Raft::set_role(Role role) {
  CHECK(may_follow(kind_of(role_), kind_of(role)));
  std::vector<ParkedFetch> parked;
  if (Leader* leader = role_as<Leader>()) parked = std::move(leader->parked);
  role_ = std::move(role);
  peers_.reset_all();
  for (const ParkedFetch& fetch : parked) {
    send_response(fetch.from, fetch.correlation, fetch_error(ErrorCode::kNotLeaderOrFollower));
  }
}

void Raft::remember(Epoch epoch, NodeId leader, ReplicaKey voted) {
  CHECK(epoch >= election_.epoch);
  ElectionState next{epoch, leader, voted, election_.voter_ids};
  if (next == election_) return;
  election_ = next;
  output_.quorum_state = std::move(next);
}

int64_t Raft::election_deadline(int64_t now_ms) { return in_random(config_.election_timeout_ms, now_ms); }

int64_t Raft::first_deadline(int64_t now_ms) { return in_random(config_.first_election_timeout_ms, now_ms); }

int64_t Raft::in_random(int32_t timeout_ms, int64_t now_ms) {
  if (!is_voter() && !mutant::kObserverCandidate) return kNever;
  // Roles that wait for no time at all would follow each other for ever, within one call.
  const int64_t timeout = std::max(timeout_ms, 1);
  return now_ms + timeout + static_cast<int64_t>(random_.below(static_cast<uint64_t>(timeout)));
}

}  // namespace klamm::raft
