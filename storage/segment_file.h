// The files of one segment, opened when they are needed and closed when nobody has needed them for a while.
//
// A SegmentFile is one open file. Whoever holds the shared pointer keeps the descriptor, so that bytes which
// were promised to a reader stay readable when the segment is renamed, replaced or removed meanwhile.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/types.h"
#include "storage/disk.h"
#include "storage/warm_blocks.h"

namespace klamm::storage {

class SegmentFile {
 public:
  explicit SegmentFile(std::unique_ptr<File> file) : file_(std::move(file)) {}

  const File& file() const { return *file_; }
  File& file() { return *file_; }
  int descriptor() const { return file_->descriptor(); }
  // What was found of it in the page cache. Any thread.
  WarmBlocks& warm() const { return warm_; }
  // Any thread. The kernel tells of what it has lost once for each open file, and would let the next sync
  // succeed: here everyone who comes after a failure is told of it. Always EIO: space that had been promised
  // and is not there is a loss too, unlike the ENOSPC of a write, which can be made again.
  DiskResult<> sync() ABSL_LOCKS_EXCLUDED(sync_mutex_);

 private:
  std::unique_ptr<File> file_;
  mutable WarmBlocks warm_;
  absl::Mutex sync_mutex_;
  std::optional<DiskError> lost_ ABSL_GUARDED_BY(sync_mutex_);
};

// `size` bytes from `position` on. Holding it pins the file: these bytes never change and stay readable.
struct FileSlice {
  std::shared_ptr<const SegmentFile> file;
  uint64_t position = 0;
  uint32_t size = 0;
};

enum class SegmentPart : uint8_t { kLog, kOffsetIndex, kTimeIndex, kTxnIndex };
inline constexpr std::array kSegmentParts = {SegmentPart::kLog, SegmentPart::kOffsetIndex,
                                             SegmentPart::kTimeIndex, SegmentPart::kTxnIndex};
std::string_view extension(SegmentPart part);  // ".log", ".index", ".timeindex", ".txnindex"

inline constexpr std::string_view kDeletedSuffix = ".deleted";
inline constexpr std::string_view kCleanedSuffix = ".cleaned";
inline constexpr std::string_view kSwapSuffix = ".swap";
inline constexpr std::string_view kSnapshotExtension = ".snapshot";

// "00000000000000000042": how a file of a log is named after an offset.
std::string offset_name(Offset offset);
std::string segment_path(const std::string& directory, Offset base, SegmentPart part,
                         std::string_view suffix = "");

// The error of a file that was removed or replaced behind a reader who held an old LogView: take the new view
// and read again. It says nothing about the disk.
bool is_stale(const DiskError& error);

// Thread-safe: readers open files while the writer renames or retires them.
class SegmentFiles {
 public:
  SegmentFiles(Disk& disk, std::shared_ptr<const std::string> directory, Offset base,
               std::string_view suffix = "");

  Disk& disk() const { return disk_; }
  const std::string& directory() const { return *directory_; }
  std::shared_ptr<const std::string> shared_directory() const { return directory_; }
  Offset base() const { return base_; }
  std::string path(SegmentPart part) const ABSL_LOCKS_EXCLUDED(mutex_);

  // The open file, opened now if it was not.
  DiskResult<std::shared_ptr<SegmentFile>> get(SegmentPart part) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Opens the file, made when missing.
  DiskResult<std::shared_ptr<SegmentFile>> create(SegmentPart part) ABSL_LOCKS_EXCLUDED(mutex_);

  // Bytes of the log below this were there before this process wrote to it, and nobody has examined them
  // since (segment_exam.h).
  uint32_t unexamined() const { return unexamined_.load(std::memory_order_acquire); }
  void set_unexamined(uint32_t size) { unexamined_.store(size, std::memory_order_release); }

  // Closes what no slice pins. The next use opens it again.
  void close_idle() ABSL_LOCKS_EXCLUDED(mutex_);
  // From here on get() fails as stale; slices stay readable.
  void retire() ABSL_LOCKS_EXCLUDED(mutex_);
  // Takes that back: no file has been changed.
  void unretire() ABSL_LOCKS_EXCLUDED(mutex_);
  // Retires the files and gives them another suffix: the log first, durably, since the others mean nothing
  // without it, and it would be incomplete without them.
  DiskResult<> retire_as(std::string_view suffix) ABSL_LOCKS_EXCLUDED(mutex_);
  // Retires the files and removes them.
  DiskResult<> remove() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  DiskResult<std::shared_ptr<SegmentFile>> open(SegmentPart part, OpenMode mode) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string path_locked(SegmentPart part) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Disk& disk_;
  const std::shared_ptr<const std::string> directory_;
  const Offset base_;
  std::atomic<uint32_t> unexamined_{0};
  mutable absl::Mutex mutex_;
  std::string_view suffix_ ABSL_GUARDED_BY(mutex_);  // one of the constants above, or empty
  bool retired_ ABSL_GUARDED_BY(mutex_) = false;
  mutable std::array<std::shared_ptr<SegmentFile>, 4> open_ ABSL_GUARDED_BY(mutex_);
  // What was closed as idle but is pinned still: opening it again must give the same object, so that its
  // holders can be counted.
  mutable std::array<std::weak_ptr<SegmentFile>, 4> pinned_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klamm::storage
