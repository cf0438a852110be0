// The invariants of a quorum. Each is stated in its comment, as a claim about all nodes at all times.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/sim/quorum/cluster.h"

namespace klamm::sim {
namespace {

using raft::RoleKind;

// An epoch has at most one leader, and it leads it once: a process that comes back does not lead on.
class OneLeaderPerEpoch final : public Invariant {
 public:
  std::string_view name() const override { return "OneLeaderPerEpoch"; }
  void after_step(const Cluster&, const SimNode& node) override {
    if (node.raft->role() != RoleKind::kLeader) return;
    Term term{node.id, node.incarnation};
    auto [known, is_new] = leaders_.try_emplace(node.raft->epoch(), term);
    if (is_new || known->second == term) return;
    broken(fmt::format("epoch {} is led by node {} (life {}), and was led by node {} (life {})",
                       node.raft->epoch().value, node.id.value, node.incarnation, known->second.id.value,
                       known->second.incarnation));
  }

 private:
  struct Term {
    NodeId id;
    int32_t incarnation;
    bool operator==(const Term&) const = default;
  };
  std::map<Epoch, Term> leaders_;
};

// A node's epoch never goes back, nor does the one on its disk; and a node knows no epoch that its disk does
// not.
class EpochMonotonic final : public Invariant {
 public:
  explicit EpochMonotonic(const Cluster& cluster) : seen_(cluster.nodes().size(), Epoch{0}) {}
  std::string_view name() const override { return "EpochMonotonic"; }
  void on_quorum_state(const SimNode& node, const raft::ElectionState& state) override {
    if (state.epoch < node.quorum_state.epoch)
      broken(fmt::format("node {} writes an older epoch", node.id.value));
  }
  void after_step(const Cluster&, const SimNode& node) override {
    Epoch& seen = seen_[static_cast<size_t>(node.id.value)];
    if (node.raft->epoch() < seen || node.raft->epoch() != node.quorum_state.epoch) {
      broken(fmt::format("node {} is in epoch {}, was in {}, and has {} on its disk", node.id.value,
                         node.raft->epoch().value, seen.value, node.quorum_state.epoch.value));
    }
    seen = node.raft->epoch();
  }

 private:
  std::vector<Epoch> seen_;
};

// While a process lives, its high watermark never goes back.
class HighWatermarkMonotonic final : public Invariant {
 public:
  explicit HighWatermarkMonotonic(const Cluster& cluster) : seen_(cluster.nodes().size()) {}
  std::string_view name() const override { return "HighWatermarkMonotonic"; }
  void on_start(const SimNode& node) override { seen_[static_cast<size_t>(node.id.value)] = Offset{0}; }
  void after_step(const Cluster&, const SimNode& node) override {
    Offset& seen = seen_[static_cast<size_t>(node.id.value)];
    if (node.raft->high_watermark() < seen) {
      broken(
          fmt::format("node {}: {} after {}", node.id.value, node.raft->high_watermark().value, seen.value));
    }
    seen = node.raft->high_watermark();
  }

 private:
  std::vector<Offset> seen_;
};

// What two nodes hold to be committed is the same (compared by hash chains).
class CommittedPrefixIdentical final : public Invariant {
 public:
  std::string_view name() const override { return "CommittedPrefixIdentical"; }
  void on_commit(const Cluster& cluster, const SimNode& node, Offset high_watermark) override {
    if (high_watermark <= Offset{0}) return;
    const Cluster::Committed* committed = cluster.committed_at(high_watermark);
    auto chain = node.log.chain_at(high_watermark);
    if (!committed || (chain && *chain != committed->chain)) {
      broken(fmt::format("node {} commits up to {}, and its log below differs from what was committed before",
                         node.id.value, high_watermark.value));
    }
  }
};

// A majority of voters has on disk what any voter holds to be committed, at that moment and after every
// crash.
class MajorityHoldsHighWatermark final : public Invariant {
 public:
  std::string_view name() const override { return "MajorityHoldsHighWatermark"; }
  void on_commit(const Cluster& cluster, const SimNode&, Offset) override { check(cluster); }
  void after_step(const Cluster& cluster, const SimNode& node) override {
    // Looked at again when the number of lives changes: somebody may have come back with less.
    if (lives_[node.id] == node.incarnation) return;
    lives_[node.id] = node.incarnation;
    check(cluster);
  }

