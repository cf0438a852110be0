// Generated from protocol/schema/21_delete_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DeleteRecordsRequest {
  static constexpr int16_t kKey = 21;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 2;

  struct DeleteRecordsPartition {
    int32_t partition_index = 0;
    int64_t offset = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DeleteRecordsPartition&, const DeleteRecordsPartition&) = default;
  };

  struct DeleteRecordsTopic {
    std::string_view name{};
    std::vector<DeleteRecordsPartition> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const DeleteRecordsTopic&, const DeleteRecordsTopic&) = default;
  };

  std::vector<DeleteRecordsTopic> topics{};
  int32_t timeout_ms = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DeleteRecordsRequest&, const DeleteRecordsRequest&) = default;
};

}  // namespace klamm::protocol
