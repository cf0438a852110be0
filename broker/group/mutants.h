// Planted bugs: mistakes that others made, or that our own design invites, each switched on by
// -DKLAMM_MUTANT=<name> to see whether the simulator catches it (tests/sim/mutants_groups.md). In a normal
// build all of them are false and leave no code behind.
#pragma once

namespace klamm::broker::group::mutant {

#ifdef KLAMM_MUTANT_NO_SYNC_DEADLINE
inline constexpr bool kNoSyncDeadline = true;
#else
inline constexpr bool kNoSyncDeadline = false;
#endif

#ifdef KLAMM_MUTANT_EXPIRE_WHILE_REBALANCING
inline constexpr bool kExpireWhileRebalancing = true;
#else
inline constexpr bool kExpireWhileRebalancing = false;
#endif

#ifdef KLAMM_MUTANT_LOAD_STOPS_AT_TOMBSTONE
inline constexpr bool kLoadStopsAtTombstone = true;
#else
inline constexpr bool kLoadStopsAtTombstone = false;
#endif

#ifdef KLAMM_MUTANT_TOMBSTONES_IN_ONE_BATCH
inline constexpr bool kTombstonesInOneBatch = true;
#else
inline constexpr bool kTombstonesInOneBatch = false;
#endif

#ifdef KLAMM_MUTANT_STABLE_THOUGH_NOT_WRITTEN
inline constexpr bool kStableThoughNotWritten = true;
#else
inline constexpr bool kStableThoughNotWritten = false;
#endif

#ifdef KLAMM_MUTANT_PENDING_OFFSET_STAYS
inline constexpr bool kPendingOffsetStays = true;
#else
inline constexpr bool kPendingOffsetStays = false;
#endif

#ifdef KLAMM_MUTANT_COMMIT_OF_OLD_GENERATION
inline constexpr bool kCommitOfOldGeneration = true;
#else
inline constexpr bool kCommitOfOldGeneration = false;
#endif

#ifdef KLAMM_MUTANT_ANSWER_BEFORE_COMMITMENT
inline constexpr bool kAnswerBeforeCommitment = true;
#else
inline constexpr bool kAnswerBeforeCommitment = false;
#endif

#ifdef KLAMM_MUTANT_OLD_ASSIGNMENT_GIVEN
inline constexpr bool kOldAssignmentGiven = true;
#else
inline constexpr bool kOldAssignmentGiven = false;
#endif

#ifdef KLAMM_MUTANT_STATIC_SWAP_UNWRITTEN
inline constexpr bool kStaticSwapUnwritten = true;
#else
inline constexpr bool kStaticSwapUnwritten = false;
#endif

#ifdef KLAMM_MUTANT_SESSION_NOT_SET_AGAIN
inline constexpr bool kSessionNotSetAgain = true;
#else
inline constexpr bool kSessionNotSetAgain = false;
#endif

#ifdef KLAMM_MUTANT_LEADER_NOT_REPLACED
inline constexpr bool kLeaderNotReplaced = true;
#else
inline constexpr bool kLeaderNotReplaced = false;
#endif

#ifdef KLAMM_MUTANT_MEMBER_ID_NOT_REQUIRED
inline constexpr bool kMemberIdNotRequired = true;
#else
inline constexpr bool kMemberIdNotRequired = false;
#endif

#ifdef KLAMM_MUTANT_ANSWER_NEVER_GIVEN
inline constexpr bool kAnswerNeverGiven = true;
#else
inline constexpr bool kAnswerNeverGiven = false;
#endif

#ifdef KLAMM_MUTANT_NO_SESSIONS_AFTER_LOAD
inline constexpr bool kNoSessionsAfterLoad = true;
#else
inline constexpr bool kNoSessionsAfterLoad = false;
#endif

#ifdef KLAMM_MUTANT_FETCH_BEFORE_COMMITMENT
inline constexpr bool kFetchBeforeCommitment = true;
#else
inline constexpr bool kFetchBeforeCommitment = false;
#endif

#ifdef KLAMM_MUTANT_OLDER_OFFSET_WINS
inline constexpr bool kOlderOffsetWins = true;
#else
inline constexpr bool kOlderOffsetWins = false;
#endif

#ifdef KLAMM_MUTANT_OLD_INSTANCE_ACCEPTED
inline constexpr bool kOldInstanceAccepted = true;
#else
inline constexpr bool kOldInstanceAccepted = false;
#endif

#ifdef KLAMM_MUTANT_EMPTY_NOT_WRITTEN
inline constexpr bool kEmptyNotWritten = true;
#else
inline constexpr bool kEmptyNotWritten = false;
#endif

#ifdef KLAMM_MUTANT_HEARTBEAT_OF_OLD_GENERATION
inline constexpr bool kHeartbeatOfOldGeneration = true;
#else
inline constexpr bool kHeartbeatOfOldGeneration = false;
#endif

}  // namespace klamm::broker::group::mutant
