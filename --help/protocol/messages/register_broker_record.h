// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct RegisterBrokerRecord {
  static constexpr int16_t kKey = 0;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 4;
  static constexpr int16_t kFlexibleFrom = 0;

  struct BrokerEndpoint {
    std::string_view name{};
    std::string_view host{};
    uint16_t port = 0;
    int16_t security_protocol = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const BrokerEndpoint&, const BrokerEndpoint&) = default;
  };

  struct BrokerFeature {
    std::string_view name{};
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const BrokerFeature&, const BrokerFeature&) = default;
  };

  int32_t broker_id = 0;
  bool is_migrating_zk_broker = false;
  Uuid incarnation_id{};
  int64_t broker_epoch = 0;
  std::vector<BrokerEndpoint> end_points{};
  std::vector<BrokerFeature> features{};
  std::optional<std::string_view> rack = std::string_view{};
  bool fenced = true;
  bool in_controlled_shutdown = false;
  std::vector<Uuid> log_dirs{};
  std::optional<std::vector<Uuid>> cordoned_log_dirs{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const RegisterBrokerRecord&, const RegisterBrokerRecord&) = default;
};

}  // namespace klamm::protocol
