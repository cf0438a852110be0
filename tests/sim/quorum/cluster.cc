#include "tests/sim/quorum/cluster.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "tests/sim/quorum/faults.h"

namespace klamm::sim {
namespace {

constexpr size_t kNotedMax = 80;
constexpr std::string_view kClusterId = "klamm-quorum-simulated";

raft::Voters first_voters(int count) {
  std::vector<NodeId> ids;
  for (int i = 0; i < count; ++i) ids.push_back({i});
  return raft::Voters::of_ids(std::move(ids));
}

}  // namespace

Cluster::Cluster(int voter_count, int observer_count, uint64_t seed)
    : voters_(first_voters(voter_count)), voter_count_(voter_count), random_(seed) {
  config_.cluster_id = kClusterId;
  config_.snapshot_max_bytes = 700;
  if (random_.one_in(4)) config_.fetch_max_wait_ms = 100;
  auto count = static_cast<size_t>(voter_count + observer_count);
  nodes_.resize(count);
  connections_.resize(count * count);
  cut_until_.resize(count * count);
  for (Connection& connection : connections_) connection.id = next_connection_++;
  for (size_t i = 0; i < count; ++i) {
    nodes_[i].id = {static_cast<int32_t>(i)};
    nodes_[i].votes = std::ssize(voters_) > static_cast<ptrdiff_t>(i);
  }
  invariants_ = all_invariants(*this);
  for (SimNode& node : nodes_)
    schedule(static_cast<int64_t>(random_.below(300)) * kMs, EventKind::kStart, node.id.value);
  schedule(kSecond, EventKind::kClient);
  schedule(10 * kSecond, EventKind::kFault);
}

Cluster::~Cluster() = default;

void Cluster::run_until(int64_t until) {
  while (!failure_ && !events_.empty() && events_.top().at <= until) {
    Event event = events_.top();
    events_.pop();
    CHECK(event.at >= now_);
    now_ = event.at;
    ++counters.events;
    handle(event);
  }
  if (!failure_) now_ = until;
}

void Cluster::schedule(int64_t at, EventKind kind, int32_t node, int64_t argument) {
  int32_t incarnation = node < 0 ? 0 : nodes_[static_cast<size_t>(node)].incarnation;
  events_.push({std::max(at, now_), order_++, kind, node, incarnation, argument});
}

void Cluster::handle(const Event& event) {
  SimNode* node = event.node < 0 ? nullptr : &nodes_[static_cast<size_t>(event.node)];
  if (event.kind == EventKind::kFault) {
    if (!quiet_) inject_fault(*this);
    return schedule(now_ + static_cast<int64_t>(random_.below(100)) * kSecond, EventKind::kFault);
  }
  if (event.kind == EventKind::kClient) {
    if (!clients_stopped_) client_appends();
    return schedule(now_ + 200 * kMs + static_cast<int64_t>(random_.below(700)) * kMs, EventKind::kClient);
  }
  if (event.kind == EventKind::kStart) {
    if (!node->is_up()) start(*node);
    return;
  }
  // What happens to a paused process waits; what was meant for a dead one is gone.
  bool is_gone =
      !node->is_up() || (event.kind != EventKind::kDeliver && event.incarnation != node->incarnation);
  if (!is_gone && now_ < node->paused_until) {
    Event later = event;
    later.at = node->paused_until;
    later.order = order_++;
    events_.push(later);
    return;
  }
  if (is_gone) {
    if (event.kind == EventKind::kDeliver) free_slots_.push_back(event.argument);
    return;
  }
  note(event.kind, node, event.argument);
  switch (event.kind) {
    case EventKind::kDeliver: deliver(*node, event.argument); break;
    case EventKind::kTick:
      if (node->tick_at == event.at || node->tick_at <= now_) node->tick_at = INT64_MAX;
      node->raft->tick(local_ms(*node));
      break;
    case EventKind::kSynced: {
      raft::Sync sync = *node->syncing;
      node->syncing.reset();
      if (sync.generation == event.argument) node->log.sync(sync.end);
      node->raft->persisted(sync, local_ms(*node));
      start_sync(*node);
      break;
    }
    case EventKind::kApply:
      node->apply_queued = false;
      apply(*node);
      break;
    case EventKind::kRefused:
      node->raft->disconnected({static_cast<int32_t>(event.argument)}, local_ms(*node));
      break;
    case EventKind::kSnapshot:
      take_snapshot(*node);
      schedule(now_ + (20 + static_cast<int64_t>(random_.below(400))) * kSecond, EventKind::kSnapshot,
               node->id.value);
      break;
    case EventKind::kStop: return kill(*node, event.argument);
    default: CHECK(false);
  }
  perform(*node);
}

// --- processes ---

void Cluster::start(SimNode& node) {
  ++node.incarnation;
  node.log.recover();
  node.random = std::make_unique<SeededRandom>(random_.next());
  node.clock_offset_ms = static_cast<int64_t>(random_.below(1'000'000));
  node.clock_drift_ppm = static_cast<int64_t>(random_.below(20'000)) - 10'000;
  node.applied = Offset{0};
  node.apply_queued = false;
  node.syncing.reset();
  node.sync_wanted.reset();
  node.tick_at = INT64_MAX;
  node.paused_until = 0;
  node.announced = {};
  node.crash_at_part = 0;
  raft::ReplicaKey self{node.id, Uuid::of(7, static_cast<uint64_t>(node.id.value) + 1)};
  node.raft = std::make_unique<raft::Raft>(config_, self, voters_, node.log, node.quorum_state, *node.random,
                                           local_ms(node));
  tell([&](Invariant& invariant) { invariant.on_start(node); });
  schedule(now_ + static_cast<int64_t>(random_.below(300)) * kSecond, EventKind::kSnapshot, node.id.value);
  note(EventKind::kStart, &node, 0);
  perform(node);
}

void Cluster::stop(SimNode& node, int64_t down_for) {
  CHECK(node.is_up());
  note(EventKind::kFault, &node, down_for);
  node.raft.reset();
  for (SimNode& other : nodes_) {
    connection(node.id.value, other.id.value).id = next_connection_++;
    connection(other.id.value, node.id.value).id = next_connection_++;
  }
  schedule(now_ + down_for, EventKind::kStart, node.id.value);
}

// A process that dies leaves its page cache behind, and its host closes its connections.
void Cluster::kill(SimNode& node, int64_t down_for) {
  ++counters.kills;
  stop(node, down_for);
  refuse_connections_to(node);
}

// A host that dies takes along what was not synced, and says nothing.
void Cluster::lose_power(SimNode& node, int64_t down_for) {
  ++counters.power_losses;
  stop(node, down_for);
  node.log.lose_power(random_);
}

void Cluster::pause(SimNode& node, int64_t pause_for) {
  ++counters.pauses;
  node.paused_until = now_ + pause_for;
}

void Cluster::shut_down(SimNode& node, int64_t down_for) {
  ++counters.other_faults;
  node.raft->begin_shutdown(local_ms(node));
  perform(node);
  // Some time to hand over.
  if (node.is_up()) schedule(now_ + kSecond, EventKind::kStop, node.id.value, down_for);
}

void Cluster::resign_leader() {
  ++counters.other_faults;
  for (SimNode& node : nodes_) {
    if (!node.is_up() || now_ < node.paused_until) continue;
    node.raft->resign(node.raft->epoch(), local_ms(node));
    perform(node);
  }
}

void Cluster::heal() {
  std::fill(cut_until_.begin(), cut_until_.end(), 0);
  slow_until_ = 0;
  for (SimNode& node : nodes_) {
    node.disk_slowness = 1;
    node.crash_at_part = 0;
    if (!node.is_up()) start(node);
  }
}

void Cluster::check_healed() {
  tell([&](Invariant& invariant) { invariant.after_heal(*this); });
}

// --- load ---

void Cluster::client_appends() { append_burst(1 + static_cast<int>(random_.below(2))); }

void Cluster::append_burst(int batches) {
  for (SimNode& node : nodes_) {
    bool leads = node.is_up() && now_ >= node.paused_until && node.announced.leader == node.id;
    if (!leads) continue;
    std::vector<raft::NewBatch> fresh;
    for (int i = 0; i < batches; ++i) {
      auto bytes = std::make_shared<Bytes>(8);
      store_be64(bytes->data(), mix(next_payload_++, static_cast<uint64_t>(node.id.value)));
      fresh.push_back({1 + static_cast<int32_t>(random_.below(4)), {bytes, *bytes}});
    }
    auto first = node.raft->append(node.announced.epoch, std::move(fresh), local_ms(node));
    if (first.ok()) counters.appends += batches;
    perform(node);
  }
}

// A node asks Raft for a snapshot up to some place that it has applied, and then for a new start of the log.
// It asks for places that must be refused, too.
void Cluster::take_snapshot(SimNode& node) {
  if (node.applied <= node.log.start()) return;
  int64_t back = static_cast<int64_t>(random_.below(6));
  Offset wanted = std::max(node.log.start() + 1, node.applied - back);
  if (auto id = node.raft->snapshot_at(wanted); id.ok()) {
    const Committed* committed = committed_at(wanted);
    SimSnapshot snapshot{*id, committed ? committed->chain : 0,
                         8 + static_cast<int64_t>(random_.below(3000))};
    tell([&](Invariant& invariant) { invariant.on_snapshot(*this, node, snapshot); });
    if (failure_) return;
    node.log.add_snapshot(snapshot);
    ++counters.snapshots;
  }
  Offset start = node.log.latest_snapshot() ? node.log.latest_snapshot()->offset : Offset{0};
  if (random_.one_in(3)) start = node.log.start() + static_cast<int64_t>(random_.below(20));
  if (random_.one_in(3) || start > node.applied || start <= node.log.start()) return;
  if (!node.raft->may_start_at(start)) return;
  tell([&](Invariant& invariant) { invariant.on_log_start(node, start); });
  if (!failure_) node.log.move_start(start);
}

// --- what is known ---

int64_t Cluster::local_ms(const SimNode& node) const {
  int64_t drifted = now_ + now_ * node.clock_drift_ppm / 1'000'000;
  return node.clock_offset_ms + drifted / kMs;
}

const Cluster::Committed* Cluster::committed_at(Offset end) const {
  auto found =
      std::lower_bound(committed_.begin(), committed_.end(), end,
                       [](const Committed& committed, Offset wanted) { return committed.end < wanted; });
  return found != committed_.end() && found->end == end ? &*found : nullptr;
}

void Cluster::violation(const Invariant& invariant) {
  failure_ = fmt::format("{} at {:.3f} s: {}", invariant.name(), static_cast<double>(now_) / kSecond,
                         invariant.failure());
}

void Cluster::note(EventKind kind, const SimNode* node, int64_t argument) {
  Noted noted{now_, kind, node ? node->id.value : -1, argument, raft::RoleKind::kUnattached, Epoch{0}, {},
              {},   false};
  if (node && node->is_up()) {
    noted.up = true;
    noted.role = node->raft->role();
    noted.epoch = node->raft->epoch();
    noted.end = node->log.end().offset;
    noted.high_watermark = node->raft->high_watermark();
  }
  trace_hash_ = mix(trace_hash_, static_cast<uint64_t>(now_));
  trace_hash_ = mix(trace_hash_, static_cast<uint64_t>(noted.node) << 8 | static_cast<uint64_t>(kind));
  trace_hash_ = mix(trace_hash_, static_cast<uint64_t>(noted.end.value) << 20 ^
                                     static_cast<uint64_t>(noted.high_watermark.value));
  noted_.push_back(noted);
  if (noted_.size() > kNotedMax) noted_.pop_front();
}

std::vector<std::string> Cluster::last_events() const {
  static constexpr std::array<std::string_view, 10> kNames{"deliver", "tick",  "synced",  "apply",    "start",
                                                           "client",  "crash", "refused", "snapshot", "stop"};
  std::vector<std::string> lines;
  for (const Noted& noted : noted_) {
    std::string state = noted.up ? fmt::format("{} epoch {} end {} hw {}", raft::name_of(noted.role),
                                               noted.epoch.value, noted.end.value, noted.high_watermark.value)
                                 : "down";
    lines.push_back(fmt::format("{:14.3f}  node {}  {:<8} {}", static_cast<double>(noted.at) / kSecond,
                                noted.node, kNames[static_cast<size_t>(noted.kind)], state));
  }
  return lines;
}

}  // namespace klamm::sim
