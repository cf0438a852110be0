// Generated from protocol/schema/control_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct LeaderChangeMessage {
  static constexpr int16_t kKey = 2;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 1;
  static constexpr int16_t kFlexibleFrom = 0;

  struct Voter {
    int32_t voter_id = 0;
    Uuid voter_directory_id{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Voter&, const Voter&) = default;
  };

  int16_t version = 0;
  int32_t leader_id = 0;
  std::vector<Voter> voters{};
  std::vector<Voter> granting_voters{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const LeaderChangeMessage&, const LeaderChangeMessage&) = default;
};

}  // namespace klamm::protocol
