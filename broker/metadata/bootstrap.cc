#include "broker/metadata/bootstrap.h"

#include <fmt/core.h>

#include <cerrno>
#include <utility>
#include <variant>

#include "broker/metadata/cluster_image.h"
#include "broker/metadata/record_version.h"
#include "broker/metadata/snapshot_format.h"

namespace klamm::broker {
namespace {

// Feature levels and credentials: a file of more than this is none.
constexpr uint64_t kBootstrapSizeMax = 8 << 20;

VersionedRecord feature_record(std::string_view name, int16_t level) {
  protocol::FeatureLevelRecord record;
  record.name = name;
  record.feature_level = level;
  return {record, 0};
}

const protocol::FeatureLevelRecord* metadata_version_in(const std::vector<VersionedRecord>& records) {
  const protocol::FeatureLevelRecord* found = nullptr;
  for (const VersionedRecord& record : records) {
    const auto* feature = std::get_if<protocol::FeatureLevelRecord>(&record.record);
    if (feature && feature->name == kMetadataVersionFeature) found = feature;
  }
  return found;
}

// Decodes the whole file; compressed batches, whose records would not be views into it, are not written by
// anyone.
Result<std::vector<VersionedRecord>, Failure> decode(ByteView file) {
  std::vector<VersionedRecord> records;
  SnapshotDecoder decoder;
  protocol::BatchCursor batches(file);
  while (auto batch = batches.next()) {
    if (batch->is_compressed()) return Error{Failure{"it holds a compressed batch"}};
    auto read = decoder.next(*batch);
    if (!read) return Error{read.error()};
    for (auto& record : *read) records.push_back({std::move(record), 0});
  }
  if (!decoder.complete() || batches.end() != protocol::BatchCursor::End::kClean) {
    return Error{Failure{"it is cut short or damaged"}};
  }
  return records;
}

}  // namespace

FeatureLevels default_levels(MetadataVersion version) {
  FeatureLevels levels;
  for (const Feature& feature : supported_features()) {
    if (feature.name != kKraftVersionFeature) levels.emplace(feature.name, feature.default_level(version));
  }
  return levels;
}

std::vector<VersionedRecord> feature_records(const FeatureLevels& levels) {
  const auto metadata_version = levels.find(kMetadataVersionFeature);
  CHECK(metadata_version != levels.end());
  std::vector<VersionedRecord> records = {feature_record(kMetadataVersionFeature, metadata_version->second)};
  for (const auto& [name, level] : levels) {
    if (name == kMetadataVersionFeature || name == kKraftVersionFeature || level == 0) continue;
    records.push_back(feature_record(name, level));
  }
  return records;
}

Bytes bootstrap_file(const std::vector<VersionedRecord>& records, int64_t now_ms) {
  SnapshotEncoder encoder(Epoch{0}, now_ms, {});
  for (const VersionedRecord& record : records) encoder.append(record.record, record.version);
  encoder.finish();
  return encoder.take();
}

Result<BootstrapMetadata, Failure> read_bootstrap(storage::Disk& disk, const std::string& log_dir) {
  const std::string path = log_dir + "/" + std::string(kBootstrapFile);
  auto content = storage::read_file(disk, path, kBootstrapSizeMax);
  if (!content && content.error().code == ENOENT) {
    return BootstrapMetadata{{feature_record(kMetadataVersionFeature, kMetadataVersionLatest.level)},
                             nullptr};
  }
  auto unusable = [](const std::string& why) {
    return Error{Failure{
        fmt::format("{}. Put the file of another log directory, node or backup of this cluster in its "
                    "place. Without one: if the metadata log beside it holds records already, remove "
                    "the file, which only begins an empty log; if this is a new cluster, remove all "
                    "that is in the directory and format it anew with `klamm storage format`",
                    why)}};
  };
  if (!content) return unusable(content.error().what);

  BootstrapMetadata bootstrap;
  bootstrap.storage = std::make_shared<const Bytes>(std::move(*content));
  auto records = decode(*bootstrap.storage);
  if (!records) return unusable(path + ": " + records.error().message);
  bootstrap.records = std::move(*records);
  const protocol::FeatureLevelRecord* feature = metadata_version_in(bootstrap.records);
  if (!feature) return unusable(path + ": it says no metadata.version");
  const MetadataVersion version{feature->feature_level};
  for (VersionedRecord& record : bootstrap.records) record.version = record_version(record.record, version);
  return bootstrap;
}

}  // namespace klamm::broker
