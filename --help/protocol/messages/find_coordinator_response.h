// Generated from protocol/schema/10_find_coordinator.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct FindCoordinatorResponse {
  static constexpr int16_t kKey = 10;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 6;
  static constexpr int16_t kFlexibleFrom = 3;

  struct Coordinator {
    std::string_view key{};
    int32_t node_id = 0;
    std::string_view host{};
    int32_t port = 0;
    int16_t error_code = 0;
    std::optional<std::string_view> error_message = std::string_view{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Coordinator&, const Coordinator&) = default;
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string_view> error_message = std::string_view{};
  int32_t node_id = 0;
  std::string_view host{};
  int32_t port = 0;
  std::vector<Coordinator> coordinators{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const FindCoordinatorResponse&, const FindCoordinatorResponse&) = default;
};

}  // namespace klamm::protocol
