// The network of a simulated quorum. A connection keeps order or breaks; what is lost on it stays lost, as a
// request that is never answered. Copies travel on other connections and know no order.
#include <algorithm>

#include "base/check.h"
#include "tests/sim/quorum/cluster.h"

namespace klamm::sim {
namespace {

constexpr int32_t kBatchesPerFetch = 20;
constexpr uint64_t kLossOneIn = 2000;
constexpr uint64_t kCopyOneIn = 500;
// The handle by which a server answers holds which life of the dialer asked.
constexpr int kIncarnationShift = 40;

}  // namespace

void Cluster::send(SimNode& from, raft::Message message) {
  bool is_request = std::holds_alternative<raft::Request>(message.body);
  if (!is_request && message.to.value >= std::ssize(nodes_)) return;  // a stranger's answer
  CHECK(message.to.value >= 0 && message.to.value < std::ssize(nodes_));
  int32_t dialer = is_request ? from.id.value : message.to.value;
  int32_t server = is_request ? message.to.value : from.id.value;
  if (is_request) {
    message.correlation |= static_cast<int64_t>(from.incarnation) << kIncarnationShift;
    if (!nodes_[static_cast<size_t>(server)].is_up()) {
      // The port of a host that is up refuses; whether it is, the caller finds out in its own time.
      if (random_.one_in(2)) schedule(now_ + delay(), EventKind::kRefused, from.id.value, server);
      return;
    }
  } else {
    fill(from, message);
  }
  bool lost = is_cut(from.id.value, message.to.value) || (!quiet_ && random_.one_in(kLossOneIn));
  if (lost) {
    ++counters.lost_messages;
    return;
  }
  Connection& used = connection(dialer, server);
  if (is_request && !quiet_ && random_.one_in(kCopyOneIn)) {
    ++counters.duplicates;
    travel({message, dialer, server, used.id, true},
           delay() + static_cast<int64_t>(random_.below(4000)) * kMs);
  }
  int64_t& last = used.last_arrival[is_request ? 0 : 1];
  int64_t arrival = std::max(now_ + delay(), last + 1);
  last = arrival;
  travel({std::move(message), dialer, server, used.id, false}, arrival - now_);
}

// The driver's part of a response: bytes of the log or of a snapshot.
void Cluster::fill(SimNode& from, raft::Message& message) {
  auto& response = std::get<raft::Response>(message.body);
  if (auto* fetch = std::get_if<raft::FetchResponse>(&response); fetch && fetch->read) {
    fetch->batches = from.log.read(fetch->read->from, kBatchesPerFetch);
    fetch->read.reset();
  } else if (auto* part = std::get_if<raft::FetchSnapshotResponse>(&response); part && part->read_size > 0) {
    const SimSnapshot* snapshot = from.log.snapshot(part->snapshot);
    CHECK(snapshot);
    auto bytes = std::make_shared<Bytes>(snapshot_bytes(*snapshot));
    auto position = static_cast<size_t>(part->position);
    part->bytes = {bytes, ByteView(*bytes).subspan(position, static_cast<size_t>(part->read_size))};
  }
}

void Cluster::travel(Travelling travelling, int64_t delay) {
  int32_t to = travelling.message.to.value;
  int64_t slot;
  if (free_slots_.empty()) {
    slot = std::ssize(travelling_);
    travelling_.push_back(std::move(travelling));
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
    travelling_[static_cast<size_t>(slot)] = std::move(travelling);
  }
  schedule(now_ + delay, EventKind::kDeliver, to, slot);
}

void Cluster::deliver(SimNode& to, int64_t slot) {
  Travelling travelling = std::move(travelling_[static_cast<size_t>(slot)]);
  free_slots_.push_back(slot);
  raft::Message& message = travelling.message;
  bool connected = travelling.on_other_connection ||
                   travelling.connection == connection(travelling.dialer, travelling.server).id;
  if (!connected || is_cut(message.from.value, message.to.value)) {
    ++counters.lost_messages;
    return;
  }
  if (std::holds_alternative<raft::Response>(message.body)) {
    if (message.correlation >> kIncarnationShift != to.incarnation) return;
    message.correlation &= (int64_t{1} << kIncarnationShift) - 1;
  }
  tell([&](Invariant& invariant) { invariant.on_delivery(to, message); });
  to.raft->step(std::move(message), local_ms(to));
}

void Cluster::refuse_connections_to(SimNode& node) {
  for (SimNode& other : nodes_) {
    if (other.id == node.id || !other.is_up()) continue;
    if (is_cut(node.id.value, other.id.value)) continue;
    schedule(now_ + delay(), EventKind::kRefused, other.id.value, node.id.value);
  }
}

void Cluster::reset_connections(SimNode& node) {
  ++counters.other_faults;
  for (SimNode& other : nodes_) {
    if (other.id == node.id) continue;
    connection(node.id.value, other.id.value).id = next_connection_++;
    schedule(now_ + delay(), EventKind::kRefused, node.id.value, other.id.value);
  }
}

void Cluster::cut(NodeId from, NodeId to, int64_t cut_for) {
  size_t index = static_cast<size_t>(from.value) * nodes_.size() + static_cast<size_t>(to.value);
  cut_until_[index] = std::max(cut_until_[index], now_ + cut_for);
}

void Cluster::slow_network(int64_t slow_for) {
  ++counters.other_faults;
  slow_until_ = now_ + slow_for;
}

bool Cluster::is_cut(int32_t from, int32_t to) const {
  if (from < 0 || from >= std::ssize(nodes_)) return false;
  return now_ < cut_until_[static_cast<size_t>(from) * nodes_.size() + static_cast<size_t>(to)];
}

int64_t Cluster::delay() {
  auto usual = static_cast<int64_t>(100 + random_.below(1500));
  if (now_ < slow_until_) usual += static_cast<int64_t>(random_.below(800)) * kMs;
  if (quiet_ || !random_.one_in(100)) return usual;
  return usual + static_cast<int64_t>(random_.below(random_.one_in(10) ? 3000 : 200)) * kMs;
}

Cluster::Connection& Cluster::connection(int32_t dialer, int32_t server) {
  return connections_[static_cast<size_t>(dialer) * nodes_.size() + static_cast<size_t>(server)];
}

// Somebody of another cluster, under an id that is taken, who believes that this is its quorum: a wrong
// address in a configuration.
void Cluster::send_from_stranger(SimNode& to) {
  ++counters.other_faults;
  if (!to.is_up() || now_ < to.paused_until) return;
  auto stranger = NodeId{static_cast<int32_t>(nodes_.size())};
  NodeId alias{static_cast<int32_t>(random_.below(static_cast<uint64_t>(voter_count_)))};
  std::optional<std::string> cluster_id = "another-cluster";
  Epoch epoch{1'000'000 + static_cast<int32_t>(random_.below(1000))};
  raft::Request request;
  if (random_.one_in(2)) {
    request = raft::VoteRequest{cluster_id,  to.raft->self(),       epoch,
                                {alias, {}}, {Epoch{9}, Offset{1}}, random_.one_in(2)};
  } else {
    request = raft::BeginQuorumEpochRequest{cluster_id, to.raft->self(), alias, epoch};
  }
  to.raft->step({stranger, to.id, 1, std::move(request)}, local_ms(to));
  perform(to);
}

}  // namespace klamm::sim
