// Generated from protocol/schema/49_alter_client_quotas.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AlterClientQuotasResponse {
  static constexpr int16_t kKey = 49;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 1;

  struct EntityData {
    std::string_view entity_type{};
    std::optional<std::string_view> entity_name = std::string_view{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const EntityData&, const EntityData&) = default;
  };

  struct EntryData {
    int16_t error_code = 0;
    std::optional<std::string_view> error_message = std::string_view{};
    std::vector<EntityData> entity{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const EntryData&, const EntryData&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<EntryData> entries{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AlterClientQuotasResponse&, const AlterClientQuotasResponse&) = default;
};

}  // namespace klamm::protocol
