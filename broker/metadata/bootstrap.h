// bootstrap.checkpoint: the records that a new cluster begins with, left by the formatter in every log
// directory and read by the controller that finds its metadata log empty. The format is a snapshot's.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "broker/metadata/features.h"
#include "broker/metadata/metadata_batch.h"
#include "storage/disk.h"

namespace klamm::broker {

inline constexpr std::string_view kBootstrapFile = "bootstrap.checkpoint";

// By the feature's name; metadata.version and kraft.version may be among them.
using FeatureLevels = std::map<std::string, int16_t, std::less<>>;

// All features' levels in a new cluster of this metadata.version, but for kraft.version.
FeatureLevels default_levels(MetadataVersion version);

// A record for metadata.version, then one for each other feature above level 0, by name. kraft.version has
// none: it is a control record's business. Views into `levels`, which has metadata.version.
std::vector<VersionedRecord> feature_records(const FeatureLevels& levels);

// The content of the file.
Bytes bootstrap_file(const std::vector<VersionedRecord>& records, int64_t now_ms);

struct BootstrapMetadata {
  std::vector<VersionedRecord> records;  // views into `storage`; metadata.version is among them
  std::shared_ptr<const Bytes> storage;
};
// Without the file: metadata.version alone, at its latest level, as Kafka does.
Result<BootstrapMetadata, Failure> read_bootstrap(storage::Disk& disk, const std::string& log_dir);

}  // namespace klamm::broker
