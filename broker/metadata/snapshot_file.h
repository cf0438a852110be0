// Snapshots of the metadata log as files: `<20-digit end offset>-<10-digit epoch>.checkpoint` beside the
// log's segments. A snapshot is written under a name that ends in `.part` and is there, whole, once it has
// its own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/metadata/cluster_image.h"
#include "broker/metadata/snapshot_format.h"
#include "raft/replica_key.h"
#include "storage/disk.h"

namespace klamm::broker {

// "00000000000000000008-0000000001.checkpoint"
std::string snapshot_file_name(raft::SnapshotId id);
// Nothing for any other name, `.part` and `.deleted` included.
std::optional<raft::SnapshotId> parse_snapshot_file_name(std::string_view name);
// Those in the directory, the oldest first.
storage::DiskResult<std::vector<raft::SnapshotId>> list_snapshots(storage::Disk& disk,
                                                                  const std::string& directory);
// Removes what a crash left: unfinished snapshots, and those that were about to be deleted.
storage::DiskResult<> remove_snapshot_leftovers(storage::Disk& disk, const std::string& directory);

// What a snapshot says.
struct LoadedSnapshot {
  // Its last_applied is the last record that the snapshot covers. It begins empty and takes nothing from any
  // image before it (KAFKA-14894).
  ClusterImage image;
  SnapshotControl control;
};

// A snapshot file while it is being written: by this node from an image, or from what a leader sends
// (FetchSnapshot). Dropped before freeze() it leaves a `.part`, which the next start removes.
class SnapshotFileWriter {
 public:
  // The directory exists. There is one writer of a snapshot at a time.
  static storage::DiskResult<SnapshotFileWriter> create(storage::Disk& disk, const std::string& directory,
                                                        raft::SnapshotId id);

  raft::SnapshotId id() const { return id_; }
  uint64_t size() const { return size_; }
  storage::DiskResult<> append(ByteView bytes);
  // What has been appended, as load_snapshot() would give it.
  Result<LoadedSnapshot, Failure> load() const;
  // Makes it durable, under its name. Nothing is appended afterwards.
  storage::DiskResult<> freeze();

 private:
  SnapshotFileWriter(storage::Disk& disk, std::string directory, raft::SnapshotId id,
                     std::unique_ptr<storage::File> file);
  std::string part_path() const;

  storage::Disk* disk_;
  std::string directory_;
  raft::SnapshotId id_;
  std::unique_ptr<storage::File> file_;
  uint64_t size_ = 0;
};

// Writes the snapshot of `image`, which ends behind its last_applied record, and gives its id. The image
// stands at the end of a batch (ImageLoader::visible() does) and has a metadata.version. `kraft_version` and
// `voters` are the quorum's at that offset.
storage::DiskResult<raft::SnapshotId> write_snapshot(storage::Disk& disk, const std::string& directory,
                                                     const ClusterImage& image, int16_t kraft_version,
                                                     const raft::Voters& voters, int64_t now_ms);

// The Failure names the file and what is wrong with it.
Result<LoadedSnapshot, Failure> load_snapshot(storage::Disk& disk, const std::string& directory,
                                              raft::SnapshotId id);

// When the last record that the snapshot covers was appended, in ms: what its header says. No more is read.
Result<int64_t, Failure> read_snapshot_time(storage::Disk& disk, const std::string& directory,
                                            raft::SnapshotId id);

// Reads a file of the snapshot format, batch by batch, and hands each batch's records over; stops at the
// first Failure. Gives what the control batches said.
using RecordsSink = std::function<Result<void, Failure>(std::span<const protocol::MetadataRecord>)>;
Result<SnapshotControl, Failure> read_snapshot_file(storage::Disk& disk, const std::string& path,
                                                    const RecordsSink& sink);

}  // namespace klamm::broker
