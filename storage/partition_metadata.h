// `partition.metadata`: the topic id that a partition's directory belongs to, so that a topic that was
// deleted and made again under the same name is told from its predecessor.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/uuid.h"
#include "storage/disk.h"

namespace klamm::storage {

inline constexpr std::string_view kPartitionMetadataFile = "partition.metadata";

// The topic id; an error with code EBADMSG says what is wrong with the text. Versions above 0 are read as far
// as they are known, as Kafka does.
DiskResult<Uuid> parse_partition_metadata(ByteView text, std::string_view path);
std::string partition_metadata_text(const Uuid& topic_id);

// Of the partition's directory; nothing when it has no such file (its topic id is not known yet).
DiskResult<std::optional<Uuid>> read_partition_metadata(Disk& disk, const std::string& directory);
// Durable when it returns, once the directory's own name is.
DiskResult<> write_partition_metadata(Disk& disk, const std::string& directory, const Uuid& topic_id);

}  // namespace klamm::storage
