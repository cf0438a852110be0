// Partition: one replica of a partition on this node, and, while it leads, the only place where its high
// watermark and its in-sync replicas move (LeaderTerm, which lives under the mutex).
//
// A monitor. Two locks would be one too many: the mutex guards what readers see, and is
// held for microseconds; the log itself is written by whoever holds the writer token, unlocked. Whoever finds
// the token free takes it, drains the queue, publishes the new end under the mutex, and gives the token back,
// so that under contention the appends of many connections become one write.
//
// Nothing is called back under the mutex: what a step completes is collected, and run after unlocking.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_map.h>
#include <absl/functional/any_invocable.h>
#include <absl/synchronization/mutex.h>

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "broker/config/topic_config.h"
#include "broker/loop.h"
#include "broker/metrics/node_stats.h"
#include "broker/replica/fetcher_types.h"
#include "broker/replica/leader_term.h"
#include "broker/replica/partition_types.h"
#include "broker/replica/partition_uses.h"
#include "storage/log.h"
#include "storage/segment_exam.h"

namespace klamm::broker {

class Partition : public std::enable_shared_from_this<Partition> {
 public:
  using Uses = PartitionUses;

  // `high_watermark` is what was known to be committed when the log was left.
  Partition(const Uses& uses, TopicPartitionId id, NodeId self, std::unique_ptr<storage::Log> log,
            const TopicConfig& config, Offset high_watermark = Offset{0});

  const TopicPartitionId& id() const { return id_; }
  NodeId self() const { return self_; }

  // ---- what the metadata log decides ----
  // An image that is older than the one before changes nothing.
  void assign(const PartitionImage& partition, const BrokersImage& brokers);
  // Brokers have come, gone, or been fenced.
  void follow_brokers(const BrokersImage& brokers);
  void configure(const TopicConfig& config);
  // No append or read is accepted from here on; waiting appends end with NOT_LEADER_OR_FOLLOWER.
  void stop();

  // ---- a leader's data path ----
  // Whom this tells of it on the calling thread is left to `untold`, if there is one.
  void append(PendingAppend append, Untold* untold = nullptr);
  ReadResult read(const ReadRequest& request) const;
  // Calls `done` once, when the high watermark has reached `end` or this replica no longer leads in the term
  // in which that was written: in a later one other records may be there.
  void when_committed(Offset end, Epoch leader_epoch, absl::AnyInvocable<void(ErrorCode)> done);
  // The listener is told when the high watermark is no longer `seen`: at once if that is so already.
  void listen(Offset seen, std::weak_ptr<DataListener> listener);
  void stop_listening(const DataListener* listener);
  // A follower's fetch: reads up to the end of the log, and notes how far the follower has come. Of `fetch`
  // the caller knows who fetches; the rest is filled in here.
  ReadResult read_for_follower(const ReadRequest& request, FollowerFetch fetch);
  // The same again, which says nothing of the follower; and who is told when the log's end is no longer
  // `seen`, as in listen().
  ReadResult read_to_end(const ReadRequest& request, NodeId follower = kNoNode) const;
  void listen_for_end(Offset seen, std::weak_ptr<DataListener> listener);
  // Followers in sync from whom a consumer at `offset` may be sent to read (KIP-392).
  struct Reader {
    NodeId id;
    Offset end;
    int64_t behind_ms;  // since it had all there was
  };
  std::vector<Reader> readers_at(Offset offset) const;
  // What is deleted everywhere: the lowest start of this leader's log and those of its live followers,
  // kNoOffset while one of these has yet to say; and who is told when that is no longer `seen`, as in
  // listen().
  Outcome<Offset> low_watermark() const;
  void listen_for_deletion(Offset seen, std::weak_ptr<DataListener> listener);
  // Due every half of replica.lag.time.max.ms.
  void check_followers();
  void on_isr_answer(const IsrProposal& proposal, const Outcome<CommittedIsr>& answer);

