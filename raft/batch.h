// A record batch as Raft sees it: a span of offsets, an epoch, and bytes that it never looks into.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "raft/replica_key.h"
#include "raft/voters.h"

namespace klamm::raft {

// A slice of bytes that somebody else owns and keeps alive: the buffer a response was read into, or the one
// the controller built.
struct Payload {
  std::shared_ptr<const void> owner{};
  ByteView bytes{};
};

// The control batch that opens an epoch. The driver encodes it: the record LEADER_CHANGE, and, where the log
// has to be told of the voters, KRAFT_VERSION and KRAFT_VOTERS behind it.
struct LeaderChangeRecord {
  NodeId leader{};
  std::vector<ReplicaKey> voters{};
  std::vector<ReplicaKey> granting_voters{};
  std::optional<VotersStatement> statement{};

  int32_t record_count() const { return statement ? 3 : 1; }

  friend bool operator==(const LeaderChangeRecord&, const LeaderChangeRecord&) = default;
};

struct Batch {
  Offset base_offset{};
  int32_t record_count = 0;
  Epoch epoch{};
  std::variant<Payload, LeaderChangeRecord> content{};

  Offset end() const { return base_offset + record_count; }
};

// What a leader is asked to append. The driver writes base offset and epoch into the bytes when it performs
// the output: the checksum of a batch covers neither.
struct NewBatch {
  int32_t record_count = 0;
  Payload payload{};
};

}  // namespace klamm::raft
