// Generated from protocol/schema/62_broker_registration.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct BrokerRegistrationRequest {
  static constexpr int16_t kKey = 62;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 4;
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

  int32_t broker_id = 0;
  std::string_view cluster_id{};
  Uuid incarnation_id{};
  std::vector<Listener> listeners{};
  std::vector<Feature> features{};
  std::optional<std::string_view> rack = std::string_view{};
  bool is_migrating_zk_broker = false;
  std::vector<Uuid> log_dirs{};
  int64_t previous_broker_epoch = -1;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const BrokerRegistrationRequest&, const BrokerRegistrationRequest&) = default;
};

}  // namespace klamm::protocol
