#include "broker/group/offset_records.h"

#include "protocol/wire.h"

namespace klamm::broker::group {
namespace {

constexpr int16_t kWrittenVersion = 4;
constexpr int16_t kExpiringVersion = 1;

Bytes key_bytes(const OffsetKeyView& key) {
  Bytes bytes;
  bytes.reserve(2 + 2 + key.group.size() + 2 + key.topic.size() + 4);
  protocol::Writer writer(bytes);
  writer.i16(kOffsetCommitType);
  protocol::OffsetCommitKey{key.group, key.topic, key.partition}.write(writer, 0);
  return bytes;
}

}  // namespace

CoordinatorRecord offset_commit_record(const OffsetKeyView& key, const protocol::OffsetCommitValue& value) {
  const int16_t version = value.expire_timestamp == kNoTimestamp ? kWrittenVersion : kExpiringVersion;
  Bytes bytes;
  bytes.reserve(2 + 3 * 8 + 4 + 3 + value.metadata.size() + 3 + 16);
  protocol::Writer writer(bytes);
  writer.i16(version);
  value.write(writer, version);
  return {key_bytes(key), std::move(bytes)};
}

CoordinatorRecord offset_tombstone(const OffsetKeyView& key) { return {key_bytes(key), std::nullopt}; }

std::optional<int16_t> record_type_of(ByteView key) {
  if (key.size() < 2) return std::nullopt;
  return static_cast<int16_t>(load_be16(key.data()));
}

std::optional<OffsetKeyView> read_offset_key(ByteView key) {
  protocol::Reader reader(key);
  const int16_t type = reader.i16();
  protocol::OffsetCommitKey read;
  read.read(reader, 0);
  if (!reader.ok() || (type != kOffsetCommitType && type != kLegacyOffsetCommitType)) return std::nullopt;
  return OffsetKeyView{read.group, read.topic, read.partition};
}

std::optional<protocol::OffsetCommitValue> read_offset_value(ByteView value) {
  protocol::Reader reader(value);
  const int16_t version = reader.i16();
  if (version < protocol::OffsetCommitValue::kVersionMin ||
      version > protocol::OffsetCommitValue::kVersionMax) {
    return std::nullopt;
  }
  protocol::OffsetCommitValue read;
  read.read(reader, version);
  if (!reader.ok()) return std::nullopt;
  return read;
}

}  // namespace klamm::broker::group
