#include "storage/producer_snapshots.h"

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "base/logging.h"

namespace klamm::storage {

std::string ProducerSnapshots::path(Offset offset) const {
  return *directory_ + "/" + offset_name(offset) + std::string(kSnapshotExtension);
}

DiskResult<> ProducerSnapshots::write(const ProducerState& state) {
  const Offset offset = state.end();
  const bool is_there = !offsets_.empty() && *offsets_.rbegin() == offset;
  if (is_there || offset == Offset{0}) return {};
  // A fresh file, so that nothing of one that had this name before is left behind the new content.
  auto removed = remove(offset);
  if (!removed.ok()) return removed;
  auto file = disk_.open(path(offset), OpenMode::kCreate);
  if (!file.ok()) return Error{file.error()};
  offsets_.insert(offset);
  const Bytes content = state.to_snapshot();
  auto written = (*file)->write_at(0, content);
  if (written.ok()) {
    unsynced_.push_back(std::make_shared<SegmentFile>(*std::move(file)));
  } else {
    // Half of one, where there was no room for it, must not pass for the newest.
    (void)remove(offset);
  }
  return written;
}

DiskResult<std::optional<ProducerState>> ProducerSnapshots::load_newest(Offset end, int64_t now_ms,
                                                                        int64_t expiration_ms) {
  while (!offsets_.empty()) {
    const Offset offset = *offsets_.rbegin();
    if (offset <= end) {
      auto content = read_file(disk_, path(offset));
      if (!content.ok() && content.error().code != ENOENT) return Error{content.error()};
      if (content.ok()) {
        auto state = ProducerState::from_snapshot(*content, offset, now_ms, expiration_ms);
        if (state) return state;
        LOG_WARN("{} is damaged and is removed; the producers are read from the log instead.", path(offset));
      }
    }
    auto removed = remove(offset);
    if (!removed.ok()) return Error{removed.error()};
  }
  return std::optional<ProducerState>();
}

std::vector<std::shared_ptr<SegmentFile>> ProducerSnapshots::take_unsynced() {
  return std::exchange(unsynced_, {});
}

DiskResult<std::optional<std::string>> ProducerSnapshots::retire(Offset offset) {
  if (offsets_.erase(offset) == 0) return std::optional<std::string>();
  const std::string retired = path(offset) + std::string(kDeletedSuffix);
  auto renamed = disk_.rename(path(offset), retired);
  // The segment has gone already: what a full disk has no longer name for goes at once.
  if (!renamed.ok() && is_full(renamed.error())) renamed = disk_.remove(path(offset));
  if (!renamed.ok() && renamed.error().code != ENOENT) return Error{renamed.error()};
  return std::optional(retired);
}

DiskResult<> ProducerSnapshots::remove(Offset offset) {
  offsets_.erase(offset);
  auto removed = disk_.remove(path(offset));
  if (!removed.ok() && removed.error().code != ENOENT) return removed;
  if (removed.ok()) last_removed_ = std::max(last_removed_, offset);
  return {};
}

DiskResult<> ProducerSnapshots::remove_strays(const std::set<Offset>& segment_bases) {
  std::set<Offset> strays = offsets_;
  if (!strays.empty()) strays.erase(std::prev(strays.end()));
  for (Offset base : segment_bases) strays.erase(base);
  if (strays.empty()) return {};
  // What takes their place is to survive a power cut before they go: they may know of producers of whom no
  // record is left.
  for (const auto& snapshot : unsynced_) {
    auto synced = snapshot->sync();
    if (!synced.ok()) return synced;
  }
  if (!unsynced_.empty()) {
    auto synced = disk_.sync_directory(*directory_);
    if (!synced.ok()) return synced;
  }
  for (Offset offset : strays) {
    auto removed = remove(offset);
    if (!removed.ok()) return removed;
  }
  return {};
}

}  // namespace klamm::storage