 private:
  void check(const Cluster& cluster) {
    if (cluster.committed().empty()) return;
    const Cluster::Committed& last = cluster.committed().back();
    int holders = 0;
    for (const SimNode& voter : cluster.nodes()) {
      if (!voter.votes || voter.log.durable_end() < last.end) continue;
      auto chain = voter.log.chain_at(last.end);
      if (chain ? *chain == last.chain : voter.log.start() > last.end) ++holders;
    }
    if (holders * 2 <= cluster.voter_count()) {
      broken(fmt::format("{} of {} voters have synced what is committed up to {}", holders,
                         cluster.voter_count(), last.end.value));
    }
  }
  std::map<NodeId, int32_t> lives_;
};

// No node cuts off what is committed: neither what it knows to be, nor what others do.
class NoTruncationBelowHighWatermark final : public Invariant {
 public:
  std::string_view name() const override { return "NoTruncationBelowHighWatermark"; }
  void on_truncate(const Cluster& cluster, const SimNode& node, Offset to) override {
    if (to < node.raft->high_watermark()) {
      return broken(fmt::format("node {} cuts its log at {}, below its high watermark {}", node.id.value,
                                to.value, node.raft->high_watermark().value));
    }
    for (const SimBatch& batch : node.log.batches()) {
      if (batch.base < to) continue;
      const Cluster::Committed* committed = cluster.committed_at(batch.end());
      if (committed && committed->chain == batch.chain) {
        broken(fmt::format("node {} cuts its log at {}, and with it committed records", node.id.value,
                           to.value));
      }
      return;
    }
  }
};

// Whoever is elected has everything that is committed (Raft 5.4.3).
class LeaderCompleteness final : public Invariant {
 public:
  std::string_view name() const override { return "LeaderCompleteness"; }
  void after_step(const Cluster& cluster, const SimNode& node) override {
    if (node.raft->role() != RoleKind::kLeader || !checked_.insert(node.raft->epoch()).second) return;
    if (cluster.committed().empty()) return;
    const Cluster::Committed& last = cluster.committed().back();
    auto chain = node.log.chain_at(last.end);
    bool complete = chain ? *chain == last.chain : node.log.start() > last.end;
    if (!complete) {
      broken(fmt::format("node {} is elected in epoch {} without the committed records up to {}",
                         node.id.value, node.raft->epoch().value, last.end.value));
    }
  }

 private:
  std::set<Epoch> checked_;
};

// A leader commits nothing before the record that begins its epoch (Raft 5.4.2).
class CommitsInOwnEpoch final : public Invariant {
 public:
  std::string_view name() const override { return "CommitsInOwnEpoch"; }
  void on_commit(const Cluster&, const SimNode& node, Offset high_watermark) override {
    if (node.raft->role() != RoleKind::kLeader) return;
    if (high_watermark <= node.log.start()) return;
    // Snapshots of earlier epochs are known to be committed from the start.
    if (node.log.latest_snapshot() && high_watermark <= node.log.latest_snapshot()->offset) return;
    if (node.log.epoch_at(high_watermark - 1) != node.raft->epoch()) {
      broken(fmt::format("node {} leads epoch {} and commits up to {}, a record of an earlier epoch",
                         node.id.value, node.raft->epoch().value, high_watermark.value));
    }
  }
};

// In an epoch a node votes for one candidate, itself included, and its disk knows before anyone else does.
class VotesOnce final : public Invariant {
 public:
  std::string_view name() const override { return "VotesOnce"; }
  void on_quorum_state(const SimNode& node, const raft::ElectionState& state) override {
    if (!state.has_vote()) return;
    auto [known, is_new] = votes_.try_emplace({node.id, state.epoch}, state.voted.id);
    if (!is_new && known->second != state.voted.id) {
      broken(fmt::format("node {} votes for {} and {} in epoch {}", node.id.value, known->second.value,
                         state.voted.id.value, state.epoch.value));
    }
  }
  void on_send(const SimNode& node, const raft::Message& message) override {
    auto* response = std::get_if<raft::Response>(&message.body);
    auto* vote = response ? std::get_if<raft::VoteResponse>(response) : nullptr;
    if (!vote || !vote->granted || !asked_standard_.contains({message.to, message.from})) return;
    if (node.quorum_state.epoch == vote->epoch && node.quorum_state.voted.id == message.to) return;
    broken(fmt::format("node {} grants a vote in epoch {} that its disk does not know", node.id.value,
                       vote->epoch.value));
  }
  void on_delivery(const SimNode& node, const raft::Message& message) override {
    auto* request = std::get_if<raft::Request>(&message.body);
    auto* vote = request ? std::get_if<raft::VoteRequest>(request) : nullptr;
    if (!vote) return;
    if (vote->pre_vote) {
      asked_standard_.erase({message.from, node.id});
    } else {
      asked_standard_.insert({message.from, node.id});
    }
  }

