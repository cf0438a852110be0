// Generated from protocol/schema/49_alter_client_quotas.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AlterClientQuotasRequest {
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

  struct OpData {
    std::string_view key{};
    double value = 0;
    bool remove = false;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const OpData&, const OpData&) = default;
  };

  struct EntryData {
    std::vector<EntityData> entity{};
    std::vector<OpData> ops{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const EntryData&, const EntryData&) = default;
  };

  std::vector<EntryData> entries{};
  bool validate_only = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AlterClientQuotasRequest&, const AlterClientQuotasRequest&) = default;
};

}  // namespace klamm::protocol
