// Generated from protocol/schema/82_update_raft_voter.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct UpdateRaftVoterRequest {
  static constexpr int16_t kKey = 82;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct Listener {
    std::string_view name{};
    std::string_view host{};
    uint16_t port = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Listener&, const Listener&) = default;
  };

  struct KRaftVersionFeature {
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const KRaftVersionFeature&, const KRaftVersionFeature&) = default;
  };

  std::optional<std::string_view> cluster_id = std::string_view{};
  int32_t current_leader_epoch = 0;
  int32_t voter_id = 0;
  Uuid voter_directory_id{};
  std::vector<Listener> listeners{};
  KRaftVersionFeature kraft_version_feature{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const UpdateRaftVoterRequest&, const UpdateRaftVoterRequest&) = default;
};

}  // namespace klamm::protocol
