#include "storage/batch_header.h"

#include <isa-l/crc.h>

#include <limits>

#include "base/crc32c.h"
#include "protocol/wire.h"

namespace klamm::storage {
namespace {

// Versions 0 and 1: offset, size, crc, magic, attributes, and in version 1 a timestamp. A
// compressed one carries the offset of its last record, so the base offset is only an upper bound.
constexpr uint32_t kLegacySizeMin = 26;

std::optional<BatchHeader> decode_legacy(ByteView bytes, BatchHeader header) {
  if (header.size < kLegacySizeMin || bytes.size() < kLegacySizeMin) return std::nullopt;
  header.crc = load_be32(bytes.data() + 12);
  header.attributes = bytes[17] & 0x07;
  if (header.magic == 1) header.max_timestamp = static_cast<int64_t>(load_be64(bytes.data() + 18));
  header.base_timestamp = header.max_timestamp;
  header.count = 1;
  if (header.base_offset.value == std::numeric_limits<int64_t>::max()) return std::nullopt;
  return header;
}

}  // namespace

int32_t sequence_after(int32_t sequence, int32_t steps) {
  return static_cast<int32_t>((static_cast<uint32_t>(sequence) + static_cast<uint32_t>(steps)) & 0x7fffffffu);
}

int32_t sequence_before(int32_t sequence, int32_t steps) {
  return static_cast<int32_t>((static_cast<uint32_t>(sequence) - static_cast<uint32_t>(steps)) & 0x7fffffffu);
}

int32_t BatchHeader::last_sequence() const {
  return base_sequence < 0 ? -1 : sequence_after(base_sequence, last_offset_delta);
}

std::optional<BatchHeader> BatchHeader::decode(ByteView bytes) {
  if (bytes.size() < kPrefixSize) return std::nullopt;
  BatchHeader header;
  header.base_offset = {static_cast<int64_t>(load_be64(bytes.data()))};
  const uint32_t length = load_be32(bytes.data() + 8);
  header.magic = static_cast<int8_t>(bytes[16]);
  if (header.base_offset.value < 0 || length > std::numeric_limits<int32_t>::max() - 12) return std::nullopt;
  header.size = length + 12;
  if (header.magic == 0 || header.magic == 1) return decode_legacy(bytes, header);
  if (header.magic != 2 || header.size < kSize || bytes.size() < kSize) return std::nullopt;

  header.leader_epoch = {static_cast<int32_t>(load_be32(bytes.data() + 12))};
  header.crc = load_be32(bytes.data() + 17);
  header.attributes = static_cast<int16_t>(load_be16(bytes.data() + 21));
  header.last_offset_delta = static_cast<int32_t>(load_be32(bytes.data() + 23));
  header.base_timestamp = static_cast<int64_t>(load_be64(bytes.data() + 27));
  header.max_timestamp = static_cast<int64_t>(load_be64(bytes.data() + 35));
  header.producer_id = static_cast<int64_t>(load_be64(bytes.data() + 43));
  header.producer_epoch = static_cast<int16_t>(load_be16(bytes.data() + 51));
  header.base_sequence = static_cast<int32_t>(load_be32(bytes.data() + 53));
  header.count = static_cast<int32_t>(load_be32(bytes.data() + 57));
  if (header.last_offset_delta < 0 || header.count < 0) return std::nullopt;
  if (header.base_offset.value > std::numeric_limits<int64_t>::max() - header.last_offset_delta - 1)
    return std::nullopt;
  return header;
}

uint32_t BatchHeader::crc_begin() const { return magic == 2 ? 21 : 16; }

uint32_t BatchHeader::crc_of(ByteView bytes, uint32_t previous) const {
  if (magic == 2) return crc32c(bytes, previous);
  return crc32_gzip_refl(previous, bytes.data(), bytes.size());
}

bool crc_is_valid(const BatchHeader& header, ByteView batch) {
  return batch.size() == header.size && header.crc_of(batch.subspan(header.crc_begin()), 0) == header.crc;
}

std::optional<TxnMarker> decode_txn_marker(ByteView batch) {
  protocol::Reader reader(batch.size() < BatchHeader::kSize ? ByteView{} : batch.subspan(BatchHeader::kSize));
  reader.varint();  // the size of the record
  reader.i8();      // attributes
  reader.varlong();
  reader.varint();
  const int32_t key_size = reader.varint();
  if (!reader.ok() || key_size < 4) return std::nullopt;
  protocol::Reader key(reader.raw(static_cast<size_t>(key_size)));
  const int16_t key_version = key.i16();
  const int16_t type = key.i16();
  const int32_t value_size = reader.varint();
  if (!reader.ok() || key_version < 0 || (type != 0 && type != 1) || value_size < 6) return std::nullopt;
  protocol::Reader value(reader.raw(static_cast<size_t>(value_size)));
  value.i16();
  TxnMarker marker{.aborted = type == 0, .coordinator_epoch = value.i32()};
  return reader.ok() && value.ok() ? std::optional(marker) : std::nullopt;
}

}  // namespace klamm::storage
