// `meta.properties`: to which node of which cluster a log directory belongs. A directory without it is
// unformatted. docs/format-meta-properties.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/types.h"
#include "base/uuid.h"
#include "storage/disk.h"

namespace klamm::storage {

inline constexpr std::string_view kMetaPropertiesFile = "meta.properties";

struct MetaProperties {
  int version = 1;                        // 0, of nodes older than KRaft, calls the node id broker.id.
  std::optional<std::string> cluster_id;  // Version 1 always has it, and the node id.
  std::optional<NodeId> node_id;
  std::optional<Uuid> directory_id;  // Missing where a version before 3.7 formatted the directory.

  friend bool operator==(const MetaProperties&, const MetaProperties&) = default;
};

// The message names the file, the key, its value and what it should be.
Result<MetaProperties, Failure> parse_meta_properties(ByteView text, std::string_view path);
std::string meta_properties_text(const MetaProperties& meta);

// Code ENOENT when the directory is missing or unformatted, EBADMSG when the text is malformed.
DiskResult<MetaProperties> read_meta_properties(Disk& disk, const std::string& log_dir);
DiskResult<> write_meta_properties(Disk& disk, const std::string& log_dir, const MetaProperties& meta);

// The first hundred ids are not directories: all zeros means "as before", one "not assigned yet", two "lost".
bool is_reserved_directory_id(const Uuid& id);
Uuid random_directory_id(Random& random);

}  // namespace klamm::storage
