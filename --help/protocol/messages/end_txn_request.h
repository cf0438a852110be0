// Generated from protocol/schema/26_end_txn.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct EndTxnRequest {
  static constexpr int16_t kKey = 26;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 5;
  static constexpr int16_t kFlexibleFrom = 3;

  std::string_view transactional_id{};
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  bool committed = false;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const EndTxnRequest&, const EndTxnRequest&) = default;
};

}  // namespace klamm::protocol
