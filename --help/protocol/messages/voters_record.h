// Generated from protocol/schema/control_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct VotersRecord {
  static constexpr int16_t kKey = 6;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct Endpoint {
    std::string_view name{};
    std::string_view host{};
    uint16_t port = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
  };

  struct KRaftVersionFeature {
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const KRaftVersionFeature&, const KRaftVersionFeature&) = default;
  };

  struct Voter {
    int32_t voter_id = 0;
    Uuid voter_directory_id{};
    std::vector<Endpoint> endpoints{};
    KRaftVersionFeature kraft_version_feature{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Voter&, const Voter&) = default;
  };

  int16_t version = 0;
  std::vector<Voter> voters{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const VotersRecord&, const VotersRecord&) = default;
};

}  // namespace klamm::protocol
