// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct UserScramCredentialRecord {
  static constexpr int16_t kKey = 11;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  std::string_view name{};
  int8_t mechanism = 0;
  ByteView salt{};
  ByteView stored_key{};
  ByteView server_key{};
  int32_t iterations = 0;

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const UserScramCredentialRecord& a, const UserScramCredentialRecord& b) {
    return a.name == b.name &&
                 a.mechanism == b.mechanism &&
                 same_bytes(a.salt, b.salt) &&
                 same_bytes(a.stored_key, b.stored_key) &&
                 same_bytes(a.server_key, b.server_key) &&
                 a.iterations == b.iterations;
  }
};

}  // namespace klamm::protocol
