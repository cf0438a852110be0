// Generated from protocol/schema/67_allocate_producer_ids.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AllocateProducerIdsRequest {
  static constexpr int16_t kKey = 67;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  int32_t broker_id = 0;
  int64_t broker_epoch = -1;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AllocateProducerIdsRequest&, const AllocateProducerIdsRequest&) = default;
};

}  // namespace klamm::protocol
