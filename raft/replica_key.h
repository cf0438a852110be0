// What names a replica and a place in its log.
#pragma once

#include <compare>
#include <cstdint>

#include "base/types.h"
#include "base/uuid.h"

namespace klamm::raft {

// A replica is a node with a particular disk (KIP-853): a node whose disk was replaced comes back as another
// replica. A zero directory id means that it is not known.
struct ReplicaKey {
  NodeId id = kNoNode;
  Uuid directory_id{};

  friend auto operator<=>(const ReplicaKey&, const ReplicaKey&) = default;

  // Whether `other` is this replica as far as this key can tell: an entry without a directory id (static
  // voters) stands for every disk of its node.
  bool stands_for(const ReplicaKey& other) const {
    return id == other.id && (directory_id.is_zero() || directory_id == other.directory_id);
  }
};

// An offset and the epoch of the record before it. It names the end of a log, the end of an epoch, and a
// snapshot (which covers everything below the offset). Compared as Raft compares logs: epoch first.
struct LogPoint {
  Epoch epoch{0};
  Offset offset{0};

  friend constexpr auto operator<=>(const LogPoint&, const LogPoint&) = default;
};
using SnapshotId = LogPoint;

// The checkpoint that `kafka-storage format` leaves. It holds voters only and is never sent to a peer.
inline constexpr SnapshotId kBootstrapSnapshot{Epoch{0}, Offset{0}};

}  // namespace klamm::raft
