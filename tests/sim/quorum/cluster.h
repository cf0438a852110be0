// Cluster: a quorum of real raft::Raft machines on one virtual clock, with a network, disks and processes
// that misbehave as a seed says. One thread, one queue of events, one source of chance.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "base/random.h"
#include "raft/raft.h"
#include "tests/sim/quorum/invariant.h"
#include "tests/sim/quorum/sim_log.h"

namespace klamm::sim {

inline constexpr int64_t kMs = 1000;  // virtual time is counted in microseconds
inline constexpr int64_t kSecond = 1000 * kMs;
inline constexpr int64_t kHour = 3600 * kSecond;

// One simulated process with its disk. What a crash leaves is `log` (see SimLog) and `quorum_state`.
struct SimNode {
  NodeId id;
  bool votes = true;
  SimLog log;
  raft::ElectionState quorum_state;

  // While the process runs.
  std::unique_ptr<raft::Raft> raft;
  int32_t incarnation = 0;
  std::unique_ptr<SeededRandom> random;
  int64_t clock_offset_ms = 0;
  int64_t clock_drift_ppm = 0;
  int64_t paused_until = 0;
  int64_t tick_at = INT64_MAX;            // of the tick event that is queued
  std::optional<raft::Sync> syncing;      // under way
  std::optional<raft::Sync> sync_wanted;  // to be started next
  Offset applied{0};                      // by the state machine
  bool apply_queued = false;
  raft::Leadership announced;
  Epoch led{0};  // the last epoch that it was elected in
  raft::SnapshotId download_id;
  Bytes download;
  int64_t disk_slowness = 1;
  int crash_at_part = 0;  // of an output; 0: not at all
  bool crash_loses_power = false;

  bool is_up() const { return raft != nullptr; }
};

struct Counters {
  int64_t events = 0, appends = 0, elections = 0, kills = 0, power_losses = 0, pauses = 0, cuts = 0,
          other_faults = 0;
  int64_t snapshots = 0, installs = 0, truncations = 0, lost_messages = 0, duplicates = 0;

  int64_t faults() const { return kills + power_losses + pauses + cuts + other_faults; }
};

class Cluster {
 public:
  Cluster(int voter_count, int observer_count, uint64_t seed);
  ~Cluster();

  // Runs to `until`, or to the first invariant that breaks.
  void run_until(int64_t until);
  int64_t now() const { return now_; }
  const std::optional<std::string>& failure() const { return failure_; }
  uint64_t trace_hash() const { return trace_hash_; }
  std::vector<std::string> last_events() const;
  Counters counters;

  // --- what faults do ---
  Random& random() { return random_; }
  std::vector<SimNode>& nodes() { return nodes_; }
  const std::vector<SimNode>& nodes() const { return nodes_; }
  int voter_count() const { return voter_count_; }
  void kill(SimNode& node, int64_t down_for);
  void lose_power(SimNode& node, int64_t down_for);
  void pause(SimNode& node, int64_t pause_for);
  void shut_down(SimNode& node, int64_t down_for);
  void cut(NodeId from, NodeId to, int64_t cut_for);
  void reset_connections(SimNode& node);
  void slow_network(int64_t slow_for);
  void send_from_stranger(SimNode& to);
  void resign_leader();
  void append_burst(int batches);
  // Ends every fault that lasts, and brings every node up.
  void heal();
  // No more faults, losses and appends until told otherwise.
  void be_quiet(bool quiet) { quiet_ = quiet; }
  void stop_clients(bool stopped) { clients_stopped_ = stopped; }
  void check_healed();

  // --- what invariants ask ---
  // What has been committed by anybody, in order. `chain` as in SimLog.
  struct Committed {
    Offset base, end;
    Epoch epoch;
    uint64_t chain;
  };
  const std::deque<Committed>& committed() const { return committed_; }
  Offset committed_end() const { return committed_.empty() ? Offset{0} : committed_.back().end; }
  const Committed* committed_at(Offset end) const;
  int64_t local_ms(const SimNode& node) const;
  const raft::RaftConfig& config() const { return config_; }

 private:
  enum class EventKind : uint8_t {
    kDeliver,
    kTick,
    kSynced,
    kApply,
    kStart,
    kClient,
    kFault,
    kRefused,
    kSnapshot,
    kStop
  };
  struct Event {
    int64_t at;
    uint64_t order;
    EventKind kind;
    int32_t node;
    int32_t incarnation;
    int64_t argument;
    friend bool operator>(const Event& a, const Event& b) {
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };
  // A message under way. Requests and their responses travel on the connection that `dialer` opened to
  // `server`; what was on it is lost when it is reset.
  struct Travelling {
    raft::Message message;
    int32_t dialer, server;
    uint64_t connection;
    bool on_other_connection;
  };
  struct Connection {
    uint64_t id = 0;
    std::array<int64_t, 2> last_arrival{};  // of requests, of responses: a connection keeps order
  };

  // cluster.cc
  void schedule(int64_t at, EventKind kind, int32_t node = -1, int64_t argument = 0);
  void handle(const Event& event);
  void start(SimNode& node);
  void stop(SimNode& node, int64_t down_for);
  void client_appends();
  void take_snapshot(SimNode& node);
  void note(EventKind kind, const SimNode* node, int64_t argument);
  void violation(const Invariant& invariant);
  template <class Call>
  void tell(Call call);

  // perform.cc
  void perform(SimNode& node);
  bool perform_log_parts(SimNode& node, raft::Output& output);
  bool crash_before(SimNode& node, int part, bool has_work);
  void perform_install(SimNode& node, raft::SnapshotId id);
  void perform_commit(SimNode& node, Offset high_watermark);
  void start_sync(SimNode& node);
  void apply(SimNode& node);
  void queue_tick(SimNode& node);

  // network.cc
  void send(SimNode& from, raft::Message message);
  void travel(Travelling travelling, int64_t delay);
  void deliver(SimNode& to, int64_t slot);
  void fill(SimNode& from, raft::Message& message);
  void refuse_connections_to(SimNode& node);
  int64_t delay();
  Connection& connection(int32_t dialer, int32_t server);
  bool is_cut(int32_t from, int32_t to) const;

  raft::RaftConfig config_;
  raft::Voters voters_;
  int voter_count_;
  SeededRandom random_;
  std::vector<SimNode> nodes_;
  std::vector<std::unique_ptr<Invariant>> invariants_;

  int64_t now_ = 0;
  uint64_t order_ = 0;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::vector<Travelling> travelling_;
  std::vector<int64_t> free_slots_;
  std::vector<Connection> connections_;
  std::vector<int64_t> cut_until_;
  int64_t slow_until_ = 0;
  uint64_t next_connection_ = 1;
  uint64_t next_payload_ = 1;
  bool quiet_ = false;
  bool clients_stopped_ = false;

  std::deque<Committed> committed_;
  std::optional<std::string> failure_;
  uint64_t trace_hash_ = 0;
  struct Noted {
    int64_t at;
    EventKind kind;
    int32_t node;
    int64_t argument;
    raft::RoleKind role;
    Epoch epoch;
    Offset end, high_watermark;
    bool up;
  };
  std::deque<Noted> noted_;
};

template <class Call>
void Cluster::tell(Call call) {
  if (failure_) return;
  for (auto& invariant : invariants_) {
    call(*invariant);
    if (!invariant->failure().empty()) return violation(*invariant);
  }
}

}  // namespace klamm::sim
