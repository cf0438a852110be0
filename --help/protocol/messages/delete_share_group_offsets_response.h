// Generated from protocol/schema/92_delete_share_group_offsets.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DeleteShareGroupOffsetsResponse {
  static constexpr int16_t kKey = 92;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct DeleteShareGroupOffsetsResponseTopic {
    std::string_view topic_name{};
    Uuid topic_id{};
    int16_t error_code = 0;
    std::optional<std::string_view> error_message{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DeleteShareGroupOffsetsResponseTopic&, const DeleteShareGroupOffsetsResponseTopic&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string_view> error_message{};
  std::vector<DeleteShareGroupOffsetsResponseTopic> responses{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DeleteShareGroupOffsetsResponse&, const DeleteShareGroupOffsetsResponse&) = default;
};

}  // namespace klamm::protocol
