// Generated from protocol/schema/64_unregister_broker.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct UnregisterBrokerRequest {
  static constexpr int16_t kKey = 64;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  int32_t broker_id = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const UnregisterBrokerRequest&, const UnregisterBrokerRequest&) = default;
};

}  // namespace klamm::protocol
