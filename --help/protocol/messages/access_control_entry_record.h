// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AccessControlEntryRecord {
  static constexpr int16_t kKey = 18;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  Uuid id{};
  int8_t resource_type = 0;
  std::string_view resource_name{};
  int8_t pattern_type = 0;
  std::string_view principal{};
  std::string_view host{};
  int8_t operation = 0;
  int8_t permission_type = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AccessControlEntryRecord&, const AccessControlEntryRecord&) = default;
};

}  // namespace klamm::protocol
