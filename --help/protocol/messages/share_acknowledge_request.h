// Generated from protocol/schema/79_share_acknowledge.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ShareAcknowledgeRequest {
  static constexpr int16_t kKey = 79;
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

  struct AcknowledgePartition {
    int32_t partition_index = 0;
    std::vector<AcknowledgementBatch> acknowledgement_batches{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AcknowledgePartition&, const AcknowledgePartition&) = default;
  };

  struct AcknowledgeTopic {
    Uuid topic_id{};
    std::vector<AcknowledgePartition> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AcknowledgeTopic&, const AcknowledgeTopic&) = default;
  };

  std::optional<std::string_view> group_id{};
  std::optional<std::string_view> member_id = std::string_view{};
  int32_t share_session_epoch = 0;
  bool is_renew_ack = false;
  std::vector<AcknowledgeTopic> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ShareAcknowledgeRequest&, const ShareAcknowledgeRequest&) = default;
};

}  // namespace klamm::protocol
