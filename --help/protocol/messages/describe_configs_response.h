// Generated from protocol/schema/32_describe_configs.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeConfigsResponse {
  static constexpr int16_t kKey = 32;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 4;
  static constexpr int16_t kFlexibleFrom = 4;

  struct DescribeConfigsSynonym {
    std::string_view name{};
    std::optional<std::string_view> value = std::string_view{};
    int8_t source = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeConfigsSynonym&, const DescribeConfigsSynonym&) = default;
  };

  struct DescribeConfigsResourceResult {
    std::string_view name{};
    std::optional<std::string_view> value = std::string_view{};
    bool read_only = false;
    int8_t config_source = -1;
    bool is_sensitive = false;
    std::vector<DescribeConfigsSynonym> synonyms{};
    int8_t config_type = 0;
    std::optional<std::string_view> documentation = std::string_view{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeConfigsResourceResult&, const DescribeConfigsResourceResult&) = default;
  };

  struct DescribeConfigsResult {
    int16_t error_code = 0;
    std::optional<std::string_view> error_message = std::string_view{};
    int8_t resource_type = 0;
    std::string_view resource_name{};
    std::vector<DescribeConfigsResourceResult> configs{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeConfigsResult&, const DescribeConfigsResult&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribeConfigsResult> results{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeConfigsResponse&, const DescribeConfigsResponse&) = default;
};

}  // namespace klamm::protocol
