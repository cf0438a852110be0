// Cluster: a few nodes of which one at a time coordinates the groups of one partition of __consumer_offsets
// (the real broker::group::GroupShard), its log, and clients that join, assign, commit, pause, crash and come
// back. One thread, one virtual clock, one queue of events, one source of chance.
#pragma once

#include <fmt/format.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "broker/config/group_coordinator_config.h"
#include "broker/metadata/cluster_image.h"
#include "tests/sim/groups/committed.h"
#include "tests/sim/groups/coordinator.h"
#include "tests/sim/groups/exchange.h"
#include "tests/sim/groups/invariant.h"
#include "tests/sim/groups/offsets_log.h"

namespace klamm::sim::groups {

inline constexpr int64_t kSecond = 1000;  // virtual time is counted in milliseconds
inline constexpr int64_t kMinute = 60 * kSecond;
inline constexpr int64_t kHour = 60 * kMinute;

class Client;

struct Counters {
  int64_t events = 0, steps = 0, requests = 0, rebalances = 0, commits = 0, fetches = 0, admin_requests = 0;
  int64_t crashes = 0, moves = 0, client_crashes = 0, pauses = 0, lost_connections = 0, failed_appends = 0,
          stalls = 0, clock_steps = 0;
  int64_t loads = 0, compactions = 0, tombstones = 0, replays = 0;

  int64_t faults() const {
    return crashes + moves + client_crashes + pauses + lost_connections + failed_appends + stalls +
           clock_steps;
  }
};

struct Node {
  int32_t id = 0;
  bool up = true;
  int64_t wall_offset_ms = 0;
  std::unique_ptr<Coordinator> coordinator{};
};

// A client's way to a node: keeps order, or breaks.
struct Connection {
  int32_t node = -1;
  uint64_t id = 0;
  bool open = false;
  int64_t last_request_at = 0, last_reply_at = 0;
};

struct GroupPlan {
  std::string id;
  bool simple = false;  // nobody joins it
  bool dead = false;    // in this healing nobody comes back
  std::vector<std::string> topics{};
};

class Cluster {
 public:
  explicit Cluster(uint64_t seed);
  ~Cluster();

  // Runs to `until`, or to the first invariant that breaks.
  void run_until(int64_t until);
  int64_t now() const { return now_; }
  Random& random() { return random_; }
  const std::optional<std::string>& failure() const { return failure_; }
  uint64_t trace_hash() const { return trace_hash_; }
  // Lines about what happens are kept, or not even made.
  void keep_lines() { keeps_lines_ = true; }
  const std::deque<std::string>& lines() const { return lines_; }
  Counters counters;
  int64_t wide_committed_at = -kHour;  // the group whose offsets fill more than a batch of tombstones

  using Task = absl::AnyInvocable<void()>;
  void after(int64_t delay_ms, Task task);
  int64_t between(int64_t low, int64_t high);
  template <class... Arguments>
  void note(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    if (keeps_lines_) keep_line(fmt::format(format, std::forward<Arguments>(arguments)...));
  }
  void trace(uint64_t what);
  template <class Call>
  void tell(Call call);
  void fail(std::string what);

  // --- the network ---
  void connect(Connection& connection, int32_t node);
  void disconnect(Connection& connection) { connection.open = false; }
  void send(const std::shared_ptr<Connection>& connection, Request request, OnReply on_reply);
  // Where a client finds the coordinator; sometimes where it was, or nobody knows.
  int32_t find_coordinator();

  // --- the coordinators ---
  std::vector<Node>& nodes() { return nodes_; }
  OffsetsLog& log() { return log_; }
  const OffsetsLog& log() const { return log_; }
  const Committed& committed() const { return committed_; }
  Coordinator* coordinator() const;  // the latest; nullptr when there is none
  bool is_current(const Coordinator& coordinator) const { return coordinator.epoch() == log_.epoch(); }
  const broker::GroupCoordinatorConfig& config() const { return config_; }
  const broker::ClusterImage& image() const { return image_; }
  int64_t wall_ms(const Node& node) const { return 1'800'000'000'000 + now_ + node.wall_offset_ms; }
  void replicate(Offset end);
  bool append_is_slow() { return now_ < slow_appends_until_ && random_.one_in(3); }
  std::optional<protocol::ErrorCode> append_failure();

  // --- faults ---
  void crash_coordinator();
  void move_coordinator();
  void elect();
  void stall_replication(int64_t stall_for);
  void slow_appends(int64_t slow_for);
  void fail_appends(int64_t fail_for);
  void step_wall_clock();
  void compact();
  void recreate_topic();
  void transact();
  void heal();
  void be_quiet(bool quiet) { quiet_ = quiet; }
  bool is_quiet() const { return quiet_; }
  void check_healed();

  // --- clients ---
  std::vector<GroupPlan>& groups() { return groups_; }
  const std::vector<GroupPlan>& groups() const { return groups_; }
  std::vector<std::unique_ptr<Client>>& clients() { return clients_; }
  const std::vector<std::unique_ptr<Client>>& clients() const { return clients_; }
  int64_t next_value() { return ++last_value_; }

 private:
  struct Event {
    int64_t at;
    uint64_t order;
    Task task;
  };
  static bool is_later(const Event& a, const Event& b) {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }
  void keep_line(std::string line);
  void arrive(int32_t node, Request request, absl::AnyInvocable<void(Bytes)> reply);
  void commit(Offset end, int32_t epoch);
  void make_topic(const std::string& name, int32_t partitions);

  SeededRandom random_;
  broker::GroupCoordinatorConfig config_;
  broker::ClusterImage image_;
  uint64_t topic_count_ = 0;
  OffsetsLog log_;
  Committed committed_;
  std::vector<Node> nodes_;
  int32_t leader_ = -1;
  std::vector<GroupPlan> groups_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<std::unique_ptr<Invariant>> invariants_;

  int64_t now_ = 0;
  uint64_t order_ = 0;
  std::vector<Event> events_;  // a heap
  uint64_t next_exchange_ = 1;
  uint64_t next_connection_ = 1;
  int64_t last_value_ = 0;
  int64_t next_producer_ = 1;
  bool quiet_ = false;
  int64_t stalled_until_ = 0, slow_appends_until_ = 0, failing_appends_until_ = 0;
  bool electing_ = false;

  std::optional<std::string> failure_;
  uint64_t trace_hash_ = 0;
  bool keeps_lines_ = false;
  std::deque<std::string> lines_;
};

template <class Call>
void Cluster::tell(Call call) {
  if (failure_) return;
  for (auto& invariant : invariants_) {
    call(*invariant);
    if (!invariant->failure().empty())
      return fail(std::string(invariant->name()) + ": " + invariant->failure());
  }
}

}  // namespace klamm::sim::groups
