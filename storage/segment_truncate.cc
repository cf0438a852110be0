// Cutting a segment off. Bytes that a reader was promised must not change, so a file that is pinned is
// replaced by a copy of what stays; the indexes, which readers look into at any time, are always replaced.
#include <algorithm>
#include <cerrno>

#include "base/check.h"
#include "storage/segment.h"

namespace klamm::storage {
namespace {

// Writes `content` beside the file and renames it over it: who has the old file open keeps it as it was.
DiskResult<> replace(const SegmentFiles& files, SegmentPart part, ByteView content) {
  const std::string path = files.path(part);
  const std::string fresh = path + std::string(kCleanedSuffix);
  auto file = files.disk().open(fresh, OpenMode::kCreate);
  if (!file.ok()) return Error{file.error()};
  auto emptied = (*file)->truncate(0);
  if (!emptied.ok()) return emptied;
  auto written = (*file)->write_at(0, content);
  if (!written.ok()) return written;
  return files.disk().rename(fresh, path);
}

template <class Index>
DiskResult<Bytes> front_of(const Index& index, uint32_t count) {
  using Entry = std::remove_cvref_t<decltype(*index.at(0))>;
  Bytes content(size_t{count} * Entry::kSize);
  for (uint32_t i = 0; i < count; ++i) {
    auto entry = index.at(i);
    if (!entry.ok()) return Error{entry.error()};
    entry->encode(content.data() + size_t{i} * Entry::kSize);
  }
  return content;
}

DiskResult<> copy_front(const SegmentFiles& files, const File& from, uint32_t size) {
  const std::string path = files.path(SegmentPart::kLog);
  const std::string fresh = path + std::string(kCleanedSuffix);
  auto to = files.disk().open(fresh, OpenMode::kCreate);
  if (!to.ok()) return Error{to.error()};
  auto emptied = (*to)->truncate(0);
  if (!emptied.ok()) return emptied;
  Bytes buffer(BatchReader::kScanWindow);
  for (uint32_t at = 0; at < size;) {
    auto got = from.read_at(at, std::span(buffer).first(std::min<size_t>(buffer.size(), size - at)));
    if (!got.ok()) return Error{got.error()};
    if (*got == 0) return Error{DiskError{EIO, path + " is shorter than it was"}};
    auto written = (*to)->write_at(at, ByteView(buffer).first(*got));
    if (!written.ok()) return written;
    at += static_cast<uint32_t>(*got);
  }
  auto synced = (*to)->sync();
  if (!synced.ok()) return synced;
  auto renamed = files.disk().rename(fresh, path);
  if (!renamed.ok()) return renamed;
  return files.disk().sync_directory(files.directory());
}

DiskResult<> cut_in_place(File& file, uint32_t size) {
  auto cut = file.truncate(size);
  // Synced, so that what was cut off cannot come back behind batches that are appended later.
  return cut.ok() ? file.sync() : cut;
}

}  // namespace

DiskResult<std::shared_ptr<Segment>> Segment::truncated(Offset offset, uint32_t position, int64_t now_ms) {
  CHECK(position <= size());
  auto offset_entries = offset_index_.count_while([&](const OffsetEntry& entry) {
    return base() + entry.relative_offset < offset && entry.position < position;
  });
  if (!offset_entries.ok()) return Error{offset_entries.error()};
  auto time_entries = time_index_.count_while(
      [&](const TimeEntry& entry) { return base() + entry.relative_offset < offset; });
  if (!time_entries.ok()) return Error{time_entries.error()};
  auto txns = txn_index_.all();
  if (!txns.ok()) return Error{txns.error()};
  std::erase_if(*txns, [&](const AbortedTxn& txn) { return txn.last_offset >= offset; });
  Bytes txn_content(txns->size() * AbortedTxn::kSize);
  for (size_t i = 0; i < txns->size(); ++i) (*txns)[i].encode(txn_content.data() + i * AbortedTxn::kSize);
  auto offset_content = front_of(offset_index_, *offset_entries);
  if (!offset_content.ok()) return Error{offset_content.error()};
  auto time_content = front_of(time_index_, *time_entries);
  if (!time_content.ok()) return Error{time_content.error()};
  auto log = files_->get(SegmentPart::kLog);
  if (!log.ok()) return Error{log.error()};

  // From here on nobody opens a file through this object; whoever holds the log file now is counted in it.
  files_->retire();
  auto done = replace(*files_, SegmentPart::kOffsetIndex, *offset_content);
  if (done.ok()) done = replace(*files_, SegmentPart::kTimeIndex, *time_content);
  if (done.ok() && txn_index_.count() > 0) {
    done = txn_content.empty() ? files_->disk().remove(files_->path(SegmentPart::kTxnIndex))
                               : replace(*files_, SegmentPart::kTxnIndex, txn_content);
  }
  if (!done.ok()) return Error{done.error()};
  const bool is_pinned = log->use_count() > 1;
  done = is_pinned ? copy_front(*files_, (*log)->file(), position) : cut_in_place((*log)->file(), position);
  if (!done.ok()) return Error{done.error()};

  auto fresh = std::make_shared<SegmentFiles>(files_->disk(), files_->shared_directory(), base());
  fresh->set_unexamined(std::min(files_->unexamined(), position));
  return std::make_shared<Segment>(
      std::move(fresh),
      Content{position, *offset_entries, *time_entries, static_cast<uint32_t>(txns->size())},
      position == 0 ? now_ms : created_ms_);
}

}  // namespace klamm::storage
