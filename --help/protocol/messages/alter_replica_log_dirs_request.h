// Generated from protocol/schema/34_alter_replica_log_dirs.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct AlterReplicaLogDirsRequest {
  static constexpr int16_t kKey = 34;
  static constexpr int16_t kVersionMin = 1, kVersionMax = 2;
  static constexpr int16_t kFlexibleFrom = 2;

  struct AlterReplicaLogDirTopic {
    std::string_view name{};
    std::vector<int32_t> partitions{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AlterReplicaLogDirTopic&, const AlterReplicaLogDirTopic&) = default;
  };

  struct AlterReplicaLogDir {
    std::string_view path{};
    std::vector<AlterReplicaLogDirTopic> topics{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const AlterReplicaLogDir&, const AlterReplicaLogDir&) = default;
  };

  std::vector<AlterReplicaLogDir> dirs{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const AlterReplicaLogDirsRequest&, const AlterReplicaLogDirsRequest&) = default;
};

}  // namespace klamm::protocol
