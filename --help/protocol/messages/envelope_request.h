// Generated from protocol/schema/58_envelope.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct EnvelopeRequest {
  static constexpr int16_t kKey = 58;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  ByteView request_data{};
  std::optional<ByteView> request_principal = ByteView{};
  ByteView client_host_address{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const EnvelopeRequest& a, const EnvelopeRequest& b) {
    return same_bytes(a.request_data, b.request_data) &&
                 same_bytes(a.request_principal, b.request_principal) &&
                 same_bytes(a.client_host_address, b.client_host_address);
  }
};

}  // namespace klamm::protocol
