// Generated from protocol/schema/25_add_offsets_to_txn.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AddOffsetsToTxnRequest {
  static constexpr int16_t kKey = 25;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 4;
  static constexpr int16_t kFlexibleFrom = 3;

  std::string_view transactional_id{};
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  std::string_view group_id{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AddOffsetsToTxnRequest&, const AddOffsetsToTxnRequest&) = default;
};

}  // namespace klamm::protocol
