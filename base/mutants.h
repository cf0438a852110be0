// Planted bugs of whole servers: mistakes that others made, each switched on by -DKLAMM_MUTANT_<name>=1 to
// see whether the simulator catches it (tests/sim/mutants_cluster.md). In a normal build all of them are
// false and leave no code behind.
#pragma once

namespace klamm::mutant {

#ifdef KLAMM_MUTANT_HIGH_WATERMARK_ALONE
inline constexpr bool kHighWatermarkAlone = true;
#else
inline constexpr bool kHighWatermarkAlone = false;
#endif

#ifdef KLAMM_MUTANT_HIGH_WATERMARK_UNDER_MIN_ISR
inline constexpr bool kHighWatermarkUnderMinIsr = true;
#else
inline constexpr bool kHighWatermarkUnderMinIsr = false;
#endif

#ifdef KLAMM_MUTANT_JOIN_BEHIND
inline constexpr bool kJoinBehind = true;
#else
inline constexpr bool kJoinBehind = false;
#endif

#ifdef KLAMM_MUTANT_STALE_EPOCH_JOINS
inline constexpr bool kStaleEpochJoins = true;
#else
inline constexpr bool kStaleEpochJoins = false;
#endif

#ifdef KLAMM_MUTANT_FENCED_JOINS
inline constexpr bool kFencedJoins = true;
#else
inline constexpr bool kFencedJoins = false;
#endif

#ifdef KLAMM_MUTANT_LOST_TAIL_STAYS
inline constexpr bool kLostTailStays = true;
#else
inline constexpr bool kLostTailStays = false;
#endif

#ifdef KLAMM_MUTANT_ELR_KEEPS_LOST
inline constexpr bool kElrKeepsLost = true;
#else
inline constexpr bool kElrKeepsLost = false;
#endif

#ifdef KLAMM_MUTANT_ANSWER_OF_OLD_EPOCH
inline constexpr bool kAnswerOfOldEpoch = true;
#else
inline constexpr bool kAnswerOfOldEpoch = false;
#endif

#ifdef KLAMM_MUTANT_DIVERGENCE_NOT_TOLD
inline constexpr bool kDivergenceNotTold = true;
#else
inline constexpr bool kDivergenceNotTold = false;
#endif

#ifdef KLAMM_MUTANT_CUT_TO_HIGH_WATERMARK
inline constexpr bool kCutToHighWatermark = true;
#else
inline constexpr bool kCutToHighWatermark = false;
#endif

#ifdef KLAMM_MUTANT_EPOCHS_KEPT
inline constexpr bool kEpochsKept = true;
#else
inline constexpr bool kEpochsKept = false;
#endif

#ifdef KLAMM_MUTANT_CLEAN_MARK_STAYS
inline constexpr bool kCleanMarkStays = true;
#else
inline constexpr bool kCleanMarkStays = false;
#endif

#ifdef KLAMM_MUTANT_OLD_TOPIC_ADOPTED
inline constexpr bool kOldTopicAdopted = true;
#else
inline constexpr bool kOldTopicAdopted = false;
#endif

#ifdef KLAMM_MUTANT_TAIL_NOT_EXAMINED
inline constexpr bool kTailNotExamined = true;
#else
inline constexpr bool kTailNotExamined = false;
#endif

#ifdef KLAMM_MUTANT_ACKNOWLEDGED_BY_LEADER
inline constexpr bool kAcknowledgedByLeader = true;
#else
inline constexpr bool kAcknowledgedByLeader = false;
#endif

#ifdef KLAMM_MUTANT_READ_PAST_HIGH_WATERMARK
inline constexpr bool kReadPastHighWatermark = true;
#else
inline constexpr bool kReadPastHighWatermark = false;
#endif

#ifdef KLAMM_MUTANT_FENCED_LAST_KNOWN
inline constexpr bool kFencedLastKnown = true;
#else
inline constexpr bool kFencedLastKnown = false;
#endif

#ifdef KLAMM_MUTANT_UNCLEAN_ALWAYS
inline constexpr bool kUncleanAlways = true;
#else
inline constexpr bool kUncleanAlways = false;
#endif

#ifdef KLAMM_MUTANT_PARTITION_EPOCH_NOT_CHECKED
inline constexpr bool kPartitionEpochNotChecked = true;
#else
inline constexpr bool kPartitionEpochNotChecked = false;
#endif

#ifdef KLAMM_MUTANT_SEQUENCES_NOT_CHECKED
inline constexpr bool kSequencesNotChecked = true;
#else
inline constexpr bool kSequencesNotChecked = false;
#endif

#ifdef KLAMM_MUTANT_PRODUCER_IDS_AGAIN
inline constexpr bool kProducerIdsAgain = true;
#else
inline constexpr bool kProducerIdsAgain = false;
#endif

// The second list.

#ifdef KLAMM_MUTANT_STRAYS_INVERTED
inline constexpr bool kStraysInverted = true;
#else
inline constexpr bool kStraysInverted = false;
#endif

#ifdef KLAMM_MUTANT_FLUSHES_DELETED
inline constexpr bool kFlushesDeleted = true;
#else
inline constexpr bool kFlushesDeleted = false;
#endif

#ifdef KLAMM_MUTANT_EPOCHS_UNSYNCED
inline constexpr bool kEpochsUnsynced = true;
#else
inline constexpr bool kEpochsUnsynced = false;
#endif

#ifdef KLAMM_MUTANT_HIGH_WATERMARK_BEFORE_CUT
inline constexpr bool kHighWatermarkBeforeCut = true;
#else
inline constexpr bool kHighWatermarkBeforeCut = false;
#endif

#ifdef KLAMM_MUTANT_SNAPSHOT_OVER_IMAGE
inline constexpr bool kSnapshotOverImage = true;
#else
inline constexpr bool kSnapshotOverImage = false;
#endif

#ifdef KLAMM_MUTANT_START_WITHOUT_SNAPSHOT
inline constexpr bool kStartWithoutSnapshot = true;
#else
inline constexpr bool kStartWithoutSnapshot = false;
#endif

#ifdef KLAMM_MUTANT_ELR_NOT_CLEARED
inline constexpr bool kElrNotCleared = true;
#else
inline constexpr bool kElrNotCleared = false;
#endif

// The third list.

#ifdef KLAMM_MUTANT_ALDER
inline constexpr bool kAlder = true;
#else
inline constexpr bool kAlder = false;
#endif

#ifdef KLAMM_MUTANT_BIRCH
inline constexpr bool kBirch = true;
#else
inline constexpr bool kBirch = false;
#endif

#ifdef KLAMM_MUTANT_CEDAR
inline constexpr bool kCedar = true;
#else
inline constexpr bool kCedar = false;
#endif

#ifdef KLAMM_MUTANT_ELDER
inline constexpr bool kElder = true;
#else
inline constexpr bool kElder = false;
#endif

#ifdef KLAMM_MUTANT_HAZEL
inline constexpr bool kHazel = true;
#else
inline constexpr bool kHazel = false;
#endif

}  // namespace klamm::mutant
