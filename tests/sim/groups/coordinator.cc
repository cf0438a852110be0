#include "tests/sim/groups/coordinator.h"

#include <algorithm>

#include "base/check.h"
#include "broker/group/group_records.h"
#include "broker/group/offset_records.h"
#include "tests/sim/groups/cluster.h"

namespace klamm::sim::groups {

using broker::CoordinatorRecord;
using broker::group::Now;
using protocol::ErrorCode;

namespace {

// The group whose GroupMetadata record this is.
std::optional<std::string> group_written(const CoordinatorRecord& record) {
  auto read = broker::group::read_group_metadata(record.key, std::nullopt);
  return read ? std::optional(std::string(read->group)) : std::nullopt;
}

}  // namespace

Coordinator::Coordinator(Cluster& cluster, Node& node, int32_t epoch, uint64_t seed)
    : cluster_(cluster),
      node_(node),
      epoch_(epoch),
      random_(seed),
      monotonic_offset_ms_(static_cast<int64_t>(random_.below(1'000'000))),
      shard_(cluster.config(), random_, *this),
      host_(*this) {}

Coordinator::~Coordinator() { alive_.reset(); }

Now Coordinator::now() const {
  return {.monotonic_ms = cluster_.now() + monotonic_offset_ms_, .wall_ms = cluster_.wall_ms(node_)};
}

// --- the load ---

void Coordinator::start() { load_piece(); }

void Coordinator::load_piece() {
  if (state_ != State::kLoading) return;
  const LogRecord* record = cluster_.log().read(loaded_);
  for (uint64_t left = 1 + random_.below(300); record != nullptr && left > 0; --left) {
    if (record->kind != LogRecord::Kind::kData) {
      shard_.end_transaction(record->producer_id, record->kind == LogRecord::Kind::kCommitMarker);
    } else if (!shard_.load(record->view(), now())) {
      return cluster_.tell([&](Invariant& invariant) { invariant.on_unreadable(*this, record->offset); });
    }
    loaded_ = record->offset + 1;
    record = cluster_.log().read(loaded_);
  }
  if (record == nullptr) return activate();
  cluster_.after(static_cast<int64_t>(random_.below(random_.one_in(20) ? 3000 : 30)),
                 [this, alive = std::weak_ptr(alive_)] {
                   if (!alive.expired()) load_piece();
                 });
}

void Coordinator::activate() {
  ++cluster_.counters.loads;
  const OffsetsLog& log = cluster_.log();
  // Others may have been elected meanwhile, whose log this is.
  if (!cluster_.is_current(*this)) return;
  host_.lead({this}, log.end(), log.committed());
  state_ = State::kActive;
  cluster_.note("node {} coordinates in epoch {}, from {} to {}", node_.id, epoch_, log.committed().value,
                log.end().value);
  cluster_.tell([&](Invariant& invariant) { invariant.on_loaded(*this); });
  queue(Cause::kLoaded, [this] { shard_.on_loaded(now()); });
}

bool Coordinator::is_ahead() const { return cluster_.log().committed() < loaded_; }

// --- turns ---

void Coordinator::queue(Cause cause, Step step) {
  queue_.emplace_back(cause, std::move(step));
  pump();
}

void Coordinator::pump() {
  if (pumping_) return;
  pumping_ = true;
  while (!queue_.empty() && !host_.is_appending()) {
    Step step = std::move(queue_.front().second);
    cause_ = queue_.front().first;
    queue_.pop_front();
    ++cluster_.counters.steps;
    step();
    if (state_ == State::kActive) flush();
    cluster_.tell([&](Invariant& invariant) { invariant.after_step(*this); });
  }
  pumping_ = false;
  std::erase_if(open_, [](const auto& entry) { return entry.second.expired(); });
  set_alarm();
}

void Coordinator::handle(std::shared_ptr<Exchange> exchange) {
  exchange->epoch = epoch_;
  queue(Cause::kRequest, [this, exchange = std::move(exchange)] { serve(exchange); });
}

void Coordinator::on_topics_deleted(std::vector<broker::group::Offsets::DeletedTopic> topics) {
  if (state_ != State::kActive) return;
  queue(Cause::kTopicsDeleted, [this, topics = std::move(topics)] {
    if (state_ == State::kActive) shard_.offsets().on_topics_deleted(topics);
  });
}

void Coordinator::on_committed(Offset end) {
  if (state_ != State::kActive) return;
  queue(Cause::kCommitted, [this, end] {
    if (state_ == State::kActive) host_.on_committed(end);
  });
}

void Coordinator::resign() {
  if (state_ == State::kLoading) {
    state_ = State::kResigned;
    return;
  }
  queue(Cause::kRequest, [this] { resign_now(); });
}

void Coordinator::resign_now() {
  if (state_ != State::kActive) return;
  state_ = State::kResigned;
  cluster_.note("node {} resigns from epoch {}", node_.id, epoch_);
  host_.resign(ErrorCode::kNotCoordinator);
  refuse_written();
  shard_.resign();
  refuse_written();
  cluster_.tell([&](Invariant& invariant) { invariant.on_resigned(*this); });
}

// --- what steps write ---

void Coordinator::write(std::vector<CoordinatorRecord> records, Then then) {
  written_.push_back({std::move(records), std::move(then)});
}

void Coordinator::flush() {
  while (!written_.empty() && !host_.is_appending() && state_ == State::kActive) perform_first();
}

// Alone, or with what else was written in this step: both are allowed.
void Coordinator::perform_first() {
  broker::BasicDecision<CoordinatorRecord> decision;
  std::vector<Then> then;
  const bool writes = !written_.front().records.empty();
  const bool gathers = random_.one_in(2);
  do {
    auto& records = written_.front().records;
    std::move(records.begin(), records.end(), std::back_inserter(decision.records));
    then.push_back(std::move(written_.front().then));
    written_.pop_front();
  } while (gathers && !written_.empty() && written_.front().records.empty() != writes &&
           decision.records.size() + written_.front().records.size() < 50);
  std::vector<std::string> groups;
  for (const CoordinatorRecord& record : decision.records) {
    if (auto group = group_written(record)) groups.push_back(std::move(*group));
  }
  auto answer = [this, groups = std::move(groups), then = std::move(then),
                 before = cluster_.log().end()](ErrorCode code) mutable {
    const bool is_written = cluster_.log().end() > before;
    if (code != ErrorCode::kNone) (is_written ? doubtful_ : unwritten_).insert(groups.begin(), groups.end());
    for (Then& one : then) one(code, now());
  };
  host_.perform(std::move(decision), std::move(answer),
                now().monotonic_ms + cluster_.config().commit_timeout_ms);
}

void Coordinator::refuse_written() {
  while (!written_.empty()) {
    Written first = std::move(written_.front());
    written_.pop_front();
    first.then(ErrorCode::kNotCoordinator, now());
  }
}

void Coordinator::append(const std::vector<CoordinatorRecord>& records, bool, Appended appended) {
  if (!cluster_.append_is_slow()) return append_now(records, std::move(appended));
  cluster_.after(cluster_.between(1, 2000),
                 [this, alive = std::weak_ptr(alive_), &records, appended = std::move(appended)]() mutable {
                   if (alive.expired()) return;
                   append_now(records, std::move(appended));
                   if (state_ == State::kActive) flush();
                   pump();
                 });
}

void Coordinator::append_now(const std::vector<CoordinatorRecord>& records, Appended appended) {
  if (auto failure = cluster_.append_failure()) {
    ++cluster_.counters.failed_appends;
    cluster_.note("node {} cannot append {} records: {}", node_.id, records.size(), name_of(*failure));
    return appended(klamm::Error{*failure});
  }
  protocol::Outcome<Offset> end = cluster_.log().append(epoch_, records, cluster_.now());
  if (end) {
    next_apply_ = *end - std::ssize(records);
    cluster_.note("node {} appends {} records up to {}", node_.id, records.size(), end->value);
    cluster_.replicate(*end);
  }
  appended(end);
}

void Coordinator::Pending::apply(const CoordinatorRecord& record) { coordinator->apply(record); }

void Coordinator::apply(const CoordinatorRecord& record) {
  if (auto group = group_written(record)) {
    doubtful_.erase(*group);
    unwritten_.erase(*group);
  }
  if (!record.value) ++cluster_.counters.tombstones;
  cluster_.tell([&](Invariant& invariant) { invariant.on_append(*this, record); });
  shard_.apply(broker::view_of(record, next_apply_));
  next_apply_ = next_apply_ + 1;
}

// --- deadlines ---

void Coordinator::set_alarm() {
  if (state_ != State::kActive || host_.is_appending()) return;
  int64_t next = std::min(shard_.next_deadline_ms(), host_.next_deadline_ms());
  if (next == INT64_MAX) return;
  int64_t at = std::max(next - monotonic_offset_ms_, cluster_.now());
  if (at >= alarm_at_) return;
  alarm_at_ = at;
  const int64_t late = random_.one_in(50) ? static_cast<int64_t>(random_.below(500)) : 0;
  cluster_.after(at - cluster_.now() + late, [this, alive = std::weak_ptr(alive_), at] {
    if (!alive.expired()) on_alarm(at);
  });
}

void Coordinator::on_alarm(int64_t at) {
  if (at != alarm_at_ || state_ != State::kActive) return;
  queue(Cause::kDeadline, [this] {
    alarm_at_ = INT64_MAX;
    if (state_ != State::kActive) return;
    host_.expire(now().monotonic_ms, ErrorCode::kCoordinatorNotAvailable);
    if (shard_.next_deadline_ms() > now().monotonic_ms) return;
    ++ticks_;
    shard_.tick(now());
  });
}

}  // namespace klamm::sim::groups
