// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct DelegationTokenRecord {
  static constexpr int16_t kKey = 10;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  std::string_view owner{};
  std::string_view requester{};
  std::vector<std::string_view> renewers{};
  int64_t issue_timestamp = 0;
  int64_t max_timestamp = 0;
  int64_t expiration_timestamp = 0;
  std::string_view token_id{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const DelegationTokenRecord&, const DelegationTokenRecord&) = default;
};

}  // namespace klamm::protocol
