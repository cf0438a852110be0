// Generated from protocol/schema/20_delete_topics.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DeleteTopicsRequest {
  static constexpr int16_t kKey = 20;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 6;
  static constexpr int16_t kFlexibleFrom = 4;

  struct DeleteTopicState {
    std::optional<std::string_view> name{};
    Uuid topic_id{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DeleteTopicState&, const DeleteTopicState&) = default;
  };

  std::vector<DeleteTopicState> topics{};
  std::vector<std::string_view> topic_names{};
  int32_t timeout_ms = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DeleteTopicsRequest&, const DeleteTopicsRequest&) = default;
};

}  // namespace klamm::protocol
