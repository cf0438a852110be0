// One partition's log on disk, in Kafka's format.
//
// It has no lock. Everything in class Log is the WRITER's: it is called by the holder of the partition's
// writer token, one thread at a time, with a happens-before edge from each to the next. READERS use the
// LogView that the partition published (log_view.h). After any call that may have changed it, the holder
// publishes view() and end() together.
//
// After an error other than want of space (is_full) the log is given up (is_failed()): its directory goes
// offline. Nothing but end(), recovery_point(), unflushed_records(), view(), complete_flush() of a job that
// was begun before, and the destructor may be called then.
//
// Times are wall-clock milliseconds, handed in.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/leader_epochs.h"
#include "storage/log_config.h"
#include "storage/log_view.h"
#include "storage/producer_snapshots.h"
#include "storage/producer_state.h"

namespace klamm::storage {

// What the node knows of a log before it opens it: from the clean-shutdown mark and the checkpoint files.
struct OpenHints {
  bool clean_shutdown = false;
  Offset recovery_point{0};
  Offset log_start{0};
  // What to do about damage in what has to be read. A crash may tear everything that was written since the
  // last sync, in any order; below the recovery point it cannot have been a crash.
  enum class OnDamage {
    kKeepPrefix,    // the longest valid prefix stays, as in Kafka: other replicas have the rest
    kRefuseSynced,  // all of the log is read, and damage below the recovery point is an error
    // Nobody knows what was synced: all is read, and damage with whole batches behind it is an error.
    kRefuseUnlessTail,
  };
  OnDamage on_damage = OnDamage::kKeepPrefix;
  // Asked now and then while batches are read: true ends it with ECANCELED. The next start reads them again.
  std::function<bool()> is_cancelled{};
};

struct AppendResult {
  size_t appended = 0;               // batches, from the front
  std::optional<DiskError> failure;  // why the rest was not; the log is as after the last that was
  bool rolled = false;  // a segment was sealed: until it is flushed, the recovery point stays in front of it
};

// Says that the log was given up, perhaps because a sync failed. The kernel counts what that has lost as
// clean then, and shows it until the cache is dropped: whoever recovers the log reads the disk.
inline constexpr std::string_view kFailedFile = "log-failed";

// leader-epoch-checkpoint, which flushes of a log may come to at the same time.
struct EpochsFile {
  absl::Mutex mutex;
  uint64_t written ABSL_GUARDED_BY(mutex) = 0;  // the number of the newest table in it
};

// Syncs that may run on any thread while the writer goes on.
struct FlushJob {
  Offset up_to;                                     // all batches below it are durable, once done
  Offset indexes_below;                             // where the indexes end that are durable then
  uint64_t truncations = 0;                         // how often the log had been cut when this began
  std::vector<std::shared_ptr<SegmentFile>> files;  // data first, then what only describes it
  std::optional<LeaderEpochs> epochs;               // for leader-epoch-checkpoint, if it says anything else
  uint64_t epochs_number = 0;                       // of this table: a later one is newer
  std::shared_ptr<EpochsFile> epochs_file;
  bool new_names = false;
  std::shared_ptr<const std::string> directory;

  DiskResult<> run(Disk& disk) const;

 private:
  DiskResult<> write_epochs(Disk& disk) const;
};

// Files that left the log and were renamed to `.deleted`: to be removed after file.delete.delay.ms.
struct RetiredFiles {
  std::vector<std::shared_ptr<SegmentFiles>> segments;
  std::vector<std::string> paths;

  bool empty() const { return segments.empty() && paths.empty(); }
  DiskResult<> remove(Disk& disk) const;
};

class Log {
 public:
  // Loads the log in `directory`, making the directory when it is missing. Without a clean shutdown, what was
  // written since the recovery point is examined, and the longest valid prefix of it is kept: an end() below
  // the recovery point that was handed in says that synced records are missing. recovery_point() may be lower
  // than the one handed in; then the checkpoint is brought down before the first append.
  static DiskResult<std::unique_ptr<Log>> open(Disk& disk, const std::string& directory,
                                               const LogConfig& config, const OpenHints& hints,
                                               int64_t now_ms);

  std::shared_ptr<const LogView> view() const { return view_; }
  LogPosition end() const;
  Offset start() const { return start_; }
  // For the checkpoint: a restart without a clean mark reads from the segment of this offset on. It equals
  // the base of the last segment only when the indexes of the one before it are durable; where batches were
  // flushed and their indexes were not, it stays at the last of these batches.
  Offset recovery_point() const;
  int64_t unflushed_records() const { return end_ - flushed_; }
  const std::string& directory() const { return *directory_; }
  const LogConfig& config() const { return config_; }
  bool is_failed() const { return failed_; }
  const ProducerState& producers() const { return producers_; }
  const LeaderEpochs& epochs() const { return *epochs_; }

  // Appends whole, valid batches that carry their final offsets and leader epochs, the first not below end().
  // Batches in a row that stay in one segment are one write. Producers were asked before (ProducerCheck);
  // here they are only told.
  AppendResult append(std::span<const ByteView> batches, int64_t now_ms);
  // A leader's epoch begins at the end of the log, before it has written anything. Readers of epochs() see it
  // at once. The disk does not: an epoch goes into its file with the first flush that covers a batch of it,
  // and until then recovery finds it in the batches.
  void assign_epoch(Epoch epoch, Offset start);
  // Seals the last segment, unless it is empty, and begins a new one.
  DiskResult<> roll(int64_t now_ms);

