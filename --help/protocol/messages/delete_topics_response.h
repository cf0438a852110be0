// Generated from protocol/schema/20_delete_topics.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DeleteTopicsResponse {
  static constexpr int16_t kKey = 20;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 6;
  static constexpr int16_t kFlexibleFrom = 4;

  struct DeletableTopicResult {
    std::optional<std::string_view> name = std::string_view{};
    Uuid topic_id{};
    int16_t error_code = 0;
    std::optional<std::string_view> error_message{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DeletableTopicResult&, const DeletableTopicResult&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<DeletableTopicResult> responses{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DeleteTopicsResponse&, const DeleteTopicsResponse&) = default;
};

}  // namespace klamm::protocol
