#include "broker/metadata/metadata_batch.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "protocol/record_batch_builder.h"

namespace klamm::broker {
namespace {

// Why a record's value was not understood, for the operator: most likely it is of a newer release.
Failure not_understood(Offset offset, std::optional<ByteView> value) {
  protocol::Reader reader(value.value_or(ByteView()));
  const uint32_t frame = reader.uvarint(), key = reader.uvarint(), version = reader.uvarint();
  if (!reader.ok()) return {fmt::format("The metadata record at offset {} is malformed", offset.value)};
  return {
      fmt::format("The metadata record at offset {} (key {}, version {}, frame {}) is malformed, or of a "
                  "newer release than this node: run that release",
                  offset.value, key, version, frame)};
}

}  // namespace

Bytes encode_metadata_batch(Offset base_offset, Epoch epoch, int64_t append_time_ms,
                            std::span<const VersionedRecord> records) {
  CHECK(!records.empty());
  protocol::BatchFields fields;
  fields.base_offset = base_offset;
  fields.leader_epoch = epoch;
  protocol::RecordBatchBuilder builder(fields);
  Bytes value;
  for (const VersionedRecord& record : records) {
    value.clear();
    protocol::Writer writer(value);
    protocol::write_metadata_record(writer, record.record, record.version);
    builder.append(append_time_ms, std::nullopt, value);
  }
  return builder.build();
}

Result<std::vector<protocol::MetadataRecord>, Failure> MetadataBatchReader::read(
    const protocol::BatchView& batch) {
  auto section = plain_.of(batch, decompressor_, kMetadataBatchSizeMax);
  if (!section) {
    return Error{Failure{
        fmt::format("The metadata batch at offset {} cannot be decompressed", batch.base_offset().value)}};
  }
  std::vector<protocol::MetadataRecord> records;
  protocol::RecordCursor cursor(*section, batch.record_count());
  while (const protocol::Record* record = cursor.next()) {
    auto known = record->value ? protocol::read_metadata_record(*record->value) : std::nullopt;
    if (!known) return Error{not_understood(protocol::offset_of(batch, *record), record->value)};
    records.push_back(std::move(*known));
  }
  if (!cursor.ok()) {
    return Error{
        Failure{fmt::format("The metadata batch at offset {} is malformed", batch.base_offset().value)}};
  }
  return records;
}

}  // namespace klamm::broker
