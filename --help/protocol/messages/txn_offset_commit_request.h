// Generated from protocol/schema/28_txn_offset_commit.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct TxnOffsetCommitRequest {
  static constexpr int16_t kKey = 28;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 5;
  static constexpr int16_t kFlexibleFrom = 3;

  struct TxnOffsetCommitRequestPartition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string_view> committed_metadata = std::string_view{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TxnOffsetCommitRequestPartition&, const TxnOffsetCommitRequestPartition&) = default;
  };

  struct TxnOffsetCommitRequestTopic {
    std::string_view name{};
    std::vector<TxnOffsetCommitRequestPartition> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TxnOffsetCommitRequestTopic&, const TxnOffsetCommitRequestTopic&) = default;
  };

  std::string_view transactional_id{};
  std::string_view group_id{};
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  int32_t generation_id = -1;
  std::string_view member_id{};
  std::optional<std::string_view> group_instance_id{};
  std::vector<TxnOffsetCommitRequestTopic> topics{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const TxnOffsetCommitRequest&, const TxnOffsetCommitRequest&) = default;
};

}  // namespace klamm::protocol
