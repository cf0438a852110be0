// Replica: one Raft machine with a log in memory, for tests that look at one node and play the others
// themselves.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "raft/raft.h"
#include "tests/sim/quorum/sim_log.h"

namespace klamm::raft {

// Draws nothing but zeros: an election timeout is then exactly the configured one.
class NoRandom final : public Random {
 public:
  uint64_t next() override { return 0; }
};

class Replica {
 public:
  // Node 1 of the voters 1, 2 and 3, with an empty log and no memory, at time 0. Everything may be set before
  // the first step.
  Replica();

  NodeId id{1};
  RaftConfig config;
  Voters voters = Voters::of_ids({{1}, {2}, {3}});
  sim::SimLog log;
  ElectionState remembered;
  bool syncs_at_once = true;  // otherwise when sync() is called
  bool applies_at_once = true;

  // Records of one epoch behind what the log has, as batches of one record each. Before the start.
  Replica& with_records(Epoch epoch, int count);
  // A snapshot of everything so far; the log keeps its records. Before the start.
  Replica& with_snapshot();

  // --- the play: each step performs its output ---
  void start();
  void at(int64_t now_ms);  // time passes, and the machine is told
  void sync();
  void apply();
  Response ask(Request request, NodeId from = {2});  // for requests that are answered at once
  void send(Request request, NodeId from, int64_t correlation);
  // Answers the last request that went to `from`. False if there was none.
  bool answer(NodeId from, Response response);
  ErrorCode append(int records);  // as one batch; kNone if the machine took it
  void install(bool ok);
  void disconnected(NodeId peer);
  void call(const std::function<void(Raft&, int64_t)>& call);

  // --- shortcuts ---
  void become_prospective();
  void become_candidate();
  // Elected by node 2; the epoch's LEADER_CHANGE is written and not yet committed.
  void become_leader();
  void become_follower(NodeId leader, Epoch epoch);
  // A fetch by node `from`, up to here and in this epoch.
  FetchRequest fetch_of(NodeId from, Offset offset, Epoch last_epoch) const;
  FetchResponse fetched(std::vector<Batch> batches, Offset high_watermark) const;
  static Batch batch(int64_t base, Epoch epoch, int32_t count = 1);

  // --- what came of it ---
  Raft& raft();
  RoleKind role() { return raft().role(); }
  // The messages to `to` since the last call, described, one per line; of all nodes if `to` is kNoNode.
  std::string sent(NodeId to = kNoNode);
  // Everything since the last call, described, one part per line.
  std::string done();
  int64_t now() const { return now_; }

 private:
  void perform();

  NoRandom random_;
  std::unique_ptr<Raft> raft_;
  int64_t now_ = 0;
  std::optional<Sync> sync_;
  std::optional<SnapshotId> install_;
  sim::SimSnapshot installed_;
  std::vector<Message> sent_;
  std::vector<Message> unanswered_;
  std::vector<std::string> done_;
  int64_t last_ask_ = 1000;
};

}  // namespace klamm::raft
