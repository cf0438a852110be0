// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ClientQuotaRecord {
  static constexpr int16_t kKey = 14;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct EntityData {
    std::string_view entity_type{};
    std::optional<std::string_view> entity_name = std::string_view{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const EntityData&, const EntityData&) = default;
  };

  std::vector<EntityData> entity{};
  std::string_view key{};
  double value = 0;
  bool remove = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ClientQuotaRecord&, const ClientQuotaRecord&) = default;
};

}  // namespace klamm::protocol
