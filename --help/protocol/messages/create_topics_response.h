// Generated from protocol/schema/19_create_topics.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct CreateTopicsResponse {
  static constexpr int16_t kKey = 19;
  static constexpr int16_t kVersionMin = 2, kVersionMax = 7;
  static constexpr int16_t kFlexibleFrom = 5;

  struct CreatableTopicConfigs {
    std::string_view name{};
    std::optional<std::string_view> value = std::string_view{};
    bool read_only = false;
    int8_t config_source = -1;
    bool is_sensitive = false;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const CreatableTopicConfigs&, const CreatableTopicConfigs&) = default;
  };

  struct CreatableTopicResult {
    std::string_view name{};
    Uuid topic_id{};
    int16_t error_code = 0;
    std::optional<std::string_view> error_message = std::string_view{};
    int16_t topic_config_error_code = 0;
    int32_t num_partitions = -1;
    int16_t replication_factor = -1;
    std::optional<std::vector<CreatableTopicConfigs>> configs = std::vector<CreatableTopicConfigs>{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const CreatableTopicResult&, const CreatableTopicResult&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<CreatableTopicResult> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const CreateTopicsResponse&, const CreateTopicsResponse&) = default;
};

}  // namespace klamm::protocol
