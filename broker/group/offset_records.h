// The records of committed offsets in __consumer_offsets, as bytes (docs/format-consumer-offsets.md). A key
// is i16 type, group, topic and partition; types 0 and 1 have the same layout, and only 1 is written. A value
// is i16 version and what that version has: 4 since Kafka 4.3, with the topic's id in a tagged field; 1 for
// an offset whose commit said when it expires, which has neither topic id nor leader epoch.
#pragma once

#include <optional>
#include <string_view>

#include "broker/coordinator_record.h"
#include "protocol/messages/offset_commit_key.h"
#include "protocol/messages/offset_commit_value.h"

namespace klamm::broker::group {

inline constexpr int16_t kLegacyOffsetCommitType = 0;
inline constexpr int16_t kOffsetCommitType = 1;
inline constexpr int64_t kNoTimestamp = -1;

// Which committed offset is meant. The views are the caller's.
struct OffsetKeyView {
  std::string_view group;
  std::string_view topic;
  int32_t partition = 0;
};

CoordinatorRecord offset_commit_record(const OffsetKeyView& key, const protocol::OffsetCommitValue& value);
CoordinatorRecord offset_tombstone(const OffsetKeyView& key);

// The type that a key begins with; nullopt where there are no two bytes.
std::optional<int16_t> record_type_of(ByteView key);
// Views into the bytes; nullopt where they are no such key or value. Bytes behind them do not matter, as they
// do not to Kafka.
std::optional<OffsetKeyView> read_offset_key(ByteView key);
std::optional<protocol::OffsetCommitValue> read_offset_value(ByteView value);

}  // namespace klamm::broker::group
