// Partition: one replica of a partition on this node, and, while it leads, the only place where its high
// watermark and its in-sync replicas move.
//
// A monitor (DESIGN, threads). Two locks would be one too many: the mutex guards what readers see, and is
// held for microseconds; the log itself is written by whoever holds the writer token, unlocked. Whoever finds
// the token free takes it, drains the queue, publishes the new end under the mutex, and gives the token back,
// so that under contention the appends of many connections become one write.
//
// Nothing is called back under the mutex: what a step completes is collected, and run after unlocking.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/functional/any_invocable.h>
#include <absl/synchronization/mutex.h>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/types.h"
#include "base/uuid.h"
#include "broker/config/topic_config.h"
#include "broker/request.h"
#include "protocol/errors.h"
#include "storage/log.h"

namespace klamm::broker {

using protocol::ErrorCode;
using protocol::Outcome;

struct TopicPartitionId {
  std::string topic;
  Uuid topic_id;
  int32_t partition = 0;
};

// What the metadata log says of this partition, as far as a replica needs it.
struct PartitionAssignment {
  NodeId leader = kNoNode;
  Epoch leader_epoch;
  int32_t partition_epoch = 0;
  std::vector<NodeId> replicas;
  std::vector<NodeId> isr;
};

// How an append ended. With an error, `message` may say more than the code (Produce v8 and above).
struct AppendResult {
  ErrorCode error = ErrorCode::kNone;
  Offset base_offset = kNoOffset;
  Offset end_offset = kNoOffset;    // behind the last record; a duplicate has its original's
  int64_t log_append_time_ms = -1;  // -1 unless the topic stamps records on arrival
  Offset log_start_offset = kNoOffset;
  bool committed = false;  // the high watermark has reached end_offset
};

// One validated batch on its way into the log. Base offset and leader epoch are patched into `bytes`; the
// checksum covers neither.
struct PendingAppend {
  std::shared_ptr<Frame> frame;  // keeps `bytes` alive, unless they are in `owned`
  Bytes owned;
  std::span<uint8_t> bytes;
  int64_t log_append_time_ms = -1;  // with which validation stamped the batch, if the topic asks for it
  bool all_replicas = false;        // acks=all: refused when too few replicas are in sync
  absl::AnyInvocable<void(const AppendResult&)> done;  // exactly once, on any thread, unlocked
};

// Told once, from any thread and unlocked, that a partition has something new; reads again to learn what.
class DataListener {
 public:
  virtual ~DataListener() = default;
  virtual void on_data() = 0;
};

struct ReadRequest {
  Offset offset;
  uint32_t size_max = 0;
  bool at_least_one = false;    // the first batch whole, even when it is larger than size_max
  bool committed_only = false;  // read_committed: ends at the last stable offset
  std::optional<Epoch> current_leader_epoch{};
  std::optional<Epoch> last_fetched_epoch{};  // KIP-595: asks for a check of divergence
};

struct ReadResult {
  ErrorCode error = ErrorCode::kNone;
  std::optional<storage::FileSlice> slice{};
  Offset high_watermark = kNoOffset;
  Offset last_stable_offset = kNoOffset;
  Offset log_start_offset = kNoOffset;
  std::optional<std::vector<storage::AbortedTxn>> aborted{};  // only for committed_only
  std::optional<storage::EpochEnd> diverging{};
  size_t size() const { return slice ? slice->size : 0; }
};

class Partition {
 public:
  // Told when the log's disk has failed. The partition answers KAFKA_STORAGE_ERROR from then on.
  using OnDiskError = absl::AnyInvocable<void(const storage::DiskError&) const>;

  Partition(TopicPartitionId id, NodeId self, std::unique_ptr<storage::Log> log, TopicConfig config,
            const Clock& clock, OnDiskError on_disk_error);

  const TopicPartitionId& id() const { return id_; }

  // ---- what the metadata log decides ----
  void assign(PartitionAssignment assignment);
  void configure(const TopicConfig& config);
  // No append or read is accepted from here on; waiting appends end with NOT_LEADER_OR_FOLLOWER.
  void stop();

