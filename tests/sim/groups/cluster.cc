#include "tests/sim/groups/cluster.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "protocol/messages/offset_commit_value.h"
#include "protocol/messages/partition_record.h"
#include "protocol/messages/remove_topic_record.h"
#include "protocol/messages/topic_record.h"
#include "tests/sim/groups/client.h"
#include "tests/sim/groups/faults.h"
#include "tests/sim/groups/population.h"

namespace klamm::sim::groups {

using protocol::ErrorCode;

namespace {

constexpr size_t kLinesMax = 400;
constexpr int32_t kNodes = 3;

uint64_t mix(uint64_t a, uint64_t b) {
  return (a ^ (b + 0x9E3779B97F4A7C15 + (a << 6) + (a >> 2))) * 0xBF58476D1CE4E5B9;
}

}  // namespace

Cluster::Cluster(uint64_t seed) : random_(seed) {
  config_.offsets_retention_ms = 4 * kMinute;
  config_.expiry_interval_ms = 30 * kSecond;
  config_.initial_rebalance_delay_ms = random_.one_in(4) ? 0 : 3000;
  if (random_.one_in(6)) config_.size_max = 3;
  for (int32_t id = 0; id < kNodes; ++id) {
    nodes_.emplace_back().id = id;
    nodes_.back().wall_offset_ms = between(-60 * kSecond, 60 * kSecond);
  }
  for (const TopicPlan& topic : topic_plans(random_)) make_topic(topic.name, topic.partitions);
  populate(*this);
  invariants_ = all_invariants(*this);
  elect();
  for (auto& client : clients_) {
    after(between(0, 20 * kSecond), [&client = *client] { client.start(); });
  }
  after(10 * kSecond, [this] { inject_faults(*this); });
  after(10 * kSecond, [this] { make_noise(*this); });
}

Cluster::~Cluster() = default;

void Cluster::run_until(int64_t until) {
  while (!failure_ && !events_.empty() && events_.front().at <= until) {
    std::pop_heap(events_.begin(), events_.end(), is_later);
    Event event = std::move(events_.back());
    events_.pop_back();
    CHECK(event.at >= now_);
    now_ = event.at;
    ++counters.events;
    trace(event.order);
    event.task();
  }
  if (!failure_) now_ = until;
}

void Cluster::after(int64_t delay_ms, Task task) {
  events_.push_back({now_ + std::max<int64_t>(delay_ms, 0), order_++, std::move(task)});
  std::push_heap(events_.begin(), events_.end(), is_later);
}

int64_t Cluster::between(int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random_.below(static_cast<uint64_t>(high - low)));
}

void Cluster::trace(uint64_t what) { trace_hash_ = mix(trace_hash_ ^ what, static_cast<uint64_t>(now_)); }

void Cluster::keep_line(std::string line) {
  lines_.push_back(fmt::format("{:12.3f}  {}", static_cast<double>(now_) / kSecond, line));
  if (lines_.size() > kLinesMax) lines_.pop_front();
}

void Cluster::fail(std::string what) {
  if (failure_) return;
  failure_ = fmt::format("at {:.3f} s: {}", static_cast<double>(now_) / kSecond, what);
}

// --- the network ---

void Cluster::connect(Connection& connection, int32_t node) {
  connection.node = node;
  connection.open = nodes_[static_cast<size_t>(node)].up;
  connection.id = next_connection_++;
}

void Cluster::send(const std::shared_ptr<Connection>& connection, Request request, OnReply on_reply) {
  const int64_t delay = quiet_ || !random_.one_in(100) ? between(1, 8) : between(1, 2000);
  connection->last_request_at = std::max(now_ + delay, connection->last_request_at);
  after(connection->last_request_at - now_, [this, connection, request = std::move(request),
                                             on_reply = std::move(on_reply)]() mutable {
    // What was sent before the connection broke may have arrived.
    if (!connection->open && random_.one_in(2)) return;
    auto reply = [this, connection, on_reply = std::move(on_reply)](std::optional<Bytes> bytes) mutable {
      const int64_t back = quiet_ || !random_.one_in(100) ? between(1, 8) : between(1, 2000);
      connection->last_reply_at = std::max(now_ + back, connection->last_reply_at);
      after(connection->last_reply_at - now_,
            [connection, on_reply = std::move(on_reply), bytes = std::move(bytes)]() mutable {
              if (connection->open) on_reply(std::move(bytes));
            });
    };
    arrive(connection->node, std::move(request), std::move(reply));
  });
}