 private:
  std::map<std::pair<NodeId, Epoch>, NodeId> votes_;
  std::set<std::pair<NodeId, NodeId>> asked_standard_;  // whose last question was no pre-vote
};

// A leader that hears from no majority stops leading: within 1.5 fetch timeouts of the last time that one was
// complete, which itself may have taken as long to gather.
class NoLeaderWithoutQuorum final : public Invariant {
 public:
  std::string_view name() const override { return "NoLeaderWithoutQuorum"; }
  void on_delivery(const SimNode& node, const raft::Message& message) override {
    auto* request = std::get_if<raft::Request>(&message.body);
    if (!request) return;
    bool follows = std::holds_alternative<raft::FetchRequest>(*request) ||
                   std::holds_alternative<raft::FetchSnapshotRequest>(*request);
    if (follows) pending_ = {node.id, message.from};
  }
  void after_step(const Cluster& cluster, const SimNode& node) override {
    Led& led = led_[node.id];
    if (node.raft->role() != RoleKind::kLeader) {
      led.epoch = kNoEpoch;
      return;
    }
    int64_t now = cluster.local_ms(node);
    if (led.epoch != node.raft->epoch()) led = {node.raft->epoch(), now, {}};
    if (pending_.first == node.id) led.heard[pending_.second] = now;
    pending_ = {kNoNode, kNoNode};
    std::vector<int64_t> heard;
    for (const auto& [id, at] : led.heard) {
      if (id.value < cluster.voter_count()) heard.push_back(at);
    }
    std::sort(heard.rbegin(), heard.rend());
    auto needed = static_cast<size_t>(cluster.voter_count() / 2);
    if (needed == 0) return;
    int64_t quorum_at = heard.size() >= needed ? heard[needed - 1] : led.since;
    // A process that wakes from a pause may be told of other things before its clock, and what it heard
    // before the pause still counts for it.
    if (node.raft->next_deadline() <= now) return;
    quorum_at = std::max(quorum_at, now - (cluster.now() - node.paused_until) / kMs);
    if (now - quorum_at > 3 * cluster.config().fetch_timeout_ms + 50) {
      broken(fmt::format("node {} leads epoch {}, and has heard from no majority for {} ms", node.id.value,
                         led.epoch.value, now - quorum_at));
    }
  }

 private:
  struct Led {
    Epoch epoch = kNoEpoch;
    int64_t since = 0;
    std::map<NodeId, int64_t> heard{};
  };
  std::map<NodeId, Led> led_;
  std::pair<NodeId, NodeId> pending_{kNoNode, kNoNode};
};

// Who is not in the voter set is unattached or follows, and asks for no votes.
class ObserversDoNotStand final : public Invariant {
 public:
  std::string_view name() const override { return "ObserversDoNotStand"; }
  void after_step(const Cluster&, const SimNode& node) override {
    RoleKind role = node.raft->role();
    if (node.votes || role == RoleKind::kUnattached || role == RoleKind::kFollower) return;
    broken(fmt::format("observer {} is {}", node.id.value, raft::name_of(role)));
  }
};

// Leadership is announced when everything before the epoch is committed and read, and not when it is over.
class AnnouncedLeaderHasReadUp final : public Invariant {
 public:
  std::string_view name() const override { return "AnnouncedLeaderHasReadUp"; }
  void on_leadership(const SimNode& node, const raft::Leadership& leadership) override {
    if (leadership.leader != node.id) return;
    const auto& batches = node.log.batches();
    auto begins = std::find_if(batches.begin(), batches.end(),
                               [&](const SimBatch& batch) { return batch.epoch == leadership.epoch; });
    bool has_read = begins != batches.end() && node.applied > begins->base;
    if (node.raft->role() != RoleKind::kLeader || !has_read) {
      broken(fmt::format("node {} is announced as leader of epoch {}; it is {} and has read up to {}",
                         node.id.value, leadership.epoch.value, raft::name_of(node.raft->role()),
                         node.applied.value));
    }
  }
};

// A snapshot ends where a committed batch ends, in that batch's epoch, and holds what was committed up to
// there.
class SnapshotIsCommittedPrefix final : public Invariant {
 public:
  std::string_view name() const override { return "SnapshotIsCommittedPrefix"; }
  void on_snapshot(const Cluster& cluster, const SimNode& node, const SimSnapshot& snapshot) override {
    const Cluster::Committed* committed = cluster.committed_at(snapshot.id.offset);
    if (committed && committed->epoch == snapshot.id.epoch && committed->chain == snapshot.chain) return;
    broken(fmt::format("node {} has a snapshot ({}, {}) that is not the end of a committed batch",
                       node.id.value, snapshot.id.offset.value, snapshot.id.epoch.value));
  }
};

// A log begins at 0 or at the end of a snapshot that is there, so that it can be read from its beginning.
class LogStartsAtSnapshot final : public Invariant {
 public:
  std::string_view name() const override { return "LogStartsAtSnapshot"; }
  void on_log_start(const SimNode& node, Offset start) override {
    if (start == Offset{0} || node.log.has_snapshot_at(start)) return;
    broken(fmt::format("the log of node {} begins at {}, and no snapshot ends there", node.id.value,
                       start.value));
  }
};

// No epoch and no leader comes from outside the cluster; no record is from an epoch that its holder does not
// know.
class EpochsAreOurs final : public Invariant {
 public:
  std::string_view name() const override { return "EpochsAreOurs"; }
  void after_step(const Cluster& cluster, const SimNode& node) override {
    bool known_leader = node.raft->leader().value < cluster.voter_count();
    if (node.raft->epoch() < Epoch{1'000'000} && known_leader) return;
    broken(fmt::format("node {} has let another cluster move it to epoch {}", node.id.value,
                       node.raft->epoch().value));
  }
};
class RecordsOfKnownEpochs final : public Invariant {
 public:
  std::string_view name() const override { return "RecordsOfKnownEpochs"; }
  void after_step(const Cluster&, const SimNode& node) override {
    if (node.log.end().epoch <= node.raft->epoch()) return;
    broken(fmt::format("node {} in epoch {} has a record of epoch {}", node.id.value,
                       node.raft->epoch().value, node.log.end().epoch.value));
  }
};

// A machine that has done what its clock asked for asks for later, not for now again.
class NoBusyLoop final : public Invariant {
 public:
  std::string_view name() const override { return "NoBusyLoop"; }
  void after_step(const Cluster& cluster, const SimNode& node) override {
    if (node.raft->next_deadline() > cluster.local_ms(node)) return;
    // A call that does not poll (applied) may come after the time; what must not be is that it stays so.
    int& times = overdue_[{node.id, node.incarnation}];
    if (++times > 100 && last_ == cluster.now()) {
      broken(fmt::format("node {} ({}) always wants to be called at once", node.id.value,
                         raft::name_of(node.raft->role())));
    }
    if (last_ != cluster.now()) times = 0;
    last_ = cluster.now();
  }

