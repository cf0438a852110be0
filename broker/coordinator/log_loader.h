// LogLoader: gives a shard all that its partition's log holds, from the log's start to its end, in pieces of
// offsets.load.buffer.size. It runs on the workers, one piece at a time, so that many partitions load beside
// each other and other work gets its turn; a partition's pieces follow one another, and each sees what those
// before it did.
//
// The log may move meanwhile: its start, and the files of what compaction has rewritten (KAFKA-19862). Then
// the piece is read again, from wherever the log begins by then. So it is, a little later, where the process
// may open no more files.
#pragma once

#include <absl/functional/any_invocable.h>

#include <atomic>
#include <memory>
#include <string>

#include "base/clock.h"
#include "broker/coordinator/coordinator_shard.h"
#include "broker/loop.h"
#include "broker/replica/partition.h"
#include "protocol/compression.h"
#include "protocol/record_batch_records.h"

namespace klamm::broker {

class LogLoader : public std::enable_shared_from_this<LogLoader> {
 public:
  struct Uses {
    const Clock& clock;
    Workers& workers;
    Loop& loop;
  };
  struct Loaded {
    enum class State { kLoaded, kCancelled, kUnreadable };
    State state = State::kLoaded;
    Offset end;           // everything below was given to the shard
    std::string failure;  // of kUnreadable: a sentence that names the offset
    uint64_t records = 0;
    uint64_t bytes = 0;
    int64_t took_ms = 0;
  };
  // On a worker, once. The shard is not touched afterwards.
  using Done = absl::AnyInvocable<void(const Loaded&)>;

  // `shard` lives, and is nobody else's, until `done` is called.
  LogLoader(const Uses& uses, std::shared_ptr<Partition> partition, int32_t buffer_size,
            CoordinatorShard& shard, Done done);

  void start();
  // From any thread: it ends soon, with kCancelled unless it has ended already.
  void cancel() { cancelled_ = true; }

 private:
  enum class Next { kMore, kLater, kEnd };

  void next_piece();
  void next_piece_later();
  Next load_piece();
  Next load_batches(ByteView bytes);
  bool load_batch(const protocol::BatchView& batch, Now now);
  bool load_markers(const protocol::BatchView& batch);
  Next lacks_files(const storage::DiskError& error);
  Next cancelled();
  Next unreadable(std::string why);
  Now now() const { return {uses_.clock.monotonic_ms(), uses_.clock.wall_ms()}; }

  const Uses uses_;
  const std::shared_ptr<Partition> partition_;
  const uint32_t buffer_size_;
  CoordinatorShard& shard_;
  Done done_;
  std::atomic<bool> cancelled_{false};

  // Of the piece that runs.
  const int64_t started_ms_;
  Offset next_;
  int stale_reads_ = 0;       // in a row
  bool lacks_files_ = false;  // has said that it waits
  protocol::Decompressor decompressor_;
  protocol::DecompressedRecords plain_;
  Loaded loaded_;
};

}  // namespace klamm::broker
