#include "broker/net/loop_thread.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "broker/net/reactor.h"

namespace klamm::broker::net {
namespace {

thread_local const LoopThread* current_loop = nullptr;

// Signals are for main. SIGPIPE in particular, which sendfile cannot be asked to leave out: blocked, it stays
// pending and the call returns EPIPE.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

}  // namespace

LoopThread::LoopThread(std::string name, const Clock& clock)
    : name_(std::move(name)), clock_(clock), reactor_(std::make_unique<Reactor>()) {}

LoopThread::~LoopThread() { stop(); }

void LoopThread::start() {
  CHECK(!thread_.joinable());
  thread_ = std::thread([this] {
    block_signals();
    pthread_setname_np(pthread_self(), name_.c_str());
    run();
  });
}

void LoopThread::stop() {
  CHECK(!is_current());
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) {
    boost::asio::post(reactor_->io, [] {});
    thread_.join();
  }
  drop_everything();
}

void LoopThread::post(Task task) {
  {
    absl::MutexLock lock(&mutex_);
    if (!stopping_) posted_.push_back(std::move(task));
  }
  // A task that came too late is destroyed here, outside the lock.
  if (asleep_.load(std::memory_order_relaxed) && !is_current() && asleep_.exchange(false)) {
    boost::asio::post(reactor_->io, [] {});
  }
}

TimerId LoopThread::call_at(int64_t deadline_ms, Task task) {
  return timers_.add(deadline_ms, std::move(task));
}

void LoopThread::cancel(TimerId timer) { timers_.remove(timer); }

int64_t LoopThread::now_ms() const {
  if (now_is_stale_) {
    now_ms_ = clock_.monotonic_ms();
    now_is_stale_ = false;
  }
  return now_ms_;
}

bool LoopThread::is_current() const { return current_loop == this; }

void LoopThread::run() {
  current_loop = this;
  // Keeps io from counting itself out of work, and so stopped, when no descriptor is watched.
  auto work = boost::asio::make_work_guard(reactor_->io);
  while (true) {
    now_is_stale_ = true;
    Next next = take_posted();
    if (next == Next::kStop) break;
    if (next == Next::kTasks) {
      run_batch();
      run_timers();
      reactor_->io.poll_one();
    } else {
      arm_reactor_timer();
      fall_asleep();
      reactor_->io.run_one();
      wake();
      asleep_.store(false, std::memory_order_relaxed);
      run_timers();
    }
  }
  current_loop = nullptr;
}

LoopThread::Next LoopThread::take_posted() {
  CHECK(batch_.empty());
  absl::MutexLock lock(&mutex_);
  if (stopping_) return Next::kStop;
  batch_.swap(posted_);
  if (!batch_.empty()) return Next::kTasks;
  asleep_.store(true, std::memory_order_relaxed);
  return Next::kWait;
}

void LoopThread::fall_asleep() { asleep_since_us_.store(now_us(), std::memory_order_relaxed); }

// What Asio runs when it wakes is work: it calls this first (FdWatch).
void LoopThread::wake() {
  const int64_t since_us = asleep_since_us_.load(std::memory_order_relaxed);
  if (since_us == 0) return;
  asleep_since_us_.store(0, std::memory_order_relaxed);
  idle_us_.store(idle_us_.load(std::memory_order_relaxed) + now_us() - since_us, std::memory_order_relaxed);
}

int64_t LoopThread::idle_us() const {
  const int64_t since_us = asleep_since_us_.load(std::memory_order_relaxed);
  const int64_t now = since_us == 0 ? 0 : std::max<int64_t>(now_us() - since_us, 0);
  return idle_us_.load(std::memory_order_relaxed) + now;
}

void LoopThread::run_batch() {
  for (Task& task : batch_) {
    task();
    task = nullptr;
  }
  batch_.clear();
}

void LoopThread::run_timers() {
  if (timers_.size() == 0) return;
  now_is_stale_ = true;
  // A timer that is set by a timer for now or earlier waits for the next turn, so that this ends.
  int64_t now = now_ms();
  for (size_t left = timers_.size(); left > 0; --left) {
    Task task = timers_.take_due(now);
    if (!task) return;
    task();
  }
}

void LoopThread::arm_reactor_timer() {
  auto deadline = timers_.next_deadline();
  if (!deadline || (reactor_->armed_for_ms && *reactor_->armed_for_ms <= *deadline)) return;
  reactor_->armed_for_ms = deadline;
  int64_t wait_ms = std::max<int64_t>(*deadline - clock_.monotonic_ms(), 0);
  reactor_->timer.expires_after(std::chrono::milliseconds(wait_ms));
  reactor_->timer.async_wait([this](const boost::system::error_code& error) {
    // Replaced by an earlier one: that one's word counts.
    if (!error) reactor_->armed_for_ms.reset();
  });
}

void LoopThread::drop_everything() {
  // What a task owns may post or cancel when it dies: the members are empty by then.
  TimerHeap timers = std::exchange(timers_, TimerHeap());
  std::vector<Task> late;
  absl::MutexLock lock(&mutex_);
  late.swap(posted_);
}

}  // namespace klamm::broker::net
