// Generated from protocol/schema/83_initialize_share_group_state.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct InitializeShareGroupStateResponse {
  static constexpr int16_t kKey = 83;
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

  struct InitializeStateResult {
    Uuid topic_id{};
    std::vector<PartitionResult> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const InitializeStateResult&, const InitializeStateResult&) = default;
  };

  std::vector<InitializeStateResult> results{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const InitializeShareGroupStateResponse&, const InitializeShareGroupStateResponse&) = default;
};

}  // namespace klamm::protocol
