// Generated from protocol/schema/70_controller_registration.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct ControllerRegistrationRequest {
  static constexpr int16_t kKey = 70;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct Listener {
    std::string_view name{};
    std::string_view host{};
    uint16_t port = 0;
    int16_t security_protocol = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Listener&, const Listener&) = default;
  };

  struct Feature {
    std::string_view name{};
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Feature&, const Feature&) = default;
  };

  int32_t controller_id = 0;
  Uuid incarnation_id{};
  bool zk_migration_ready = false;
  std::vector<Listener> listeners{};
  std::vector<Feature> features{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const ControllerRegistrationRequest&, const ControllerRegistrationRequest&) = default;
};

}  // namespace klamm::protocol