void Cluster::arrive(int32_t id, Request request, absl::AnyInvocable<void(Bytes)> reply) {
  Node& node = nodes_[static_cast<size_t>(id)];
  if (!node.up) return;
  trace(static_cast<uint64_t>(request.api));
  if (node.coordinator == nullptr) {
    const bool unsure = random_.one_in(4);
    return reply(refuse(request, unsure ? ErrorCode::kCoordinatorNotAvailable : ErrorCode::kNotCoordinator));
  }
  auto exchange = std::make_shared<Exchange>();
  exchange->id = next_exchange_++;
  exchange->request = std::move(request);
  exchange->reply = std::move(reply);
  node.coordinator->handle(std::move(exchange));
}

int32_t Cluster::find_coordinator() {
  if (!quiet_ && random_.one_in(20)) return static_cast<int32_t>(random_.below(nodes_.size()));
  return leader_;
}

// --- the coordinators ---

Coordinator* Cluster::coordinator() const {
  return leader_ < 0 ? nullptr : nodes_[static_cast<size_t>(leader_)].coordinator.get();
}

// Some node that is up leads from now on. It may have been the leader before, with nothing left of it.
void Cluster::elect() {
  electing_ = false;
  std::vector<Node*> able;
  for (Node& node : nodes_) {
    if (node.up && node.coordinator == nullptr) able.push_back(&node);
  }
  if (able.empty()) {
    electing_ = true;
    return after(kSecond, [this] { elect(); });
  }
  Node& node = *able[random_.below(able.size())];
  const int32_t epoch = log_.elect(random_);
  if (!quiet_ && random_.one_in(3)) compact();
  leader_ = node.id;
  note("node {} is elected in epoch {}, with {} of {} committed", node.id, epoch, log_.committed().value,
       log_.end().value);
  if (!quiet_ && random_.one_in(3)) transact();
  node.coordinator = std::make_unique<Coordinator>(*this, node, epoch, random_.next());
  replicate(log_.end());
  node.coordinator->start();
}

void Cluster::replicate(Offset end) {
  const int64_t usual = between(1, 20);
  const int64_t stalled = std::max<int64_t>(stalled_until_ - now_, 0);
  after(usual + stalled, [this, end, epoch = log_.epoch()] { commit(end, epoch); });
}

void Cluster::commit(Offset end, int32_t epoch) {
  if (epoch != log_.epoch()) return;
  for (const LogRecord& record : log_.commit(end)) committed_.apply(record);
  if (Coordinator* leader = coordinator()) leader->on_committed(end);
}

std::optional<ErrorCode> Cluster::append_failure() {
  if (now_ >= failing_appends_until_ || !random_.one_in(2)) return std::nullopt;
  return random_.one_in(2) ? ErrorCode::kCoordinatorNotAvailable : ErrorCode::kNotCoordinator;
}

// --- faults ---

void Cluster::crash_coordinator() {
  if (leader_ < 0 || electing_) return;
  Node& node = nodes_[static_cast<size_t>(leader_)];
  ++counters.crashes;
  note("node {} crashes", node.id);
  node.coordinator.reset();
  node.up = false;
  leader_ = -1;
  electing_ = true;
  after(between(100, 20 * kSecond), [&node] { node.up = true; });
  after(between(10, 6 * kSecond), [this] { elect(); });
  // Its host closes its connections; or dies with it, and says nothing.
  if (random_.one_in(2)) return;
  for (auto& client : clients_) {
    after(between(1, 100), [&client = *client] { client.lose_connection(); });
  }
}

// Another node leads. The one before learns of it first, or last.
void Cluster::move_coordinator() {
  if (leader_ < 0 || electing_) return;
  Node& node = nodes_[static_cast<size_t>(leader_)];
  ++counters.moves;
  electing_ = true;
  after(between(0, 2 * kSecond), [this] { elect(); });
  const int32_t epoch = node.coordinator->epoch();
  after(between(0, 4 * kSecond), [this, &node, epoch] {
    if (node.coordinator == nullptr || node.coordinator->epoch() != epoch) return;
    node.coordinator->resign();
    after(5 * kSecond, [&node, epoch] {
      if (node.coordinator && node.coordinator->epoch() == epoch) node.coordinator.reset();
    });
  });
}

