// `synced-offset`: up to which offset a log is known to have been synced, kept beside it so that damage can
// be told from what a crash leaves: below this offset, no crash can have taken anything.
//
// The file is written over in place, in one sector, after each sync of the log and without a sync of its own:
// any older content is true as well, and only says less. A process that dies leaves the newest. 32 bytes:
// "0 ", the offset in 20 digits, a blank, the CRC-32C of these 22 characters in 8 hexadecimal digits, "\n".
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/types.h"
#include "storage/disk.h"
#include "storage/segment_file.h"

namespace klamm::storage {

inline constexpr std::string_view kSyncedOffsetFile = "synced-offset";

class SyncedOffset {
 public:
  SyncedOffset(Disk& disk, const std::string& log_directory)
      : disk_(disk), path_(log_directory + "/" + std::string(kSyncedOffsetFile)) {}

  const std::string& path() const { return path_; }
  // What the file says: nothing when there is none (a log of Apache Kafka's), or when it is damaged.
  DiskResult<std::optional<Offset>> open();

  // Writes the file, durably. Before the log is cut below the offset that was written.
  DiskResult<> reset(Offset offset);
  // After a sync of the log up to here. Does nothing when the offset is not higher; makes the file when there
  // was none.
  DiskResult<> raise(Offset offset);
  // The file, when it is time to sync it together with the log.
  std::shared_ptr<SegmentFile> due() const { return unsynced_ >= kUnsyncedMax ? file_ : nullptr; }
  void on_synced() { unsynced_ = 0; }
  DiskResult<> sync();
  Offset offset() const { return offset_; }

 private:
  static constexpr int kUnsyncedMax = 16;

  Disk& disk_;
  const std::string path_;
  std::shared_ptr<SegmentFile> file_;
  Offset offset_{0};
  int unsynced_ = 0;  // how often the file was written since it was synced
};

}  // namespace klamm::storage
