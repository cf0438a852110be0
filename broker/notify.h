// Tells the service manager that started this process how it is, as systemd's units of Type=notify want it
// (sd_notify(3)): by datagrams to the socket that the variable NOTIFY_SOCKET names. Without it nothing is
// told, and no thread is made. Container engines hand the variable on (podman run --sdnotify=container).
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "broker/loop.h"
#include "broker/scrape/loop_watch.h"
#include "broker/service_state.h"

namespace klamm::broker {

struct NotifyTerms {
  std::string socket;       // a path; or @ and a name without a file; empty: nobody is to be told
  int64_t watchdog_ms = 0;  // as ServiceState takes it
};

// What the environment of the process `pid` says: NOTIFY_SOCKET, and WATCHDOG_USEC where WATCHDOG_PID, if
// there is one, is this process.
NotifyTerms notify_terms(const std::function<std::optional<std::string>(const std::string&)>& environment,
                         int64_t pid);

// A datagram socket to one address, for as long as this object lives.
class NotifySocket {
 public:
  explicit NotifySocket(std::string address) : address_(std::move(address)) {}
  ~NotifySocket();
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  // One datagram. Waits for five seconds at most where the reader is slow.
  Result<void, Failure> send(const std::string& lines);

 private:
  const std::string address_;
  int descriptor_ = -1;
};

// Runs a ServiceState on a thread of its own. Everything may be called from any thread, and none of it waits.
class ServiceNotifier {
 public:
  // `clock` outlives it.
  ServiceNotifier(NotifyTerms terms, const Clock& clock);
  // Says what is still to be said.
  ~ServiceNotifier();
  ServiceNotifier(const ServiceNotifier&) = delete;
  ServiceNotifier& operator=(const ServiceNotifier&) = delete;

  void start();
  // The start goes on: it has read something, or looked whether what it waits for has come.
  void on_sign_of_life() { has_shown_life_.store(true, std::memory_order_relaxed); }
  void on_recovery(int64_t logs_done, int64_t logs) ABSL_LOCKS_EXCLUDED(mutex_);
  void on_waiting(const std::string& what) ABSL_LOCKS_EXCLUDED(mutex_);
  // From here until on_stopping() has been called these loops have to turn; they outlive the notifier.
  void on_serving(std::vector<Loop*> loops) ABSL_LOCKS_EXCLUDED(mutex_);
  void on_fenced(bool fenced) ABSL_LOCKS_EXCLUDED(mutex_);
  void on_stopping() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void run() ABSL_LOCKS_EXCLUDED(mutex_);
  std::string take_lines() ABSL_LOCKS_EXCLUDED(mutex_);

  const NotifyTerms terms_;
  const Clock& clock_;
  std::atomic<bool> has_shown_life_{false};
  absl::Mutex mutex_;
  ServiceState state_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<LoopWatch> loops_ ABSL_GUARDED_BY(mutex_);  // used on the thread alone
  bool changed_ ABSL_GUARDED_BY(mutex_) = true;  // the thread need not wait to look
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace klamm::broker
