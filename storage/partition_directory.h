// The names of the directories in a log directory that hold a partition, or once did:
// docs/format-directory.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "storage/topic_partition.h"

namespace klamm::storage {

enum class PartitionDirectoryKind {
  kCurrent,  // <topic>-<partition>
  kFuture,   // <topic>-<partition>.<32 hex>-future: the copy of a partition that is moving to this directory
  kDeleted,  // ...-delete: renamed so that the name is free at once, and removed later
  kStray     // ...-stray: this node should not have it; kept for the operator
};

struct PartitionDirectoryName {
  TopicPartition partition;  // For kDeleted and kStray the topic may be cut short.
  PartitionDirectoryKind kind = PartitionDirectoryKind::kCurrent;
};

// Nothing when it is not the name of a partition's directory. The topic ends at the last '-'.
std::optional<PartitionDirectoryName> parse_partition_directory(std::string_view name);
// A fresh name of that kind (not kCurrent), at most 255 bytes where the kind allows to cut the topic.
std::string marked_directory_name(const TopicPartition& partition, PartitionDirectoryKind kind,
                                  Random& random);

}  // namespace klamm::storage
