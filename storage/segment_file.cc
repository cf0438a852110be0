#include "storage/segment_file.h"

#include <fmt/format.h>

#include <cerrno>

namespace klamm::storage {

std::string_view extension(SegmentPart part) {
  switch (part) {
    case SegmentPart::kLog:
      return ".log";
    case SegmentPart::kOffsetIndex:
      return ".index";
    case SegmentPart::kTimeIndex:
      return ".timeindex";
    case SegmentPart::kTxnIndex:
      return ".txnindex";
  }
  return "";
}

std::string offset_name(Offset offset) { return fmt::format("{:020}", offset.value); }

std::string segment_path(const std::string& directory, Offset base, SegmentPart part,
                         std::string_view suffix) {
  return fmt::format("{}/{}{}{}", directory, offset_name(base), extension(part), suffix);
}

bool is_stale(const DiskError& error) { return error.code == ESTALE; }

DiskResult<> SegmentFile::sync() {
  absl::MutexLock lock(&sync_mutex_);
  if (lost_) return Error{*lost_};
  auto synced = file_->sync();
  if (synced.ok()) return {};
  lost_ = DiskError{EIO, synced.error().what};
  return Error{*lost_};
}

SegmentFiles::SegmentFiles(Disk& disk, std::shared_ptr<const std::string> directory, Offset base,
                           std::string_view suffix)
    : disk_(disk), directory_(std::move(directory)), base_(base), suffix_(suffix) {}

std::string SegmentFiles::path_locked(SegmentPart part) const {
  return segment_path(*directory_, base_, part, suffix_);
}

std::string SegmentFiles::path(SegmentPart part) const {
  absl::MutexLock lock(&mutex_);
  return path_locked(part);
}

DiskResult<std::shared_ptr<SegmentFile>> SegmentFiles::open(SegmentPart part, OpenMode mode) const {
  if (retired_) return Error{DiskError{ESTALE, path_locked(part) + " was replaced or removed"}};
  auto& slot = open_[static_cast<size_t>(part)];
  auto& pinned = pinned_[static_cast<size_t>(part)];
  if (!slot) slot = pinned.lock();
  if (slot) return slot;
  auto file = disk_.open(path_locked(part), mode);
  if (!file.ok()) return Error{file.error()};
  slot = std::make_shared<SegmentFile>(*std::move(file));
  pinned = slot;
  return slot;
}

DiskResult<std::shared_ptr<SegmentFile>> SegmentFiles::get(SegmentPart part) const {
  absl::MutexLock lock(&mutex_);
  return open(part, OpenMode::kReadWrite);
}

DiskResult<std::shared_ptr<SegmentFile>> SegmentFiles::create(SegmentPart part) {
  absl::MutexLock lock(&mutex_);
  return open(part, OpenMode::kCreate);
}

void SegmentFiles::close_idle() {
  absl::MutexLock lock(&mutex_);
  for (auto& file : open_) file.reset();
}

void SegmentFiles::retire() {
  absl::MutexLock lock(&mutex_);
  retired_ = true;
  for (auto& file : open_) file.reset();
}

void SegmentFiles::unretire() {
  absl::MutexLock lock(&mutex_);
  retired_ = false;
}

// Where the log cannot be renamed (a full disk may have no room for the longer name), all is as it was.
// Behind it there is no way back: what cannot be renamed then is removed.
DiskResult<> SegmentFiles::retire_as(std::string_view suffix) {
  retire();
  for (SegmentPart part : kSegmentParts) {
    auto renamed = disk_.rename(path(part), segment_path(*directory_, base_, part, suffix));
    const bool is_log = part == SegmentPart::kLog;
    if (!renamed.ok() && is_full(renamed.error()) && !is_log) renamed = disk_.remove(path(part));
    if (!renamed.ok() && renamed.error().code != ENOENT) {
      absl::MutexLock lock(&mutex_);
      retired_ = !is_log;
      return renamed;
    }
    if (!is_log) continue;
    if (auto named = disk_.sync_directory(*directory_); !named.ok())
      return Error{DiskError{EIO, named.error().what}};
  }
  absl::MutexLock lock(&mutex_);
  suffix_ = suffix;
  return {};
}

DiskResult<> SegmentFiles::remove() {
  retire();
  for (SegmentPart part : kSegmentParts) {
    auto removed = disk_.remove(path(part));
    if (!removed.ok() && removed.error().code != ENOENT) return removed;
  }
  return {};
}

}  // namespace klamm::storage
