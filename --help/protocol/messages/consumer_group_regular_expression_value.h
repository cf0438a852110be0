// Generated from protocol/schema/group_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ConsumerGroupRegularExpressionValue {
  static constexpr int16_t kKey = 16;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  std::vector<std::string_view> topics{};
  int64_t version = 0;
  int64_t timestamp = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ConsumerGroupRegularExpressionValue&, const ConsumerGroupRegularExpressionValue&) = default;
};

}  // namespace klamm::protocol