  // ---- a follower's data path ----
  // `done` is called once, on any thread.
  void follow(LogWork work, absl::AnyInvocable<void(const LogReport&)> done);
  FollowedLog followed() const;
  storage::EpochEnd epoch_end(Epoch epoch) const;
  // How often the log was cut for a leader; and that the checkpoints say what was left of it after so many
  // times. A crash would take what is written before that for synced.
  uint64_t cuts() const;
  void on_cuts_written(uint64_t cuts);

  // ---- throttling (KIP-73) ----
  // Whether what is given to followers counts, and those that are not in sync are given nothing while the
  // quota is overdrawn; and the same of what this replica fetches.
  void throttle(bool as_leader, bool as_follower);
  // A follower was given so much.
  void on_given(int64_t bytes);
  // How long this replica, if it is behind, is to fetch nothing.
  int64_t fetch_delay_ms() const;

  // ---- damage (partition_damage.cc) ----
  // An exam of a segment is over. What is damaged, and all that lies behind it, is given to nobody from here
  // on, and nothing is appended.
  void on_examined(const storage::SegmentExam& exam);
  // Null while none is known.
  std::shared_ptr<const storage::Damage> damage() const;
  // Asks for exams of all that nobody has looked at; false when there is nothing of that kind.
  bool examine_all();
  std::deque<storage::SegmentExam> exams(storage::ExamScope scope) const;
  // Cuts the log where the damage begins; waits for the writer token. Only of a replica that does not count
  // any more.
  void cut_damage();
  // The listener is told when more than `seen` exams have ended.
  void listen_for_exam(uint64_t seen, std::weak_ptr<DataListener> listener);

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
    std::shared_ptr<const storage::Damage> damage{};
    uint64_t exams = 0;  // that have ended
  };
  State state() const;
  PartitionSample sample() const;
  // nullptr where nobody counts.
  metrics::TopicStats* topic_stats() const { return uses_.topic_stats.get(); }
  const std::shared_ptr<metrics::TopicStats>& shared_topic_stats() const { return uses_.topic_stats; }
  std::shared_ptr<const TopicConfig> config() const;
  // What a producer's batch is examined with, and whether it need be: NOT_LEADER_OR_FOLLOWER,
  // KAFKA_STORAGE_ERROR, and for acks=all NOT_ENOUGH_REPLICAS come before all that is wrong with the batch.
  struct Admission {
    ErrorCode error = ErrorCode::kNone;
    std::shared_ptr<const TopicConfig> config;
  };
  Admission admit(bool all_replicas) const;
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
  // For the checkpoint, as it was published; also of a log whose disk has failed, of which the next start
  // must not know less.
  Offset recovery_point() const;

 private:
  struct Waiting {
    Offset end;
    absl::AnyInvocable<void(ErrorCode)> done;
  };
  // What a step has completed; run() only without the mutex.
  using Listeners = absl::flat_hash_map<const DataListener*, std::weak_ptr<DataListener>>;
  struct Completions {
    std::vector<absl::AnyInvocable<void()>> calls;
    Listeners listeners;
    void add(Listeners& told);
    void run(Untold* untold = nullptr);
  };

  // What one round of appends is judged by.
  struct Terms {
    ErrorCode refusal = ErrorCode::kNone;  // of every append
    Epoch epoch{};
    bool enough_in_sync = false;
    Offset high_watermark{};
    int64_t flush_records = INT64_MAX;  // with so many that are not on the disk, nothing is acknowledged
  };
  // The appends that were taken from the queue together. Its memory is used again by the next round.
  struct Round {
    std::vector<PendingAppend> appends;
    std::vector<AppendResult> results;  // by append
    std::vector<ByteView> batches;      // of the appends that are fresh
    Terms terms;
    bool rolled = false;
    bool wrote = false;  // and, if that was asked for, flushed
  };

  struct Following {
    LogWork work;
    absl::AnyInvocable<void(const LogReport&)> done;
  };

