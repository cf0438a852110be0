#include "broker/net/worker_pool.h"

#include <pthread.h>
#include <signal.h>

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
  // `task` is a parameter: when it comes too late it is destroyed after the lock is given back.
  if (stopping_) return;
  tasks_.push_back(std::move(task));
  if (tasks_.size() <= idle_ || running_ >= threads_max_) return;
  ++running_;
  std::string name = name_ + "-" + std::to_string(threads_.size());
  threads_.emplace_back([this, name = std::move(name)] {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    pthread_setname_np(pthread_self(), name.c_str());
    work();
  });
}

void WorkerPool::set_threads_max(int threads_max) {
  CHECK(threads_max > 0);
  absl::MutexLock lock(&mutex_);
  threads_max_ = static_cast<size_t>(threads_max);
}

size_t WorkerPool::threads() const {
  absl::MutexLock lock(&mutex_);
  return running_;
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

void WorkerPool::work() {
  while (true) {
    Task task;
    {
      absl::MutexLock lock(&mutex_);
      ++idle_;
      mutex_.Await(absl::Condition(this, &WorkerPool::has_news));
      --idle_;
      if (tasks_.empty() || (running_ > threads_max_ && !stopping_)) {
        --running_;
        return;
      }
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
  }
}

}  // namespace klamm::broker::net
