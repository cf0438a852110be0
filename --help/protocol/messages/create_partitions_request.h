// Generated from protocol/schema/37_create_partitions.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct CreatePartitionsRequest {
  static constexpr int16_t kKey = 37;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 3;
  static constexpr int16_t kFlexibleFrom = 2;

  struct CreatePartitionsAssignment {
    std::vector<int32_t> broker_ids{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const CreatePartitionsAssignment&, const CreatePartitionsAssignment&) = default;
  };

  struct CreatePartitionsTopic {
    std::string_view name{};
    int32_t count = 0;
    std::optional<std::vector<CreatePartitionsAssignment>> assignments = std::vector<CreatePartitionsAssignment>{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const CreatePartitionsTopic&, const CreatePartitionsTopic&) = default;
  };

  std::vector<CreatePartitionsTopic> topics{};
  int32_t timeout_ms = 0;
  bool validate_only = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const CreatePartitionsRequest&, const CreatePartitionsRequest&) = default;
};

}  // namespace klamm::protocol
