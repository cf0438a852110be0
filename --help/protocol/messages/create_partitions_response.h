// Generated from protocol/schema/37_create_partitions.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct CreatePartitionsResponse {
  static constexpr int16_t kKey = 37;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 3;
  static constexpr int16_t kFlexibleFrom = 2;

  struct CreatePartitionsTopicResult {
    std::string_view name{};
    int16_t error_code = 0;
    std::optional<std::string_view> error_message{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const CreatePartitionsTopicResult&, const CreatePartitionsTopicResult&) = default;
  };

  int32_t throttle_time_ms = 0;
  std::vector<CreatePartitionsTopicResult> results{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const CreatePartitionsResponse&, const CreatePartitionsResponse&) = default;
};

}  // namespace klamm::protocol