  // ---- a leader's data path ----
  void append(PendingAppend append);
  ReadResult read(const ReadRequest& request) const;
  // Calls `done` once, when the high watermark has reached `end` or this replica no longer leads.
  void when_committed(Offset end, absl::AnyInvocable<void(ErrorCode)> done);
  // The listener is told when the high watermark is no longer `seen`: at once if that is so already.
  void listen(Offset seen, std::weak_ptr<DataListener> listener);
  void stop_listening(const DataListener* listener);

  // ---- questions ----
  // The leader epoch that a request names, checked as Kafka does (KIP-320): FENCED_LEADER_EPOCH when it is
  // old, UNKNOWN_LEADER_EPOCH when this node has yet to hear of it, NOT_LEADER_OR_FOLLOWER when another
  // leads.
  ErrorCode check_leader(std::optional<Epoch> current_leader_epoch) const;
  struct State {
    std::shared_ptr<const storage::LogView> view;
    storage::LogPosition end;
    storage::LogPosition high_watermark;
    storage::LogPosition last_stable;
    Epoch leader_epoch;
    bool leads = false;
  };
  State state() const;
  TopicConfig config() const;
  // A copy of what is known of the producers, by id.
  std::map<int64_t, storage::ProducerEntry> producers();

  // ---- maintenance: each waits for the writer token and runs on the calling thread ----
  // The log's new start. kNoOffset stands for the high watermark, as in DeleteRecords.
  Outcome<Offset> delete_records_before(Offset offset);
  // Whether the log has sealed a segment since the last call: then it is time to flush what was sealed.
  bool take_rolled();
  // Runs `work` with the token held; unlocked, so it may do I/O, but appends wait for it. Not at all when the
  // log's disk has failed.
  void as_writer(absl::AnyInvocable<storage::DiskResult<>(storage::Log&)> work);

 private:
  struct Waiting {
    Offset end;
    absl::AnyInvocable<void(ErrorCode)> done;
  };
  // What a step has completed; run() only without the mutex.
  struct Completions {
    std::vector<absl::AnyInvocable<void()>> calls;
    std::vector<std::weak_ptr<DataListener>> listeners;
    void run();
  };

  // What one round of appends is judged by.
  struct Terms {
    ErrorCode refusal = ErrorCode::kNone;  // of every append
    Epoch epoch{};
    bool enough_in_sync = false;
    Offset high_watermark{};
  };

  void begin_term(PartitionAssignment assignment);
  void release(Completions& completions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void drain();
  void write(std::deque<PendingAppend>& appends, const Terms& terms);
  AppendResult judge(PendingAppend& append, const Terms& terms, storage::ProducerCheck& producers,
                     Offset next);
  Terms terms() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void publish(Completions& completions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void advance_high_watermark(Completions& completions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool leads() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool enough_in_sync() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  ErrorCode check_leader_locked(std::optional<Epoch> epoch) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  ReadResult read_from(const State& state, const ReadRequest& request) const;
  void fail(const storage::DiskError& error);

  const TopicPartitionId id_;
  const NodeId self_;
  const Clock& clock_;
  const OnDiskError on_disk_error_;

  // Touched only by the holder of the writer token.
  const std::unique_ptr<storage::Log> log_;

  mutable absl::Mutex mutex_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;  // the writer token is taken
  int claims_ ABSL_GUARDED_BY(mutex_) = 0;        // threads in as_writer() that wait for it; they go first
  std::deque<PendingAppend> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  bool rolled_ ABSL_GUARDED_BY(mutex_) = false;  // a segment was sealed since take_rolled()
  bool failed_ ABSL_GUARDED_BY(mutex_) = false;
  TopicConfig config_ ABSL_GUARDED_BY(mutex_);
  PartitionAssignment assignment_ ABSL_GUARDED_BY(mutex_);

  std::shared_ptr<const storage::LogView> view_ ABSL_GUARDED_BY(mutex_);
  storage::LogPosition end_ ABSL_GUARDED_BY(mutex_);
  storage::LogPosition high_watermark_ ABSL_GUARDED_BY(mutex_);

  std::vector<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::weak_ptr<DataListener>> listeners_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klamm::broker
