// RaftDriver joins the Raft machine to the disk, the clock and the other voters, on the quorum loop. It
// performs each Output in its fixed order, and reads what has been committed back from the log for whoever
// follows it.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "broker/loop.h"
#include "broker/metadata/metadata_batch.h"
#include "broker/metadata/snapshot_file.h"
#include "broker/metadata_log.h"
#include "broker/metrics/node_stats.h"
#include "broker/quorum_link.h"
#include "broker/state_machine.h"
#include "raft/raft.h"

namespace klamm::broker {

// Who follows the metadata log. All calls come on the quorum loop.
class MetadataFollower {
 public:
  virtual ~MetadataFollower() = default;
  // A committed batch, whole and in order. A Failure ends the process: the log and this node have come apart.
  virtual Result<void, Failure> on_committed(ByteView batch) = 0;
  // In place of everything below the snapshot's end, which has come from the leader: what was read so far
  // counts no more. on_caught_up() follows. As for a batch, a Failure ends the process.
  virtual Result<void, Failure> on_snapshot(LoadedSnapshot snapshot, raft::SnapshotId id) = 0;
  // Everything below `end` has been given to on_committed.
  virtual void on_caught_up(Offset end) = 0;
  // Who leads now. This node is named only when it has read everything before its epoch.
  virtual void on_leadership(raft::Leadership leadership) = 0;
};

class RaftDriver final : public ReplicatedLog<Bytes> {
 public:
  // What the node's parts are, all of which outlive the driver.
  struct Uses {
    Loop& loop;
    Workers& fsync;  // a thread of its own
    storage::Disk& disk;
    const Clock& clock;
    Random& random;
    MetadataFollower& follower;
    QuorumLink& link;
    // Called when the metadata log cannot be kept: the process ends with this message.
    std::function<void(const std::string&)> fatal;
    // A batch is closed before this size; of a larger record there is one batch.
    size_t batch_size_max = kMetadataBatchSizeMax;
    metrics::NodeStats* stats = nullptr;  // if anybody wants to know
  };

  RaftDriver(const Uses& uses, std::unique_ptr<MetadataLog> log, const raft::RaftConfig& config,
             raft::ReplicaKey self, raft::Voters voters, raft::ElectionState remembered,
             int16_t kraft_version, Offset applied);
  ~RaftDriver() override;

  // On the quorum loop, once. The first outputs come out of it: a single voter elects itself here.
  void start();
  // On the quorum loop. Stops taking part, and closes the log; `stopped` is called there when that is done,
  // and what was being synced has been.
  void stop(Task stopped = [] {});

  // On the quorum loop, once: leadership is handed over, and no elections are started any more. `done` is
  // called there when another replica leads, none can, or the patience is over.
  void begin_shutdown(int64_t patience_ms, Task done);

  // On the quorum loop: what has come from another replica, and that the connection to one was refused or
  // closed.
  void step(raft::Message message);
  void disconnected(NodeId replica);

  // ReplicatedLog: as the leader of the epoch that was announced; ends before it returns.
  // What is atomic and more than one batch becomes a metadata transaction (KIP-868); the caller sees to it
  // that the cluster's metadata.version has them.
  void append(const std::vector<Bytes>& records, bool atomic, Appended appended) override;
  protocol::Outcome<Offset> append(const std::vector<Bytes>& records, bool atomic);

  bool fits_a_batch(const std::vector<Bytes>& records) const;

  const raft::Raft& raft() const { return raft_; }
  raft::Raft& raft() { return raft_; }
  MetadataLog& log() { return *log_; }
  int16_t kraft_version() const { return kraft_version_; }
  // The log is closed, or is about to be, or its disk has failed.
  bool has_ended() const { return stopped_ || failed_; }
  // Committed and given to the follower.
  Offset applied() const { return applied_; }

 private:
  void perform();
  void perform(raft::Output output);
  bool write(const raft::Output& output);
  void send(raft::Message message);
  void add_chunk(const raft::SnapshotChunk& chunk);
  void install(raft::SnapshotId id);
  void refuse(raft::SnapshotId id, const std::string& why);
  void finish_stop();
  void end_shutdown();
  void start_sync(const raft::Sync& sync);
  void on_synced(const raft::Sync& sync, const storage::FlushJob& job, const storage::DiskResult<>& result);
  void apply_up_to(Offset end);
  void set_timer();
  void tell_of_role();
  // raft_driver_stats.cc
  void note_append(Offset end, int32_t records);
  void note_fetched(int64_t records);
  void note_committed(Offset end);
  void note_state();
  bool must(const storage::DiskResult<>& result);
  void fail(const std::string& message);

  const Uses uses_;
  const std::unique_ptr<MetadataLog> log_;
  const int16_t kraft_version_;
  raft::Raft raft_;
  Epoch leading_epoch_ = kNoEpoch;
  Offset applied_{0};
  bool performing_ = false;
  std::pair<raft::RoleKind, Epoch> told_role_{raft::RoleKind::kUnattached, kNoEpoch};
  bool syncing_ = false;
  std::optional<raft::Sync> next_sync_;  // asked for while one was under way
  std::optional<SnapshotFileWriter> download_;
  // The last that was of no use, and how often.
  raft::SnapshotId useless_download_{};
  int useless_downloads_ = 0;
  TimerId timer_ = TimerId::kNone;
  bool stopped_ = false;
  Task on_stopped_;
  TimerId shutdown_timer_ = TimerId::kNone;
  Task on_shut_down_;
  // The log's disk has failed. Nothing more is performed, so that nothing counts as written or committed that
  // is not; what waits for it is left unanswered, and the process ends.
  bool failed_ = false;

  // For `stats`: what was appended and is not committed, since when nobody leads, and when observers were
  // counted.
  struct Uncommitted {
    Offset end;
    int64_t appended_us;
  };
  std::deque<Uncommitted> uncommitted_;
  std::optional<int64_t> leaderless_us_;
  int64_t observers_counted_ms_ = 0;
};

}  // namespace klamm::broker
