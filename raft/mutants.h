// Planted bugs: mistakes that others made, each switched on by -DKLAMM_MUTANT=<name> to see whether the simulator
// catches it (tests/sim/mutants.md). In a normal build all of them are false and leave no code behind.
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

}  // namespace klamm::raft::mutant
