// Generated from protocol/schema/group_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct OffsetCommitKey {
  static constexpr int16_t kKey = 1;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0x7FFF;

  std::string_view group{};
  std::string_view topic{};
  int32_t partition = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const OffsetCommitKey&, const OffsetCommitKey&) = default;
};

}  // namespace klamm::protocol
