// Generated from protocol/schema/48_describe_client_quotas.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeClientQuotasRequest {
  static constexpr int16_t kKey = 48;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 1;

  struct ComponentData {
    std::string_view entity_type{};
    int8_t match_type = 0;
    std::optional<std::string_view> match = std::string_view{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ComponentData&, const ComponentData&) = default;
  };

  std::vector<ComponentData> components{};
  bool strict = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeClientQuotasRequest&, const DescribeClientQuotasRequest&) = default;
};

}  // namespace klamm::protocol