  // Cuts off everything from `offset` on, which is a batch boundary or lies inside a batch that goes whole.
  // recovery_point() and start() may have fallen: their checkpoints are brought down before the next append,
  // or a crash would trust, or drop, what was written since.
  DiskResult<> truncate_to(Offset offset, int64_t now_ms);
  // The same at a batch boundary where what follows is damaged, so that no offset could be looked for in it.
  // Nothing happens when the segment is not there any more.
  DiskResult<> cut_at(const LogPosition& where, int64_t now_ms);
  // Recovery takes a log for compacted while nobody knows better, and lets segments be apart. Of one that is
  // not compacted, a power cut has lost what lay between: what stands behind a gap was never synced, and
  // goes.
  DiskResult<> cut_at_gap(int64_t now_ms);
  // Whether recovery has found one, and nobody has said what it is.
  bool has_gap() const { return gap_.has_value(); }
  // Drops everything; the log is empty and begins at `offset`.
  DiskResult<> truncate_fully_and_start_at(Offset offset, int64_t now_ms);
  // Delete-records: the log begins at `offset`, at most the high watermark. False when it did already.
  DiskResult<bool> advance_start(Offset offset);
  // Removes segments below the log start, and those that retention.bytes and retention.ms no longer keep;
  // only what lies below the high watermark.
  DiskResult<> apply_retention(Offset high_watermark, int64_t now_ms);
  // What has left the log since the last call.
  RetiredFiles take_retired();

  // Makes what is in the log durable: job = prepare_flush(); outcome = job.run() anywhere;
  // complete_flush(job, outcome), which must follow. After a roll it is enough to flush what was sealed.
  enum class FlushScope { kAll, kSealed };
  DiskResult<FlushJob> prepare_flush(FlushScope scope = FlushScope::kAll);
  DiskResult<> complete_flush(const FlushJob& job, const DiskResult<>& outcome);
  DiskResult<> flush();
  // Flushes, and leaves the producer snapshot that a clean start reads instead of the log. The clean-shutdown
  // mark may be written once all logs of the directory were closed so. Costs nothing when the files are as
  // a close left them, or were never written to.
  DiskResult<> close();

  void update_config(const LogConfig& config) { config_ = config; }
  // Gives up the descriptors that no reader pins.
  void close_idle_files();
  // To be told now and then, such as before an append: completed transactions are remembered until it is.
  void on_high_watermark(Offset high_watermark);
  void expire_producers(int64_t now_ms);

 private:
  friend class LogLoader;
  Log(Disk& disk, std::shared_ptr<const std::string> directory, const LogConfig& config);

  Segment& active() const { return *segments_.back(); }
  // Adds an empty segment behind the others.
  DiskResult<> begin_segment(Offset base, int64_t now_ms);
  DiskResult<> roll_at(Offset base, int64_t now_ms);
  DiskResult<> append_run(std::span<const ByteView> batches, std::span<const BatchHeader> headers);
  void note_epochs(std::span<const BatchHeader> headers);
  DiskResult<> note_appended(ByteView bytes, const BatchHeader& header, uint32_t position);
  void set_epochs(LeaderEpochs changed);
  // Takes segments out of the log and gives their files the suffix `.deleted`, one after the other, durably.
  DiskResult<> retire(std::shared_ptr<Segment> segment);
  DiskResult<> retire_front(size_t count, int64_t now_ms);
  DiskResult<> retire_back(size_t keep);
  DiskResult<> remove_now(Segment& segment);
  // Keeps so many segments, and of the last of them the bytes below `position`, which is where `end` lies.
  DiskResult<> cut_back(size_t keep, uint32_t position, Offset end, int64_t now_ms);
  DiskResult<> end_cut(size_t keep, const Segment::Cut& cut, Offset end, int64_t now_ms);
  DiskResult<> begin_anew_at(Offset offset, int64_t now_ms);
  void forget_epochs_from(Offset end);
  // The newest snapshot, and what the log says behind it, up to `end`.
  DiskResult<> restore_producers(Offset end, int64_t now_ms);
  DiskResult<> locate_transactions();
  void close_sealed_files();
  // Hands the error on, and gives the log up unless it is only full.
  DiskResult<> fail(DiskError error);
  DiskResult<> give_up(DiskError error);
  void publish();

  Disk& disk_;
  const std::shared_ptr<const std::string> directory_;
  LogConfig config_;
  SegmentList segments_;  // never empty once open; ascending bases
  Offset start_{0};
  Offset end_{0};
  Offset flushed_{0};  // below it, all batches are durable
  std::shared_ptr<const LeaderEpochs> epochs_;
  std::optional<LeaderEpochs> epochs_on_disk_;  // what the file says, durably; empty while that is not known
  uint64_t epochs_number_ = 0;                  // of the newest table that a flush was given
  const std::shared_ptr<EpochsFile> epochs_file_ = std::make_shared<EpochsFile>();
  std::optional<Offset> gap_;  // where the first begins that recovery found above the recovery point
  ProducerState producers_;
  ProducerSnapshots snapshots_;
  RetiredFiles retired_;
  // Segments from this base on may have indexes that were not synced, even if their batches were.
  Offset indexes_synced_below_{0};
  uint64_t truncations_ = 0;     // a flush that began before one proves nothing of what came after
  bool names_unsynced_ = false;  // a file was made since the last flush
  bool is_as_closed_ = false;    // what a clean start needs is durable, and nothing was changed since
  bool view_changed_ = true;
  bool failed_ = false;
  std::shared_ptr<const LogView> view_;
};

}  // namespace klamm::storage