  void begin_term(const PartitionImage& partition, const BrokersImage& brokers);
  bool end_following(const PartitionImage& partition);
  void take(Moves moves, Completions& completions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void tell_of_isr(const std::string& line) const;
  void hold_back(NodeId follower, ReadResult& result) const;
  std::optional<Following> take_followed();
  bool do_followed();
  LogOutcome do_work(const LogWork& work);
  void end_followed(Following& following, LogOutcome outcome);
  int64_t flush_records() const;
  storage::DiskResult<> apply(const LogWork& work);
  void publish_followed(const LogWork& work, Completions& completions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Waits for the writer token; whether the log may be asked for anything.
  bool claim_token();
  void give_token_back();
  void release(Completions& completions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void drain(Untold* untold = nullptr);
  void write();
  bool must_flush() const;
  void withhold();
  void flush_elsewhere();
  void flush();
  void finish(Untold* untold = nullptr);
  AppendResult judge(PendingAppend& append, const Terms& terms, storage::ProducerCheck& producers,
                     Offset next);
  Terms terms() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void publish(Completions& completions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool leads() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return term_.has_value(); }
  Outcome<Offset> low_watermark_locked() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  ErrorCode check_leader_locked(std::optional<Epoch> epoch) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  ErrorCode check_replica(std::optional<Epoch> current_leader_epoch) const;
  ReadResult read_from(const State& state, const ReadRequest& request,
                       const storage::LogPosition& limit) const;
  ErrorCode damage_error() const;
  void ask_exam(const State& state, const storage::Segment& segment) const;
  void suspect(const State& state, Offset segment_base) const;
  void forget_damage_that_left(Completions& completions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void count(Moves::Isr change) const;
  void count_round() const;
  void fail(const storage::DiskError& error);
  void report(const storage::DiskError& error) const;

  const Uses uses_;
  const TopicPartitionId id_;
  const NodeId self_;
  std::atomic<bool> throttled_as_leader_{false};
  std::atomic<bool> throttled_as_follower_{false};

  // Touched only by the holder of the writer token.
  const std::unique_ptr<storage::Log> log_;
  Round round_;
  // A flush that acknowledgements waited for has failed: until one succeeds, what was written since the last
  // is not published, and nothing is acknowledged.
  bool withheld_ = false;

  mutable absl::Mutex mutex_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;  // the writer token is taken
  int claims_ ABSL_GUARDED_BY(mutex_) = 0;        // threads in as_writer() that wait for it; they go first
  std::vector<PendingAppend> queue_ ABSL_GUARDED_BY(mutex_);
  std::vector<Following> followed_ ABSL_GUARDED_BY(mutex_);  // hardly ever more than one
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  bool rolled_ ABSL_GUARDED_BY(mutex_) = false;  // a segment was sealed since take_rolled()
  bool failed_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<const TopicConfig> config_ ABSL_GUARDED_BY(mutex_);
  PartitionAssignment assignment_ ABSL_GUARDED_BY(mutex_);
  std::optional<LeaderTerm> term_ ABSL_GUARDED_BY(mutex_);  // while this replica leads

  std::shared_ptr<const storage::LogView> view_ ABSL_GUARDED_BY(mutex_);
  storage::LogPosition end_ ABSL_GUARDED_BY(mutex_);
  storage::LogPosition high_watermark_ ABSL_GUARDED_BY(mutex_);
  Offset recovery_point_ ABSL_GUARDED_BY(mutex_);
  uint64_t cuts_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t cuts_written_ ABSL_GUARDED_BY(mutex_) = 0;
  Offset told_high_watermark_ ABSL_GUARDED_BY(mutex_){0};  // by the leader; this replica's end may lie behind

  std::vector<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  Listeners listeners_ ABSL_GUARDED_BY(mutex_);
  Listeners followers_listening_ ABSL_GUARDED_BY(mutex_);
  Listeners deletions_listening_ ABSL_GUARDED_BY(mutex_);

  std::shared_ptr<const storage::Damage> damage_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<storage::SegmentFiles> damaged_ ABSL_GUARDED_BY(mutex_);  // the files that it is in
  uint64_t exams_ ABSL_GUARDED_BY(mutex_) = 0;
  Listeners exams_listening_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klamm::broker
