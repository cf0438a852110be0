// Coordinator: one life of a GroupShard on a node: what broker/coordinator's host does, without threads and
// files. It loads the log, gives the shard its turns one after the other, appends what they write, and lets
// answers go when that is committed.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "broker/group/group_shard.h"
#include "broker/state_machine.h"
#include "tests/sim/groups/exchange.h"

namespace klamm::sim::groups {

class Cluster;
struct Node;

class Coordinator final : private broker::group::Journal,
                          private broker::ReplicatedLog<broker::CoordinatorRecord> {
 public:
  enum class State : uint8_t { kLoading, kActive, kResigned };
  enum class Cause : uint8_t { kRequest, kDeadline, kTopicsDeleted, kLoaded, kCommitted };

  Coordinator(Cluster& cluster, Node& node, int32_t epoch, uint64_t seed);
  // As a process dies: nobody is told anything.
  ~Coordinator();

  void start();
  void handle(std::shared_ptr<Exchange> exchange);
  void on_topics_deleted(std::vector<broker::group::Offsets::DeletedTopic> topics);
  void on_committed(Offset end);
  // Others lead, and this node has learned of it.
  void resign();

  State state() const { return state_; }
  int32_t epoch() const { return epoch_; }
  const Node& node() const { return node_; }
  broker::group::GroupShard& shard() { return shard_; }
  const broker::group::GroupShard& shard() const { return shard_; }
  bool is_idle() const { return queue_.empty() && written_.empty() && !host_.is_appending(); }
  Cluster& cluster() const { return cluster_; }
  std::weak_ptr<int> alive() const { return alive_; }
  Cause cause() const { return cause_; }
  broker::group::Now now() const;
  // Groups of which something was answered with an error that may yet be in the log.
  bool is_doubtful(std::string_view group) const { return doubtful_.contains(group); }
  // Groups that have changed although it could not be written.
  bool is_unwritten(std::string_view group) const { return unwritten_.contains(group); }
  // What it has loaded is not all committed yet. Until then members of a group that it has found Stable are
  // told what it has found, as Apache Kafka does, and what others may not find when they lead next.
  bool is_ahead() const;
  // How often a deadline of the shard was due.
  int64_t ticks() const { return ticks_; }
  // Exchanges that wait.
  const std::map<uint64_t, std::weak_ptr<Exchange>>& open() const { return open_; }

 private:
  using Step = absl::AnyInvocable<void()>;
  struct Written {
    std::vector<broker::CoordinatorRecord> records;
    Then then;
  };
  struct Pending {
    Coordinator* coordinator;
    void apply(const broker::CoordinatorRecord& record);
  };

  void write(std::vector<broker::CoordinatorRecord> records, Then then) override;
  void append(const std::vector<broker::CoordinatorRecord>& records, bool atomic, Appended appended) override;
  void append_now(const std::vector<broker::CoordinatorRecord>& records, Appended appended);

  void load_piece();
  void activate();
  void queue(Cause cause, Step step);
  void pump();
  void flush();
  void perform_first();
  void refuse_written();
  void resign_now();
  void serve(const std::shared_ptr<Exchange>& exchange);
  void on_alarm(int64_t at);
  void set_alarm();
  void apply(const broker::CoordinatorRecord& record);

  Cluster& cluster_;
  Node& node_;
  const int32_t epoch_;
  SeededRandom random_;
  const int64_t monotonic_offset_ms_;
  State state_ = State::kLoading;
  std::shared_ptr<int> alive_ = std::make_shared<int>();

  broker::group::GroupShard shard_;
  broker::StateMachineHost<Pending, broker::CoordinatorRecord> host_;
  Offset loaded_{0};
  std::deque<std::pair<Cause, Step>> queue_;
  std::deque<Written> written_;
  Offset next_apply_{0};
  bool pumping_ = false;
  Cause cause_ = Cause::kLoaded;
  int64_t alarm_at_ = INT64_MAX;
  int64_t ticks_ = 0;
  std::set<std::string, std::less<>> doubtful_;
  std::set<std::string, std::less<>> unwritten_;
  std::map<uint64_t, std::weak_ptr<Exchange>> open_;
};

}  // namespace klamm::sim::groups
