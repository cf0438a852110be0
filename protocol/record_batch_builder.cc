#include "protocol/record_batch_builder.h"

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "protocol/record_batch_varint.h"
#include "protocol/wire.h"

namespace klamm::protocol {
namespace {

using namespace batch_layout;

size_t bytes_size(std::optional<ByteView> value) {
  if (!value) return 1;
  return static_cast<size_t>(varlong_size(static_cast<int64_t>(value->size()))) + value->size();
}

void write_bytes(Writer& writer, std::optional<ByteView> value) {
  if (!value) return writer.varint(-1);
  writer.varint(static_cast<int32_t>(value->size()));
  writer.raw(*value);
}

size_t headers_size(std::span<const NewHeader> headers) {
  size_t size = static_cast<size_t>(varlong_size(static_cast<int64_t>(headers.size())));
  for (const NewHeader& header : headers) size += bytes_size(as_bytes(header.key)) + bytes_size(header.value);
  return size;
}

uint16_t attributes_of(const BatchFields& fields) {
  uint16_t attributes = static_cast<uint16_t>(fields.compression.codec);
  if (fields.log_append_time_ms) attributes |= kLogAppendTime;
  if (fields.is_transactional) attributes |= kTransactional;
  if (fields.is_control) attributes |= kControl;
  if (fields.delete_horizon_ms) attributes |= kDeleteHorizon;
  return attributes;
}

// Into the first 61 bytes of `batch`, whose records follow them already.
void write_header(const BatchFields& fields, const SectionFields& section, Bytes& batch) {
  store_be64(&batch[kBaseOffset], static_cast<uint64_t>(fields.base_offset.value));
  store_be32(&batch[kLength], static_cast<uint32_t>(batch.size() - kBeforeLengthCounts));
  store_be32(&batch[kLeaderEpoch], static_cast<uint32_t>(fields.leader_epoch.value));
  batch[batch_layout::kMagic] = 2;
  store_be16(&batch[kAttributes], attributes_of(fields));
  store_be32(&batch[kLastOffsetDelta], static_cast<uint32_t>(section.last_offset_delta));
  store_be64(&batch[kBaseTimestamp], static_cast<uint64_t>(section.base_timestamp));
  store_be64(&batch[kMaxTimestamp],
             static_cast<uint64_t>(fields.log_append_time_ms.value_or(section.max_timestamp)));
  store_be64(&batch[kProducerId], static_cast<uint64_t>(fields.producer_id));
  store_be16(&batch[kProducerEpoch], static_cast<uint16_t>(fields.producer_epoch));
  store_be32(&batch[kBaseSequence], static_cast<uint32_t>(fields.base_sequence));
  store_be32(&batch[kRecordCount], static_cast<uint32_t>(section.record_count));
  refresh_crc(batch);
}

}  // namespace

RecordBatchBuilder::RecordBatchBuilder(const BatchFields& fields)
    : fields_(fields), base_timestamp_(fields.delete_horizon_ms) {}

void RecordBatchBuilder::append(int64_t timestamp, std::optional<ByteView> key, std::optional<ByteView> value,
                                std::span<const NewHeader> headers) {
  append_at(next_offset(), timestamp, key, value, headers);
}

void RecordBatchBuilder::append_at(Offset offset, int64_t timestamp, std::optional<ByteView> key,
                                   std::optional<ByteView> value, std::span<const NewHeader> headers) {
  begin_record(offset, timestamp, bytes_size(key) + bytes_size(value) + headers_size(headers));
  Writer writer(records_);
  write_bytes(writer, key);
  write_bytes(writer, value);
  writer.varint(static_cast<int32_t>(headers.size()));
  for (const NewHeader& header : headers) {
    write_bytes(writer, as_bytes(header.key));
    write_bytes(writer, header.value);
  }
}

void RecordBatchBuilder::append_encoded(Offset offset, int64_t timestamp, ByteView key_and_rest) {
  begin_record(offset, timestamp, key_and_rest.size());
  Writer(records_).raw(key_and_rest);
}

void RecordBatchBuilder::set_last_offset(Offset offset) {
  int64_t delta = offset - fields_.base_offset;
  CHECK(delta >= last_offset_delta_ && delta <= std::numeric_limits<int32_t>::max());
  last_offset_delta_ = static_cast<int32_t>(delta);
}

void RecordBatchBuilder::begin_record(Offset offset, int64_t timestamp, size_t rest_size) {
  CHECK(offset >= next_offset());
  set_last_offset(offset);
  if (!base_timestamp_) base_timestamp_ = timestamp;
  max_timestamp_ = std::max(max_timestamp_, timestamp);
  ++record_count_;

  int64_t timestamp_delta =
      static_cast<int64_t>(static_cast<uint64_t>(timestamp) - static_cast<uint64_t>(*base_timestamp_));
  size_t size =
      1 + static_cast<size_t>(varlong_size(timestamp_delta) + varlong_size(last_offset_delta_)) + rest_size;
  CHECK(size < static_cast<size_t>(std::numeric_limits<int32_t>::max()));
  Writer writer(records_);
  writer.varint(static_cast<int32_t>(size));
  writer.i8(0);
  writer.varlong(timestamp_delta);
  writer.varint(last_offset_delta_);
}

SectionFields RecordBatchBuilder::section_fields() const {
  CHECK(last_offset_delta_ >= 0);
  return {record_count_, last_offset_delta_, base_timestamp_.value_or(kNoTimestamp), max_timestamp_};
}

Bytes RecordBatchBuilder::build(Compressor& compressor) {
  return build_batch(fields_, section_fields(), records_, compressor);
}

Bytes RecordBatchBuilder::build() {
  CHECK(fields_.compression.codec == Codec::kNone);
  Bytes batch(kRecords);
  batch.reserve(plain_size());
  batch.insert(batch.end(), records_.begin(), records_.end());
  write_header(fields_, section_fields(), batch);
  return batch;
}

Bytes build_batch(const BatchFields& fields, const SectionFields& section_fields, ByteView section,
                  Compressor& compressor) {
  Bytes batch(kRecords);
  compressor.compress(fields.compression, section, batch);
  write_header(fields, section_fields, batch);
  return batch;
}

}  // namespace klamm::protocol