void Cluster::stall_replication(int64_t stall_for) {
  ++counters.stalls;
  stalled_until_ = now_ + stall_for;
}

void Cluster::slow_appends(int64_t slow_for) {
  ++counters.stalls;
  slow_appends_until_ = now_ + slow_for;
}

void Cluster::fail_appends(int64_t fail_for) { failing_appends_until_ = now_ + fail_for; }

void Cluster::step_wall_clock() {
  ++counters.clock_steps;
  nodes_[random_.below(nodes_.size())].wall_offset_ms = between(-90 * kSecond, 90 * kSecond);
}

void Cluster::compact() {
  ++counters.compactions;
  log_.compact(random_, now_);
}

void Cluster::heal() {
  stalled_until_ = slow_appends_until_ = failing_appends_until_ = 0;
  for (Node& node : nodes_) node.up = true;
  for (auto& client : clients_) {
    client->behave();
    client->wake_up();
    if (groups_[client->plan().group].dead) {
      client->crash();
    } else {
      client->start();
    }
  }
}

void Cluster::check_healed() {
  tell([&](Invariant& invariant) { invariant.after_heal(*this); });
}

// --- topics ---

void Cluster::make_topic(const std::string& name, int32_t partitions) {
  const Uuid id = Uuid::of(77, ++topic_count_);
  protocol::TopicRecord topic;
  topic.name = name;
  topic.topic_id = id;
  CHECK(image_.apply({topic}));
  for (int32_t i = 0; i < partitions; ++i) {
    protocol::PartitionRecord partition;
    partition.topic_id = id;
    partition.partition_id = i;
    partition.replicas = {1};
    partition.isr = {1};
    partition.leader = 1;
    partition.directories = {Uuid::of(5, 5)};
    CHECK(image_.apply({partition}));
  }
}

void Cluster::recreate_topic() {
  const auto& plan = groups_[random_.below(groups_.size())];
  const std::string& name = plan.topics[random_.below(plan.topics.size())];
  const broker::TopicImage* topic = image_.topics().find(name);
  const auto partitions = static_cast<int32_t>(topic->partitions.size());
  const Uuid id = topic->id;
  note("topic {} is deleted, and made anew", name);
  protocol::RemoveTopicRecord remove;
  remove.topic_id = id;
  CHECK(image_.apply({remove}));
  make_topic(name, partitions);
  for (Node& node : nodes_) {
    if (node.coordinator) node.coordinator->on_topics_deleted({{name, id}});
  }
}

// Producers commit offsets in transactions, between the lives of coordinators, as far as these can see: they
// load them. A transaction may end in another such pause.
void Cluster::transact() {
  const int32_t epoch = log_.epoch();
  for (int64_t batches = between(1, 4); batches > 0; --batches) {
    const auto& plan = groups_[random_.below(groups_.size())];
    const std::string& topic = plan.topics[random_.below(plan.topics.size())];
    const broker::TopicImage& image = *image_.topics().find(topic);
    std::vector<broker::CoordinatorRecord> records;
    for (int32_t i = 1; i < std::min<int32_t>(3, static_cast<int32_t>(image.partitions.size())); ++i) {
      protocol::OffsetCommitValue value;
      value.offset = next_value();
      value.commit_timestamp = wall_ms(nodes_.front());
      value.topic_id = image.id;
      records.push_back(broker::group::offset_commit_record({plan.id, topic, i}, value));
    }
    // Some are plain commits of the coordinator before.
    if (random_.one_in(3)) {
      CHECK(log_.append(epoch, records, now_));
    } else {
      const bool continues = !log_.open_transactions().empty() && random_.one_in(2);
      const int64_t producer = continues ? log_.open_transactions().begin()->first : next_producer_++;
      CHECK(log_.append(epoch, records, now_, producer));
    }
  }
  std::vector<int64_t> open;
  for (const auto& [producer_id, first] : log_.open_transactions()) open.push_back(producer_id);
  for (int64_t producer_id : open) {
    if (quiet_ || random_.one_in(2)) log_.append_marker(producer_id, !random_.one_in(3), now_);
  }
}

}  // namespace klamm::sim::groups
