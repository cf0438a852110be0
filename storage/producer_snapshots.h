// The `.snapshot` files of a log: the producer state as it was at an offset, so that recovery need not replay
// the log from its start. docs/format-producer-snapshot.md.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "storage/producer_state.h"
#include "storage/segment_file.h"

namespace klamm::storage {

class ProducerSnapshots {
 public:
  ProducerSnapshots(Disk& disk, std::shared_ptr<const std::string> directory)
      : disk_(disk), directory_(std::move(directory)) {}

  // Takes note of a file that is in the directory.
  void found(Offset offset) { offsets_.insert(offset); }
  const std::set<Offset>& offsets() const { return offsets_; }
  std::string path(Offset offset) const;

  // Writes the state under the name of its end, unless the newest file is that one, or the log is empty. Not
  // synced: see take_unsynced.
  DiskResult<> write(const ProducerState& state);
  // The newest state that is not behind `end`. Files that lie behind it, or are damaged, are removed.
  DiskResult<std::optional<ProducerState>> load_newest(Offset end, int64_t now_ms, int64_t expiration_ms);
  // The files written since the last call, for a flush to sync.
  std::vector<std::shared_ptr<SegmentFile>> take_unsynced();
  // Renames the file of this offset to `.deleted`, if there is one, and returns its new path.
  DiskResult<std::optional<std::string>> retire(Offset offset);
  DiskResult<> remove(Offset offset);
  // The last offset of a file that was removed. Behind the end of the log such a file may not come back; what
  // comes back below it says the same as the log.
  Offset last_removed() const { return last_removed_; }
  // Removes those that are neither at the base of a segment nor the newest.
  DiskResult<> remove_strays(const std::set<Offset>& segment_bases);

 private:
  Disk& disk_;
  const std::shared_ptr<const std::string> directory_;
  std::set<Offset> offsets_;
  std::vector<std::shared_ptr<SegmentFile>> unsynced_;
  Offset last_removed_{-1};
};

}  // namespace klamm::storage
