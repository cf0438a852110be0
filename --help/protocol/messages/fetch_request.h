// Generated from protocol/schema/01_fetch.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct FetchRequest {
  static constexpr int16_t kKey = 1;
  static constexpr int16_t kVersionMin = 4, kVersionMax = 18;
  static constexpr int16_t kFlexibleFrom = 12;

  struct ReplicaState {
    int32_t replica_id = -1;
    int64_t replica_epoch = -1;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ReplicaState&, const ReplicaState&) = default;
  };

  struct FetchPartition {
    int32_t partition = 0;
    int32_t current_leader_epoch = -1;
    int64_t fetch_offset = 0;
    int32_t last_fetched_epoch = -1;
    int64_t log_start_offset = -1;
    int32_t partition_max_bytes = 0;
    Uuid replica_directory_id{};
    int64_t high_watermark = INT64_MAX;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const FetchPartition&, const FetchPartition&) = default;
  };

  struct FetchTopic {
    std::string_view topic{};
    Uuid topic_id{};
    std::vector<FetchPartition> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const FetchTopic&, const FetchTopic&) = default;
  };

  struct ForgottenTopic {
    std::string_view topic{};
    Uuid topic_id{};
    std::vector<int32_t> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ForgottenTopic&, const ForgottenTopic&) = default;
  };

  std::optional<std::string_view> cluster_id{};
  int32_t replica_id = -1;
  ReplicaState replica_state{};
  int32_t max_wait_ms = 0;
  int32_t min_bytes = 0;
  int32_t max_bytes = INT32_MAX;
  int8_t isolation_level = 0;
  int32_t session_id = 0;
  int32_t session_epoch = -1;
  std::vector<FetchTopic> topics{};
  std::vector<ForgottenTopic> forgotten_topics_data{};
  std::string_view rack_id{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const FetchRequest&, const FetchRequest&) = default;
};

}  // namespace klamm::protocol
