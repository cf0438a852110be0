// Cutting a segment off. Bytes that a reader was promised must not change, so a file that is pinned is
// replaced by a copy of what stays; the indexes, which readers look into at any time, are always replaced.
#include <algorithm>
#include <cerrno>

#include "base/check.h"
#include "storage/segment.h"

namespace klamm::storage {
namespace {

std::string fresh_path(const SegmentFiles& files, SegmentPart part) {
  return files.path(part) + std::string(kCleanedSuffix);
}

DiskResult<std::unique_ptr<File>> begin_fresh(const SegmentFiles& files, SegmentPart part) {
  auto file = files.disk().open(fresh_path(files, part), OpenMode::kCreate);
  if (!file.ok()) return Error{file.error()};
  auto emptied = (*file)->truncate(0);
  if (!emptied.ok()) return Error{emptied.error()};
  return file;
}

DiskResult<> write_fresh(const SegmentFiles& files, SegmentPart part, ByteView content) {
  auto file = begin_fresh(files, part);
  return file.ok() ? (*file)->write_at(0, content) : DiskResult<>(Error{file.error()});
}

// Whoever has the old file open keeps it as it was.
DiskResult<> put_in_place(const SegmentFiles& files, SegmentPart part) {
  return files.disk().rename(fresh_path(files, part), files.path(part));
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
  auto to = begin_fresh(files, SegmentPart::kLog);
  if (!to.ok()) return Error{to.error()};
  Bytes buffer(BatchReader::kScanWindow);
  for (uint32_t at = 0; at < size;) {
    auto got = from.read_at(at, std::span(buffer).first(std::min<size_t>(buffer.size(), size - at)));
    if (!got.ok()) return Error{got.error()};
    if (*got == 0) return Error{DiskError{EIO, files.path(SegmentPart::kLog) + " is shorter than it was"}};
    auto written = (*to)->write_at(at, ByteView(buffer).first(*got));
    if (!written.ok()) return written;
    at += static_cast<uint32_t>(*got);
  }
  return (*to)->sync();
}

DiskResult<> replace_log(const SegmentFiles& files) {
  auto replaced = put_in_place(files, SegmentPart::kLog);
  return replaced.ok() ? files.disk().sync_directory(files.directory()) : replaced;
}

DiskResult<> cut_in_place(File& file, uint32_t size) {
  auto cut = file.truncate(size);
  // Synced, so that what was cut off cannot come back behind batches that are appended later.
  return cut.ok() ? file.sync() : cut;
}

}  // namespace

DiskResult<Segment::Cut> Segment::prepare_cut(Offset offset, uint32_t position) {
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
  Cut cut{{position, *offset_entries, *time_entries, static_cast<uint32_t>(txns->size())}, *log};
  cut.is_copied = log->use_count() > 2;
  auto done = write_fresh(*files_, SegmentPart::kOffsetIndex, *offset_content);
  if (done.ok()) done = write_fresh(*files_, SegmentPart::kTimeIndex, *time_content);
  if (done.ok() && !txn_content.empty()) done = write_fresh(*files_, SegmentPart::kTxnIndex, txn_content);
  if (done.ok() && cut.is_copied) done = copy_front(*files_, (*log)->file(), position);
  if (done.ok()) return cut;
  for (SegmentPart part : kSegmentParts) (void)files_->disk().remove(fresh_path(*files_, part));
  files_->unretire();
  return Error{done.error()};
}

DiskResult<std::shared_ptr<Segment>> Segment::truncated(const Cut& cut, int64_t now_ms) {
  auto done = put_in_place(*files_, SegmentPart::kOffsetIndex);
  if (done.ok()) done = put_in_place(*files_, SegmentPart::kTimeIndex);
  if (done.ok() && txn_index_.count() > 0) {
    done = cut.content.txn_entries == 0 ? files_->disk().remove(files_->path(SegmentPart::kTxnIndex))
                                        : put_in_place(*files_, SegmentPart::kTxnIndex);
  }
  if (done.ok())
    done = cut.is_copied ? replace_log(*files_) : cut_in_place(cut.log->file(), cut.content.size);
  if (!done.ok()) return Error{done.error()};

  auto fresh = std::make_shared<SegmentFiles>(files_->disk(), files_->shared_directory(), base());
  fresh->set_unexamined(std::min(files_->unexamined(), cut.content.size));
  return std::make_shared<Segment>(std::move(fresh), cut.content,
                                   cut.content.size == 0 ? now_ms : created_ms_);
}

}  // namespace klamm::storage
