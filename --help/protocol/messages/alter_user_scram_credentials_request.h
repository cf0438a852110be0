// Generated from protocol/schema/51_alter_user_scram_credentials.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AlterUserScramCredentialsRequest {
  static constexpr int16_t kKey = 51;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct ScramCredentialDeletion {
    std::string_view name{};
    int8_t mechanism = 0;

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ScramCredentialDeletion&, const ScramCredentialDeletion&) = default;
  };

  struct ScramCredentialUpsertion {
    std::string_view name{};
    int8_t mechanism = 0;
    int32_t iterations = 0;
    ByteView salt{};
    ByteView salted_password{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const ScramCredentialUpsertion& a, const ScramCredentialUpsertion& b) {
      return a.name == b.name &&
                   a.mechanism == b.mechanism &&
                   a.iterations == b.iterations &&
                   same_bytes(a.salt, b.salt) &&
                   same_bytes(a.salted_password, b.salted_password);
    }
  };

  std::vector<ScramCredentialDeletion> deletions{};
  std::vector<ScramCredentialUpsertion> upsertions{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AlterUserScramCredentialsRequest&, const AlterUserScramCredentialsRequest&) = default;
};

}  // namespace klamm::protocol
