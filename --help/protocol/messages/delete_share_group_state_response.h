// Generated from protocol/schema/86_delete_share_group_state.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DeleteShareGroupStateResponse {
  static constexpr int16_t kKey = 86;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct PartitionResult {
    int32_t partition = 0;
    int16_t error_code = 0;
    std::optional<std::string_view> error_message{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const PartitionResult&, const PartitionResult&) = default;
  };

  struct DeleteStateResult {
    Uuid topic_id{};
    std::vector<PartitionResult> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DeleteStateResult&, const DeleteStateResult&) = default;
  };

  std::vector<DeleteStateResult> results{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DeleteShareGroupStateResponse&, const DeleteShareGroupStateResponse&) = default;
};

}  // namespace klamm::protocol
