#include "broker/coordinator/shard_host.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/logging.h"

namespace klamm::broker {
namespace {

// So much of what independent steps wrote is gathered for one append. It bounds how long the first of them
// waits for the others.
constexpr size_t kGatheredMax = 64 << 10;
constexpr int64_t kLoadAgainMs = 100;

}  // namespace

ShardHost::ShardHost(const Uses& uses, const Config& config, std::shared_ptr<Partition> partition,
                     Epoch leader_epoch, const MakeShard& make)
    : uses_(uses),
      config_(config),
      followed_epoch_(leader_epoch),
      serial_([this](Task rest) { hand_over(std::move(rest)); }),
      leader_epoch_(leader_epoch),
      shard_(make(*this)),
      log_(uses.clock, std::move(partition), leader_epoch, config.compression),
      host_(*this) {}

void ShardHost::start() {
  run_task([self = shared_from_this()] { self->begin_load(); });
}

void ShardHost::begin_load() {
  if (state_ != State::kLoading) return;
  LOG_DEBUG("Loading {}-{} in epoch {}", id().topic, id().partition, leader_epoch_.value);
  alarm_ = std::make_shared<Alarm>(uses_.loop, [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->on_alarm();
  });
  loader_ = std::make_shared<LogLoader>(
      LogLoader::Uses{uses_.clock, uses_.workers, uses_.loop}, log_.partition().shared_from_this(),
      config_.load_buffer_size, *shard_, [self = shared_from_this()](const LogLoader::Loaded& loaded) {
        self->run_task([self, loaded] { self->on_loaded(loaded); });
      });
  loader_->start();
}

void ShardHost::run(Step step, Work work) {
  run_task([self = shared_from_this(), step, work = std::move(work)]() mutable {
    self->take_turn(step, std::move(work));
  });
}

void ShardHost::run_when_loaded(Work work) {
  run_task([self = shared_from_this(), work = std::move(work)]() mutable {
    if (self->state_ != State::kLoading) return self->take_turn(Step::kOrdered, std::move(work));
    self->for_loaded_.push_back(std::move(work));
  });
}

bool ShardHost::continue_in(Epoch leader_epoch) {
  const bool is_next = leader_epoch.value == followed_epoch_.value + 1;
  if (!is_next || state_ == State::kFailed || state_ == State::kResigned) return false;
  followed_epoch_ = leader_epoch;
  run_task([self = shared_from_this(), leader_epoch] {
    self->leader_epoch_ = leader_epoch;
    self->log_.continue_in(leader_epoch);
    if (self->state_ != State::kActive) return;
    if (self->awaited_) self->await_commit(*self->awaited_);
    self->end_turn(Step::kOrdered);
  });
  return true;
}

// The answers come before the shard is told, which is done with once it has been.
void ShardHost::resign(Task done) {
  run_task([self = shared_from_this(), done = std::move(done)]() mutable {
    const State before = self->state_.exchange(State::kResigned);
    if (self->loader_) self->loader_->cancel();
    self->loader_.reset();
    if (before == State::kActive) {
      self->host_.resign(ErrorCode::kNotCoordinator);
      self->refuse_written();
      self->shard_->resign();
      self->refuse_written();
    }
    for (Work& work : std::exchange(self->for_loaded_, {})) work(Error{ErrorCode::kNotCoordinator});
    if (before != State::kResigned) {
      LOG_INFO("{}-{} is led here no longer, in epoch {}", self->id().topic, self->id().partition,
               self->leader_epoch_.value);
    }
    done();
  });
}

void ShardHost::refuse_written() {
  while (!written_.empty()) {
    Written first = std::move(written_.front());
    written_.pop_front();
    first.then(ErrorCode::kNotCoordinator, now());
  }
  written_bytes_ = 0;
}

// ---- turns ----

// The host is kept for the call: a task may hold the last that keeps it.
void ShardHost::run_task(Task task) {
  const auto self = shared_from_this();
  serial_.run(std::move(task));
}

// To a loop, which does nothing that takes long, and sees to its connections between this and the next time.
// Nobody has a turn here until it comes to it, and what has been gathered is not to wait for that.
void ShardHost::hand_over(Task rest) {
  if (!written_.empty()) flush();
  uses_.loop.post([self = shared_from_this(), rest = std::move(rest)]() mutable { rest(); });
}

void ShardHost::take_turn(Step step, Work work) {
  if (state_ != State::kActive) return work(Error{refusal()});
  if (step == Step::kOrdered && !written_.empty()) {
    serial_.run_next([self = shared_from_this(), work = std::move(work)]() mutable {
      self->take_turn(Step::kOrdered, std::move(work));
    });
    return flush();
  }
  work(Turn{*shard_, now()});
  end_turn(step);
}

void ShardHost::end_turn(Step step) {
  const bool gathers = step == Step::kIndependent && written_bytes_ < kGatheredMax && !serial_.is_last();
  // Who waits behind goes on with it: either it is independent too, or has this written first.
  if (!gathers) flush();
}

ErrorCode ShardHost::refusal() const {
  return state_ == State::kLoading ? ErrorCode::kCoordinatorLoadInProgress : ErrorCode::kNotCoordinator;
}

// ---- what the steps wrote ----

void ShardHost::write(std::vector<CoordinatorRecord> records, Then then) {
  size_t size = 0;
  for (const CoordinatorRecord& record : records) size += PartitionLog::size_of(record);
  written_bytes_ += size;
  written_.push_back({std::move(records), size, std::move(then)});
}

// All of it, as far as it can be written at once: the rest when the append that is open has ended. Then those
// that have waited for a commit go on: what they do next sees all that was decided before.
void ShardHost::flush() {
  while (!host_.is_appending()) {
    if (!written_.empty()) {
      perform_first();
    } else if (committed_) {
      host_.on_committed(*std::exchange(committed_, std::nullopt));
    } else {
      return settle();
    }
  }
}

// As many as fit one batch. What writes nothing, and only waits, is kept apart: it has not seen what is
// written with it, and does not share its fate.
void ShardHost::perform_first() {
  const bool writes = !written_.front().records.empty();
  const size_t size_max = log_.batch_size_max();
  size_t size = PartitionLog::kBatchOverhead;
  BasicDecision<CoordinatorRecord> decision;
  std::vector<Then> then;
  while (!written_.empty() && written_.front().records.empty() != writes) {
    Written& first = written_.front();
    if (!then.empty() && size + first.size > size_max) break;
    size += first.size;
    written_bytes_ -= first.size;
    std::move(first.records.begin(), first.records.end(), std::back_inserter(decision.records));
    then.push_back(std::move(first.then));
    written_.pop_front();
  }
  auto answer = [this, then = std::move(then)](ErrorCode code) mutable {
    for (Then& one : then) one(code, now());
  };
  host_.perform(std::move(decision), std::move(answer),
                uses_.clock.monotonic_ms() + config_.commit_timeout_ms);
}

// Nobody has a turn before the append has ended, be that in this call or later.
void ShardHost::append(const std::vector<CoordinatorRecord>& records, bool, Appended appended) {
  serial_.pause();
  log_.append(records, [self = shared_from_this(),
                        appended = std::move(appended)](const PartitionLog::Appended& result) mutable {
    const auto kept = self;
    kept->serial_.resume([self = kept, result, appended = std::move(appended)]() mutable {
      self->on_appended(result, std::move(appended));
    });
  });
}

void ShardHost::on_appended(const PartitionLog::Appended& result, Appended appended) {
  if (result.error != ErrorCode::kNone) {
    appended(Error{result.error});
  } else {
    appended(result.end);
    if (result.committed) {
      committed_ = result.end;
    } else {
      await_commit(result.end);
    }
  }
  flush();
}

// A partition that is led no longer says so, too: then this host is about to resign, and answers with that.
// Or its leader's epoch has moved on, and continue_in(), which is on its way, waits again.
void ShardHost::await_commit(Offset end) {
  awaited_ = std::max(end, awaited_.value_or(end));
  log_.partition().when_committed(end, leader_epoch_, [self = shared_from_this(), end](ErrorCode code) {
    if (code != ErrorCode::kNone) return;
    self->run(Step::kOrdered, [self, end](protocol::Outcome<Turn> turn) {
      if (turn) self->committed_ = std::max(end, self->committed_.value_or(end));
    });
  });
}

// ---- the load ----

void ShardHost::on_loaded(const LogLoader::Loaded& loaded) {
  loader_.reset();
  if (state_ == State::kResigned) return;
  switch (loaded.state) {
    case LogLoader::Loaded::State::kLoaded:
      return activate(loaded);
    case LogLoader::Loaded::State::kCancelled:
      return load_again(loaded);
    case LogLoader::Loaded::State::kUnreadable:
      return fail_load(loaded);
  }
}

// The partition knows already that it is led by somebody else, and this host is told any moment. Or it does
// not know yet that it is led here: its log has only just been made.
void ShardHost::load_again(const LogLoader::Loaded& loaded) {
  if (loaded.records > 0) return;
  uses_.loop.post([self = shared_from_this()] {
    Loop& loop = self->uses_.loop;
    loop.call_at(loop.now_ms() + kLoadAgainMs, [self] { self->run_task([self] { self->begin_load(); }); });
  });
}

void ShardHost::activate(const LogLoader::Loaded& loaded) {
  const int64_t mb_per_second =
      static_cast<int64_t>(loaded.bytes) / 1000 / std::max<int64_t>(loaded.took_ms, 1);
  LOG_INFO("Loaded {}-{} in epoch {} in {} ms: {} records, {} bytes ({} MB/s)", id().topic, id().partition,
           leader_epoch_.value, loaded.took_ms, loaded.records, loaded.bytes, mb_per_second);
  const Offset committed = std::min(log_.partition().state().high_watermark.offset, loaded.end);
  host_.lead({shard_.get()}, loaded.end, committed);
  state_ = State::kActive;
  if (committed < loaded.end) await_commit(loaded.end);
  shard_->on_loaded(now());
  for (Work& work : std::exchange(for_loaded_, {})) work(Turn{*shard_, now()});
  end_turn(Step::kOrdered);
}

void ShardHost::fail_load(const LogLoader::Loaded& loaded) {
  LOG_ERROR(
      "{}-{} cannot be loaded: {}. What it coordinates is not served, and clients are told NOT_COORDINATOR, "
      "until this node leads it anew or is restarted. kafka-dump-log with --offsets-decoder or "
      "--transaction-log-decoder shows what is there; put the partition's directory back from a backup or "
      "another replica, or move its leadership to one",
      id().topic, id().partition, loaded.failure);
  state_ = State::kFailed;
  for (Work& work : std::exchange(for_loaded_, {})) work(Error{ErrorCode::kNotCoordinator});
}

// ---- deadlines ----

void ShardHost::on_alarm() {
  run(Step::kOrdered, [this](protocol::Outcome<Turn> turn) {
    if (!turn) return;
    const Now now = turn->now;
    host_.expire(now.monotonic_ms, coordinator_error(ErrorCode::kRequestTimedOut));
    if (shard_->next_deadline_ms() <= now.monotonic_ms) shard_->tick(now);
  });
}

void ShardHost::settle() { alarm_->set(std::min(shard_->next_deadline_ms(), host_.next_deadline_ms())); }

}  // namespace klamm::broker
