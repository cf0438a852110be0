// The names in a partition's directory.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "storage/segment_file.h"

namespace klamm::storage {

// A file that is named after an offset: "00000000000000000042.index.swap" is {42, ".index", ".swap"}.
struct OffsetNamedFile {
  Offset offset;
  std::string_view extension;  // of a SegmentPart, or kSnapshotExtension; into the name that was parsed
  std::string_view suffix;     // kDeletedSuffix, kCleanedSuffix, kSwapSuffix, or empty

  bool is_segment_part() const { return extension != kSnapshotExtension; }
};
std::optional<OffsetNamedFile> parse_file_name(std::string_view name);

}  // namespace klamm::storage
