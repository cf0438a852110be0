// Voters: who takes part in elections and counts for the high watermark.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "raft/replica_key.h"

namespace klamm::raft {

struct Endpoint {
  std::string listener{};
  std::string host{};
  uint16_t port = 0;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

struct Voter {
  ReplicaKey key{};
  std::vector<Endpoint>
      endpoints{};  // empty under kraft.version 0: the driver knows them from its configuration
  int16_t kraft_version_min = 0;
  int16_t kraft_version_max = 0;

  friend bool operator==(const Voter&, const Voter&) = default;
};

// A value: a change of the set (KIP-853) is another Voters. Sorted by id, ids are unique.
class Voters {
 public:
  Voters() = default;
  explicit Voters(std::vector<Voter> voters);
  // Static voters, known by id alone (controller.quorum.voters).
  static Voters of_ids(std::vector<NodeId> ids);

  bool contains(const ReplicaKey& replica) const;
  const Voter* find(NodeId id) const;
  bool is_only_voter(const ReplicaKey& replica) const { return size() == 1 && contains(replica); }
  size_t size() const { return voters_.size(); }
  size_t majority() const { return voters_.size() / 2 + 1; }

  auto begin() const { return voters_.begin(); }
  auto end() const { return voters_.end(); }

  friend bool operator==(const Voters&, const Voters&) = default;

 private:
  std::vector<Voter> voters_;
};

// What the control records KRAFT_VERSION and KRAFT_VOTERS say together (KIP-853).
struct VotersStatement {
  int16_t kraft_version = 0;
  Voters voters{};

  friend bool operator==(const VotersStatement&, const VotersStatement&) = default;
};

}  // namespace klamm::raft
