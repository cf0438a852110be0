// Generated from protocol/schema/78_share_fetch.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ShareFetchRequest {
  static constexpr int16_t kKey = 78;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 1;

  struct AcknowledgementBatch {
    int64_t first_offset = 0;
    int64_t last_offset = 0;
    std::vector<int8_t> acknowledge_types{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AcknowledgementBatch&, const AcknowledgementBatch&) = default;
  };

  struct FetchPartition {
    int32_t partition_index = 0;
    std::vector<AcknowledgementBatch> acknowledgement_batches{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const FetchPartition&, const FetchPartition&) = default;
  };

  struct FetchTopic {
    Uuid topic_id{};
    std::vector<FetchPartition> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const FetchTopic&, const FetchTopic&) = default;
  };

  struct ForgottenTopic {
    Uuid topic_id{};
    std::vector<int32_t> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ForgottenTopic&, const ForgottenTopic&) = default;
  };

  std::optional<std::string_view> group_id{};
  std::optional<std::string_view> member_id = std::string_view{};
  int32_t share_session_epoch = 0;
  int32_t max_wait_ms = 0;
  int32_t min_bytes = 0;
  int32_t max_bytes = INT32_MAX;
  int32_t max_records = 0;
  int32_t batch_size = 0;
  int8_t share_acquire_mode = 0;
  bool is_renew_ack = false;
  std::vector<FetchTopic> topics{};
  std::vector<ForgottenTopic> forgotten_topics_data{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ShareFetchRequest&, const ShareFetchRequest&) = default;
};

}  // namespace klamm::protocol
