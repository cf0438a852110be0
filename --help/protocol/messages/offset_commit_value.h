// Generated from protocol/schema/group_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct OffsetCommitValue {
  static constexpr int16_t kKey = 1;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 4;
  static constexpr int16_t kFlexibleFrom = 4;

  int64_t offset = 0;
  int32_t leader_epoch = -1;
  std::string_view metadata{};
  int64_t commit_timestamp = 0;
  int64_t expire_timestamp = -1;
  Uuid topic_id{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const OffsetCommitValue&, const OffsetCommitValue&) = default;
};

}  // namespace klamm::protocol
