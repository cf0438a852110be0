#include "broker/net/worker_pool.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace klamm::broker::net {

WorkerPool::WorkerPool(std::string name, int threads_max)
    : name_(std::move(name)), threads_max_(static_cast<size_t>(threads_max)) {
  CHECK(threads_max > 0);
}

WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::run(Task task) {
  absl::MutexLock lock(&mutex_);
  take(task, idle_);
}

void WorkerPool::go_on(Task task) {
  absl::MutexLock lock(&mutex_);
  take(task, idle_ + 1);
}

// What comes too late stays with its caller, who destroys it without the lock.
void WorkerPool::take(Task& task, size_t free) {
  if (stopping_) return;
  tasks_.push_back(std::move(task));
  if (tasks_.size() > free && running_ < threads_max_) start_thread();
}

void WorkerPool::set_threads_max(int threads_max) {
  CHECK(threads_max > 0);
  absl::MutexLock lock(&mutex_);
  threads_max_ = static_cast<size_t>(threads_max);
  if (stopping_) return;
  // What is queued has waited for want of threads.
  for (size_t served = idle_; served < tasks_.size() && running_ < threads_max_; ++served) start_thread();
}

size_t WorkerPool::threads() const {
  absl::MutexLock lock(&mutex_);
  return running_;
}

size_t WorkerPool::unjoined() const {
  absl::MutexLock lock(&mutex_);
  return threads_.size() - running_;
}

void WorkerPool::stop() {
  std::vector<std::thread> threads;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
}

void WorkerPool::start_thread() {
  ++running_;
  std::string name = name_ + "-" + std::to_string(made_++);
  threads_.emplace_back([this, name = std::move(name)] {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    pthread_setname_np(pthread_self(), name.c_str());
    work();
  });
}

void WorkerPool::work() {
  while (true) {
    Task task;
    std::thread previous;
    {
      absl::MutexLock lock(&mutex_);
      ++idle_;
      mutex_.Await(absl::Condition(this, &WorkerPool::has_news));
      --idle_;
      const bool ends = tasks_.empty() || (running_ > threads_max_ && !stopping_);
      if (ends) {
        --running_;
        previous = take_ended();
      } else {
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
    }
    if (!task) {
      if (previous.joinable()) previous.join();
      return;
    }
    task();
  }
}

// A thread cannot join itself: the next one that ends does, or stop().
std::thread WorkerPool::take_ended() {
  auto ended =
      std::ranges::find(threads_, std::exchange(ended_, std::this_thread::get_id()), &std::thread::get_id);
  if (ended == threads_.end()) return {};
  std::thread taken = std::move(*ended);
  threads_.erase(ended);
  return taken;
}

}  // namespace klamm::broker::net
