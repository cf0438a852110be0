// Planted bugs: mistakes that others made, each switched on by -DKLAMM_MUTANT=<name> to see whether the
// simulator catches it (tests/sim/mutants.md). In a normal build all of them are false and leave no code
// behind.
#pragma once

namespace klamm::raft::mutant {

#ifdef KLAMM_MUTANT_ACK_UNSYNCED
inline constexpr bool kAckUnsynced = true;
#else
inline constexpr bool kAckUnsynced = false;
#endif

#ifdef KLAMM_MUTANT_RESUME_LEADERSHIP
inline constexpr bool kResumeLeadership = true;
#else
inline constexpr bool kResumeLeadership = false;
#endif

#ifdef KLAMM_MUTANT_TRUNCATE_BELOW_HIGH_WATERMARK
inline constexpr bool kTruncateBelowHighWatermark = true;
#else
inline constexpr bool kTruncateBelowHighWatermark = false;
#endif

#ifdef KLAMM_MUTANT_COMMIT_EARLIER_EPOCH
inline constexpr bool kCommitEarlierEpoch = true;
#else
inline constexpr bool kCommitEarlierEpoch = false;
#endif

#ifdef KLAMM_MUTANT_IGNORE_CLUSTER_ID
inline constexpr bool kIgnoreClusterId = true;
#else
inline constexpr bool kIgnoreClusterId = false;
#endif

#ifdef KLAMM_MUTANT_NO_CHECK_QUORUM
inline constexpr bool kNoCheckQuorum = true;
#else
inline constexpr bool kNoCheckQuorum = false;
#endif

#ifdef KLAMM_MUTANT_OBSERVER_CANDIDATE
inline constexpr bool kObserverCandidate = true;
#else
inline constexpr bool kObserverCandidate = false;
#endif

#ifdef KLAMM_MUTANT_ANNOUNCE_LEADER_EARLY
inline constexpr bool kAnnounceLeaderEarly = true;
#else
inline constexpr bool kAnnounceLeaderEarly = false;
#endif

#ifdef KLAMM_MUTANT_LOG_START_PAST_SNAPSHOT
inline constexpr bool kLogStartPastSnapshot = true;
#else
inline constexpr bool kLogStartPastSnapshot = false;
#endif

#ifdef KLAMM_MUTANT_SNAPSHOT_INSIDE_BATCH
inline constexpr bool kSnapshotInsideBatch = true;
#else
inline constexpr bool kSnapshotInsideBatch = false;
#endif

// The second list.

#ifdef KLAMM_MUTANT_GRANT_TWO_VOTES
inline constexpr bool kGrantTwoVotes = true;
#else
inline constexpr bool kGrantTwoVotes = false;
#endif

#ifdef KLAMM_MUTANT_GRANT_TO_SHORT_LOG
inline constexpr bool kGrantToShortLog = true;
#else
inline constexpr bool kGrantToShortLog = false;
#endif

#ifdef KLAMM_MUTANT_ACK_DIVERGING
inline constexpr bool kAckDiverging = true;
#else
inline constexpr bool kAckDiverging = false;
#endif

#ifdef KLAMM_MUTANT_TRUST_PAGE_CACHE
inline constexpr bool kTrustPageCache = true;
#else
inline constexpr bool kTrustPageCache = false;
#endif

#ifdef KLAMM_MUTANT_COMMIT_BY_MINORITY
inline constexpr bool kCommitByMinority = true;
#else
inline constexpr bool kCommitByMinority = false;
#endif

#ifdef KLAMM_MUTANT_CHECK_QUORUM_ALONE
inline constexpr bool kCheckQuorumAlone = true;
#else
inline constexpr bool kCheckQuorumAlone = false;
#endif

#ifdef KLAMM_MUTANT_ANNOUNCE_RESIGNED
inline constexpr bool kAnnounceResigned = true;
#else
inline constexpr bool kAnnounceResigned = false;
#endif

#ifdef KLAMM_MUTANT_SNAPSHOT_ID_OFF_BY_ONE
inline constexpr bool kSnapshotIdOffByOne = true;
#else
inline constexpr bool kSnapshotIdOffByOne = false;
#endif

}  // namespace klamm::raft::mutant
