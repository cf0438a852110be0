// Votes, and how epochs begin and end.
#include <algorithm>

#include "base/check.h"
#include "raft/mutants.h"
#include "raft/raft.h"

namespace klamm::raft {

// --- requests ---

VoteResponse Raft::handle_vote(const VoteRequest& request, int64_t now_ms) {
  if (!has_valid_cluster_id(request.cluster_id)) return {.error = ErrorCode::kInconsistentClusterId};
  auto answer = [this](ErrorCode error, bool granted = false) {
    return VoteResponse{
        .error = error, .leader = election_.leader, .epoch = election_.epoch, .granted = granted};
  };
  // A candidate has made its epoch, so its log cannot know it yet; a pre-vote is asked in the current one.
  bool possible_epoch =
      request.pre_vote ? request.log_end.epoch <= request.epoch : request.log_end.epoch < request.epoch;
  bool possible_end = request.log_end.offset >= Offset{0} && request.log_end.epoch >= Epoch{0};
  if (!possible_epoch || !possible_end) return answer(ErrorCode::kInvalidRequest);
  if (request.epoch < election_.epoch) return answer(ErrorCode::kFencedLeaderEpoch);
  if (request.candidate.id < NodeId{0}) return answer(ErrorCode::kInvalidRequest);

  if (request.epoch > election_.epoch) become_unattached(request.epoch, kNoNode, now_ms);
  if (!is_meant_for_us(request.voter)) return answer(ErrorCode::kInvalidVoterKey);
  bool granted = may_grant(request);
  bool is_new = !election_.has_vote() || mutant::kGrantTwoVotes;
  if (granted && !request.pre_vote && is_new) {
    remember(election_.epoch, kNoNode, request.candidate);
    set_role(Unattached{election_deadline(now_ms)});
  }
  return answer(ErrorCode::kNone, granted);
}

// The rules of KIP-595 and KIP-996. Candidates need not be in our voter set: it may be ours that is old.
bool Raft::may_grant(const VoteRequest& request) const {
  bool up_to_date = request.log_end >= end_ || mutant::kGrantToShortLog;
  if (request.candidate.id == self_.id) return false;
  if (request.pre_vote) {
    const Follower* follower = role_as<Follower>();
    return up_to_date && !role_as<Leader>() && !(follower && follower->has_fetched);
  }
  if (!role_as<Unattached>() && !role_as<Prospective>()) return false;
  // Asking again for the vote that was given gets the same answer: the first one may have been lost.
  if (election_.has_vote() && !mutant::kGrantTwoVotes) return election_.voted.stands_for(request.candidate);
  return up_to_date && election_.leader == kNoNode;
}

BeginQuorumEpochResponse Raft::handle_begin(const BeginQuorumEpochRequest& request, int64_t now_ms) {
  if (!has_valid_cluster_id(request.cluster_id)) return {.error = ErrorCode::kInconsistentClusterId};
  auto answer = [this](ErrorCode error) {
    return BeginQuorumEpochResponse{.error = error, .leader = election_.leader, .epoch = election_.epoch};
  };
  if (request.epoch < election_.epoch) return answer(ErrorCode::kFencedLeaderEpoch);
  if (request.leader < NodeId{0} || !is_consistent(request.epoch, request.leader)) {
    return answer(ErrorCode::kInvalidRequest);
  }
  learn_leader(request.epoch, request.leader, now_ms);
  return answer(is_meant_for_us(request.voter) ? ErrorCode::kNone : ErrorCode::kInvalidVoterKey);
}

EndQuorumEpochResponse Raft::handle_end(const EndQuorumEpochRequest& request, int64_t now_ms) {
  if (!has_valid_cluster_id(request.cluster_id)) return {.error = ErrorCode::kInconsistentClusterId};
  auto answer = [this](ErrorCode error) {
    return EndQuorumEpochResponse{.error = error, .leader = election_.leader, .epoch = election_.epoch};
  };
  if (request.epoch < election_.epoch) return answer(ErrorCode::kFencedLeaderEpoch);
  if (request.leader < NodeId{0} || !is_consistent(request.epoch, request.leader)) {
    return answer(ErrorCode::kInvalidRequest);
  }
  learn_leader(request.epoch, request.leader, now_ms);
  Follower* follower = role_as<Follower>();
  if (follower && election_.leader == request.leader) {
    follower->fetch_deadline_ms = now_ms + end_of_epoch_backoff(request.preferred_candidates);
  }
  return answer(ErrorCode::kNone);
}

// The most caught-up voter stands at once, each one after it waits twice as long as the one before.
int64_t Raft::end_of_epoch_backoff(const std::vector<ReplicaKey>& preferred) const {
  auto own = std::find_if(preferred.begin(), preferred.end(),
                          [this](const ReplicaKey& candidate) { return candidate.stands_for(self_); });
  int64_t position = own - preferred.begin();
  int64_t max = config_.election_backoff_max_ms;
  if (position == 0) return 0;
  if (own == preferred.end()) return max;
  int64_t base = max >> std::min<size_t>(preferred.size() - 1, 31);
  return std::min(max, base << std::min<int64_t>(position - 1, 31));
}

// --- responses ---

bool Raft::on_vote_response(NodeId voter, const VoteResponse& response, int64_t now_ms) {
  if (response.error == ErrorCode::kUnsupportedVersion && role_as<Prospective>()) {
    // A voter that knows no pre-vote would never answer one: do without (KIP-996).
    become_candidate(now_ms);
    return true;
  }
  if (auto handled = handle_common(response.error, response.epoch, response.leader, now_ms)) return *handled;

  Prospective* prospective = role_as<Prospective>();
  Candidate* candidate = role_as<Candidate>();
  if (!prospective && !candidate) return true;
  Tally& tally = prospective ? prospective->tally : candidate->tally;
  if (!voters_.find(voter) || tally.has(voter)) return true;
  (response.granted ? tally.granted : tally.rejected).push_back(voter);
  count_votes(now_ms);
  return true;
}

void Raft::count_votes(int64_t now_ms) {
  if (Prospective* prospective = role_as<Prospective>()) {
    if (prospective->tally.is_won(voters_)) return become_candidate(now_ms);
    if (prospective->tally.is_lost(voters_)) return after_lost_pre_vote(now_ms);
  } else if (Candidate* candidate = role_as<Candidate>()) {
    // A candidate that has lost waits for its timeout, so that those who lost do not all stand again at once.
    if (candidate->tally.is_won(voters_)) become_leader(now_ms);
  }
}

void Raft::after_lost_pre_vote(int64_t now_ms) {
  bool can_follow = election_.leader != kNoNode && election_.leader != self_.id;
  if (can_follow) {
    become_follower(election_.epoch, election_.leader, now_ms);
    // The others have heard of the leader lately, or wait until they doubt it (Kafka's do): they are asked
    // again before those would ask, unless a fetch gets through.
    role_as<Follower>()->fetch_deadline_ms = in_random(config_.election_timeout_ms / 4, now_ms);
  } else {
    become_unattached(election_.epoch, election_.leader, now_ms);
  }
}

bool Raft::on_begin_response(const BeginQuorumEpochResponse& response, int64_t now_ms) {
  if (auto handled = handle_common(response.error, response.epoch, response.leader, now_ms)) return *handled;
  return true;
}

bool Raft::on_end_response(NodeId voter, const EndQuorumEpochResponse& response, int64_t now_ms) {
  if (auto handled = handle_common(response.error, response.epoch, response.leader, now_ms)) return *handled;
  if (Resigned* resigned = role_as<Resigned>()) std::erase(resigned->unacknowledged, voter);
  return true;
}

// What every response tells, whatever was asked: who leads, in which epoch. Gives whether the peer is well,
// or nothing if the response is a success of our own epoch and is worth reading further.
std::optional<bool> Raft::handle_common(ErrorCode error, Epoch epoch, NodeId leader, int64_t now_ms) {
  if (epoch == kNoEpoch) return false;
  // An answer from an older epoch describes a log and a leader that may no longer be (KAFKA-18991). Who is
  // behind, and says so with an error, would say it again at once.
  if (epoch < election_.epoch) return error == ErrorCode::kNone;
  if (!is_consistent(epoch, leader)) return false;
  // A leader that is remembered, and could not be reached when this replica came up, is found as well.
  bool is_followed = election_.leader != kNoNode && (election_.leader == self_.id || !role_as<Unattached>());
  bool found_leader = leader != kNoNode && !is_followed;
  if (epoch > election_.epoch || found_leader) {
    bool newer = epoch > election_.epoch;
    learn_leader(epoch, leader, now_ms);
    // An observer may find the leader and get records in one and the same fetch.
    if (newer || error != ErrorCode::kNone) return true;
    return std::nullopt;
  }
  if (error != ErrorCode::kNone) return false;
  return std::nullopt;
}

// --- who leads ---

// An epoch has one leader. Whoever names another one is wrong, and so is whoever says that we lead when we do
// not; unless the epoch is one that we know nothing of, see learn_leader.
bool Raft::is_consistent(Epoch epoch, NodeId leader) const {
  if (epoch != election_.epoch || leader == kNoNode) return true;
  if (leader == self_.id) return election_.leader == self_.id;
  return election_.leader == kNoNode || election_.leader == leader;
}

void Raft::learn_leader(Epoch epoch, NodeId leader, int64_t now_ms) {
  CHECK(epoch >= election_.epoch);
  if (epoch > election_.epoch) {
    // We led this epoch and have forgotten it, or another process runs under our id. A voter that has lost
    // its memory must not vote in that epoch again: an epoch with a known leader gets no vote.
    if (leader == kNoNode || leader == self_.id) return become_unattached(epoch, leader, now_ms);
    return become_follower(epoch, leader, now_ms);
  }
  if (leader == kNoNode || leader == self_.id || role_as<Leader>() || role_as<Resigned>()) return;
  if (election_.leader == kNoNode || role_as<Unattached>()) become_follower(epoch, leader, now_ms);
}

void Raft::poll_election(const Tally& tally, bool pre_vote, int64_t now_ms) {
  if (tally.is_lost(voters_)) return;
  for (const Voter& voter : voters_) {
    if (voter.key.id == self_.id || tally.has(voter.key.id)) continue;
    send_request(voter.key.id,
                 VoteRequest{.cluster_id = config_.cluster_id,
                             .voter = voter.key,
                             .epoch = election_.epoch,
                             .candidate = self_,
                             .log_end = end_,
                             .pre_vote = pre_vote},
                 now_ms);
  }
}

}  // namespace klamm::raft
