// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct BrokerRegistrationChangeRecord {
  static constexpr int16_t kKey = 17;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 3;
  static constexpr int16_t kFlexibleFrom = 0;

  int32_t broker_id = 0;
  int64_t broker_epoch = 0;
  int8_t fenced = 0;
  int8_t in_controlled_shutdown = 0;
  std::vector<Uuid> log_dirs{};
  std::optional<std::vector<Uuid>> cordoned_log_dirs{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const BrokerRegistrationChangeRecord&, const BrokerRegistrationChangeRecord&) = default;
};

}  // namespace klamm::protocol
