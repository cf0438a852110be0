// Generated from protocol/schema/control_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct KRaftVersionRecord {
  static constexpr int16_t kKey = 5;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  int16_t version = 0;
  int16_t kraft_version = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const KRaftVersionRecord&, const KRaftVersionRecord&) = default;
};

}  // namespace klamm::protocol
