// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct RegisterControllerRecord {
  static constexpr int16_t kKey = 27;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct ControllerEndpoint {
    std::string_view name{};
    std::string_view host{};
    uint16_t port = 0;
    int16_t security_protocol = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ControllerEndpoint&, const ControllerEndpoint&) = default;
  };

  struct ControllerFeature {
    std::string_view name{};
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ControllerFeature&, const ControllerFeature&) = default;
  };

  int32_t controller_id = 0;
  Uuid incarnation_id{};
  bool zk_migration_ready = false;
  std::vector<ControllerEndpoint> end_points{};
  std::vector<ControllerFeature> features{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const RegisterControllerRecord&, const RegisterControllerRecord&) = default;
};

}  // namespace klamm::protocol
