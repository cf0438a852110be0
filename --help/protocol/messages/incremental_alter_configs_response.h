// Generated from protocol/schema/44_incremental_alter_configs.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct IncrementalAlterConfigsResponse {
  static constexpr int16_t kKey = 44;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 1;

  struct AlterConfigsResourceResponse {
    int16_t error_code = 0;
    std::optional<std::string_view> error_message = std::string_view{};
    int8_t resource_type = 0;
    std::string_view resource_name{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AlterConfigsResourceResponse&, const AlterConfigsResourceResponse&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<AlterConfigsResourceResponse> responses{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const IncrementalAlterConfigsResponse&, const IncrementalAlterConfigsResponse&) = default;
};

}  // namespace klamm::protocol
