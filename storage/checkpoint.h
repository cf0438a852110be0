// Kafka's checkpoint files: small texts that say, for each partition of a log directory, an offset. They are
// replaced as a whole, so that a crash leaves the old one or the new one. docs/format-checkpoints.md.
//
// A text that is not what Kafka writes is an error with code EBADMSG that names the file and the line; a file
// that is not there is empty.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "storage/disk.h"
#include "storage/topic_partition.h"

namespace klamm::storage {

using OffsetCheckpoint = std::map<TopicPartition, Offset>;

DiskResult<OffsetCheckpoint> parse_offset_checkpoint(ByteView text, std::string_view path);
std::string offset_checkpoint_text(const OffsetCheckpoint& offsets);

DiskResult<OffsetCheckpoint> read_offset_checkpoint(Disk& disk, const std::string& path);

// The frame that all checkpoint files share: a version, a count, and that many lines of `field_count` (at
// most three) fields between white space. The fields point into `text`.
struct CheckpointLine {
  int number = 0;
  std::array<std::string_view, 3> fields;
};
DiskResult<std::vector<CheckpointLine>> parse_checkpoint(ByteView text, std::string_view path,
                                                         size_t field_count);
// "<path>, line <number>: expected <expected>, found "<found>"", with code EBADMSG.
DiskError malformed_line(std::string_view path, int number, std::string_view expected,
                         std::string_view found);

}  // namespace klamm::storage
