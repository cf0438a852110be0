// Generated from protocol/schema/92_delete_share_group_offsets.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DeleteShareGroupOffsetsRequest {
  static constexpr int16_t kKey = 92;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct DeleteShareGroupOffsetsRequestTopic {
    std::string_view topic_name{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DeleteShareGroupOffsetsRequestTopic&, const DeleteShareGroupOffsetsRequestTopic&) = default;
  };

  std::string_view group_id{};
  std::vector<DeleteShareGroupOffsetsRequestTopic> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DeleteShareGroupOffsetsRequest&, const DeleteShareGroupOffsetsRequest&) = default;
};

}  // namespace klamm::protocol
