// Generated from protocol/schema/33_alter_configs.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AlterConfigsRequest {
  static constexpr int16_t kKey = 33;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 2;

  struct AlterableConfig {
    std::string_view name{};
    std::optional<std::string_view> value = std::string_view{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AlterableConfig&, const AlterableConfig&) = default;
  };

  struct AlterConfigsResource {
    int8_t resource_type = 0;
    std::string_view resource_name{};
    std::vector<AlterableConfig> configs{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AlterConfigsResource&, const AlterConfigsResource&) = default;
  };

  std::vector<AlterConfigsResource> resources{};
  bool validate_only = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AlterConfigsRequest&, const AlterConfigsRequest&) = default;
};

}  // namespace klamm::protocol
