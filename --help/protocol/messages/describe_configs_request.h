// Generated from protocol/schema/32_describe_configs.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DescribeConfigsRequest {
  static constexpr int16_t kKey = 32;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 4;
  static constexpr int16_t kFlexibleFrom = 4;

  struct DescribeConfigsResource {
    int8_t resource_type = 0;
    std::string_view resource_name{};
    std::optional<std::vector<std::string_view>> configuration_keys = std::vector<std::string_view>{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DescribeConfigsResource&, const DescribeConfigsResource&) = default;
  };

  std::vector<DescribeConfigsResource> resources{};
  bool include_synonyms = false;
  bool include_documentation = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DescribeConfigsRequest&, const DescribeConfigsRequest&) = default;
};

}  // namespace klamm::protocol
