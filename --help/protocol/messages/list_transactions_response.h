// Generated from protocol/schema/66_list_transactions.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ListTransactionsResponse {
  static constexpr int16_t kKey = 66;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 0;

  struct TransactionState {
    std::string_view transactional_id{};
    int64_t producer_id = 0;
    std::string_view transaction_state{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TransactionState&, const TransactionState&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<std::string_view> unknown_state_filters{};
  std::vector<TransactionState> transaction_states{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ListTransactionsResponse&, const ListTransactionsResponse&) = default;
};

}  // namespace klamm::protocol
