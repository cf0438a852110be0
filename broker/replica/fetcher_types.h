// What a ReplicaFetcher is told of partitions and their logs, and what it wants done with them.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/logging.h"
#include "base/types.h"
#include "base/uuid.h"
#include "broker/metadata/features.h"
#include "storage/leader_epochs.h"

namespace klamm::broker {

struct FetcherSettings {
  int32_t partition_size_max = 1 << 20;  // replica.fetch.max.bytes
  int32_t response_size_max = 10 << 20;  // replica.fetch.response.max.bytes
  int32_t size_min = 1;                  // replica.fetch.min.bytes
  int32_t wait_max_ms = 500;             // replica.fetch.wait.max.ms
  int32_t backoff_ms = 1000;             // replica.fetch.backoff.ms
  NodeId self = kNoNode;
  // KIP-903: with it the leader tells this run of the broker from the one before, whose tail may be lost.
  int64_t broker_epoch = -1;
  int16_t fetch_version = 18;
  int16_t list_offsets_version = 11;

  // As Kafka's followers: the metadata version decides, and not what the leader would know.
  void set_versions(MetadataVersion version);
  friend bool operator==(const FetcherSettings&, const FetcherSettings&) = default;
};

// A topic that is created again under its name has another id: its partitions are others.
struct PartitionKey {
  Uuid topic_id;
  int32_t partition = 0;

  friend auto operator<=>(const PartitionKey&, const PartitionKey&) = default;
};

// What there is of a follower's log.
struct FollowedLog {
  Offset start{0};
  Offset end{0};
  Offset high_watermark{0};
  Epoch last_epoch = kNoEpoch;  // the latest that its epochs know; kNoEpoch when they know none

  friend bool operator==(const FollowedLog&, const FollowedLog&) = default;
};

// The seam to what else is known of the partitions here, answered from memory. Of their epochs it is asked
// only while nothing is being done with the log: the answer is of the log that was told of last.
class FollowedEpochs {
 public:
  virtual ~FollowedEpochs() = default;
  // As storage::LeaderEpochs::end_of().
  virtual storage::EpochEnd epoch_end(const PartitionKey& partition, Epoch epoch) const = 0;
  // Whether throttled replicas are to fetch nothing now (KIP-73); and how long one of them is not to, 0 for
  // one that is not throttled. Who has everything is not asked about.
  virtual bool is_overdrawn() const { return false; }
  virtual int64_t fetch_delay_ms(const PartitionKey&) const { return 0; }
};

// A slice of bytes that somebody else owns and keeps alive: the buffer a response was read into.
struct FetchedBytes {
  std::shared_ptr<const void> owner{};
  ByteView bytes{};
};

// Whole batches, one behind the other, in the order of their offsets.
struct FetchedRun {
  FetchedBytes content{};
  Offset base{};  // the first batch's; of an entry of magic 0 or 1 that is compressed, its last offset
  Offset end{};
  size_t batches = 0;
};

// What is to be done with a partition's log: what is set, in the order in which it stands here, and then a
// LogReport. None of it may be done if the replica does not follow in `leader_epoch` any more
// (KAFKA-18991): that is kOver.
struct LogWork {
  PartitionKey partition{};
  uint64_t ticket = 0;
  Epoch leader_epoch{};
  // 1. Drop everything: the log is empty and begins here, and so does what is committed (KAFKA-9491). Alone.
  std::optional<Offset> restart_at{};
  // 2. Cut the log, and its epochs even where there are no records to cut (KAFKA-10706). Alone, too: the
  //    checkpoints have to say so before anything is written.
  std::optional<Offset> truncate_to{};
  // 3. Write to the end of the log, as it is.
  std::optional<FetchedRun> append{};
  // 4. What is committed. Within the log; it may be less than what was told before, as after a change of
  //    leader, who has yet to hear of its followers.
  std::optional<Offset> high_watermark{};
  // 5. Where the leader's log starts; at most the high watermark.
  std::optional<Offset> log_start{};
  // The leader's high watermark as it was told, which may lie behind the log: for who watches.
  std::optional<Offset> told_high_watermark{};
};

enum class LogOutcome : uint8_t {
  kDone,
  kFailed,   // the log cannot be used any more, for its disk has failed
  kFull,     // the disk had no room: some of it may have been done, and it can be tried again
  kRefused,  // nothing was done: the log does not end where the records begin
  kOver,     // nothing was looked at: the leader's epoch is over for this replica
};

struct LogReport {
  PartitionKey partition{};
  uint64_t ticket = 0;
  LogOutcome outcome = LogOutcome::kDone;
  FollowedLog log{};  // as it is now; not looked at after kFailed
  bool has_unwritten_cut = false;  // it was cut, by whatever work, and the checkpoints do not say so yet
};

struct FetcherLine {
  LogLevel level = LogLevel::kInfo;
  std::string text{};
};

}  // namespace klamm::broker
