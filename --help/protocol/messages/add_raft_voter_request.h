// Generated from protocol/schema/80_add_raft_voter.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AddRaftVoterRequest {
  static constexpr int16_t kKey = 80;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 0;

  struct Listener {
    std::string_view name{};
    std::string_view host{};
    uint16_t port = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Listener&, const Listener&) = default;
  };

  std::optional<std::string_view> cluster_id = std::string_view{};
  int32_t timeout_ms = 0;
  int32_t voter_id = 0;
  Uuid voter_directory_id{};
  std::vector<Listener> listeners{};
  bool ack_when_committed = true;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AddRaftVoterRequest&, const AddRaftVoterRequest&) = default;
};

}  // namespace klamm::protocol
