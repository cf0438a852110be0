// Generated from protocol/schema/22_init_producer_id.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct InitProducerIdRequest {
  static constexpr int16_t kKey = 22;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 5;
  static constexpr int16_t kFlexibleFrom = 2;

  std::optional<std::string_view> transactional_id = std::string_view{};
  int32_t transaction_timeout_ms = 0;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const InitProducerIdRequest&, const InitProducerIdRequest&) = default;
};

}  // namespace klamm::protocol