 private:
  std::map<std::pair<NodeId, int32_t>, int> overdue_;
  int64_t last_ = -1;
};

// After everything has been healed: one leader that everyone follows, and the same high watermark everywhere.
class HealsInTime final : public Invariant {
 public:
  std::string_view name() const override { return "HealsInTime"; }
  void after_heal(const Cluster& cluster) override {
    const SimNode& first = cluster.nodes().front();
    for (const SimNode& node : cluster.nodes()) {
      if (!node.is_up()) return broken(fmt::format("node {} is down", node.id.value));
      bool follows = node.announced.leader != kNoNode && node.announced == first.announced;
      bool has_all = node.raft->high_watermark() == cluster.committed_end() &&
                     node.log.end().offset == cluster.committed_end();
      if (follows && has_all) continue;
      broken(fmt::format("node {} is {} in epoch {} under {}, with {} of {} committed and a log up to {}",
                         node.id.value, raft::name_of(node.raft->role()), node.raft->epoch().value,
                         node.announced.leader.value, node.raft->high_watermark().value,
                         cluster.committed_end().value, node.log.end().offset.value));
    }
  }
};

}  // namespace

std::vector<std::unique_ptr<Invariant>> all_invariants(const Cluster& cluster) {
  std::vector<std::unique_ptr<Invariant>> all;
  all.push_back(std::make_unique<OneLeaderPerEpoch>());
  all.push_back(std::make_unique<EpochMonotonic>(cluster));
  all.push_back(std::make_unique<HighWatermarkMonotonic>(cluster));
  all.push_back(std::make_unique<CommittedPrefixIdentical>());
  all.push_back(std::make_unique<MajorityHoldsHighWatermark>());
  all.push_back(std::make_unique<NoTruncationBelowHighWatermark>());
  all.push_back(std::make_unique<LeaderCompleteness>());
  all.push_back(std::make_unique<CommitsInOwnEpoch>());
  all.push_back(std::make_unique<VotesOnce>());
  all.push_back(std::make_unique<NoLeaderWithoutQuorum>());
  all.push_back(std::make_unique<ObserversDoNotStand>());
  all.push_back(std::make_unique<AnnouncedLeaderHasReadUp>());
  all.push_back(std::make_unique<SnapshotIsCommittedPrefix>());
  all.push_back(std::make_unique<LogStartsAtSnapshot>());
  all.push_back(std::make_unique<EpochsAreOurs>());
  all.push_back(std::make_unique<RecordsOfKnownEpochs>());
  all.push_back(std::make_unique<NoBusyLoop>());
  all.push_back(std::make_unique<HealsInTime>());
  return all;
}

}  // namespace klamm::sim
