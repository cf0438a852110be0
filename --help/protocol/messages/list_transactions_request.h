// Generated from protocol/schema/66_list_transactions.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ListTransactionsRequest {
  static constexpr int16_t kKey = 66;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 0;

  std::vector<std::string_view> state_filters{};
  std::vector<int64_t> producer_id_filters{};
  int64_t duration_filter = -1;
  std::optional<std::string_view> transactional_id_pattern{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ListTransactionsRequest&, const ListTransactionsRequest&) = default;
};

}  // namespace klamm::protocol
