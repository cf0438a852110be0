// Generated from protocol/schema/19_create_topics.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct CreateTopicsRequest {
  static constexpr int16_t kKey = 19;
  static constexpr int16_t kVersionMin = 2, kVersionMax = 7;
  static constexpr int16_t kFlexibleFrom = 5;

  struct CreatableReplicaAssignment {
    int32_t partition_index = 0;
    std::vector<int32_t> broker_ids{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const CreatableReplicaAssignment&, const CreatableReplicaAssignment&) = default;
  };

  struct CreatableTopicConfig {
    std::string_view name{};
    std::optional<std::string_view> value = std::string_view{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const CreatableTopicConfig&, const CreatableTopicConfig&) = default;
  };

  struct CreatableTopic {
    std::string_view name{};
    int32_t num_partitions = 0;
    int16_t replication_factor = 0;
    std::vector<CreatableReplicaAssignment> assignments{};
    std::vector<CreatableTopicConfig> configs{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const CreatableTopic&, const CreatableTopic&) = default;
  };

  std::vector<CreatableTopic> topics{};
  int32_t timeout_ms = 60000;
  bool validate_only = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const CreateTopicsRequest&, const CreateTopicsRequest&) = default;
};

}  // namespace klamm::protocol
