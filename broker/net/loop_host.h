// LoopHost: what the connections of one loop share, and the list of them. Everything but the constructor and
// the const stats() and requests() is for the loop's own thread.
#pragma once

#include <absl/functional/any_invocable.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/log_limiter.h"
#include "broker/memory_budget.h"
#include "broker/metrics/request_stats.h"
#include "broker/net/buffer_pool.h"
#include "broker/net/connection_limits.h"
#include "broker/net/loop_thread.h"
#include "broker/net/net_stats.h"
#include "broker/request.h"

namespace klamm::broker::net {

class Connection;
class Handshakes;
class ListenerGates;

// What every loop's host is made with. All of it outlives the host.
struct HostParts {
  RequestHandler& handler;
  Workers& workers;
  ConnectionLimits& limits;
  size_t request_size_max = 100 << 20;
  int64_t idle_max_ms = 600'000;         // negative: never
  MemoryPart* logins = nullptr;          // what connections may hold that have not been let in
  const ListenerGates* gates = nullptr;  // null where every listener is PLAINTEXT
  Handshakes* handshakes = nullptr;      // null where none has TLS
  int64_t failed_authentication_delay_ms = 100;
  size_t listeners = 1;            // that arrivals may be of
  ClientQuotas* quotas = nullptr;  // null where nothing holds clients back
};

// A socket that was accepted, with all that is known of it.
struct Arrival {
  int socket = -1;
  IpAddress ip;
  size_t listener = 0;
  MemoryPart* memory = nullptr;
  std::shared_ptr<const ClientInfo> client;
};

class LoopHost {
 public:
  LoopHost(const HostParts& parts, std::shared_ptr<LoopThread> loop);
  ~LoopHost();

  // Makes a connection of it. When the host is stopping, or the kernel refuses, the socket is closed.
  void adopt(Arrival arrival);
  // Connections close as soon as they have no open request; no new request begins, and those that wait are
  // told to hurry. `on_empty` is called once there are none.
  void begin_stop(absl::AnyInvocable<void()> on_empty);
  void close_all();
  // Closes the connection that has been idle longest among those of unprotected listeners, or among those of
  // them that have not been let in. False if there is none.
  enum class Among { kNotLetIn, kAll };
  bool close_least_recent(Among among);

  // For connections.
  const HostParts& parts() const { return parts_; }
  LoopThread& loop() const { return *loop_; }
  const std::shared_ptr<LoopThread>& shared_loop() const { return loop_; }
  const std::shared_ptr<BufferPool>& buffers() const { return buffers_; }
  std::span<uint8_t> read_scratch() { return read_scratch_; }
  std::span<uint8_t> send_scratch() { return send_scratch_; }
  bool is_stopping() const { return stopping_; }
  LoopStats& stats(size_t listener) { return stats_[listener]; }
  metrics::RequestStats& requests() { return requests_; }
  // Has the connection's turn() called once the tasks that are waiting have run: answers that come together
  // are sent together.
  void call_later(std::shared_ptr<Connection> connection);
  // One line for something that a peer did, unless there were too many lately.
  void log_peer(const std::string& line);
  // The memory of those who have not been let in is spent, and another one waits for it: who has held some
  // of it for long is closed. A handshake takes milliseconds, so that these are not those who hurry.
  void shed_logins();
  // The connection has closed: it is forgotten, and counted out.
  void forget(Connection& connection);

  // From any thread.
  const std::vector<LoopStats>& stats() const { return stats_; }
  const metrics::RequestStats& requests() const { return requests_; }

 private:
  void run_later();
  void tell_if_empty();

  static constexpr size_t kReadScratch = 64 << 10;
  static constexpr size_t kSendScratch = 128 << 10;

  const HostParts parts_;
  const std::shared_ptr<LoopThread> loop_;
  const std::shared_ptr<BufferPool> buffers_ = std::make_shared<BufferPool>();
  std::vector<uint8_t> read_scratch_ = std::vector<uint8_t>(kReadScratch);
  std::vector<uint8_t> send_scratch_ = std::vector<uint8_t>(kSendScratch);
  // In no order; each knows its place.
  std::vector<std::shared_ptr<Connection>> connections_;
  std::vector<std::shared_ptr<Connection>> later_;
  std::vector<std::shared_ptr<Connection>> now_;  // those whose later has come
  TimerId shedding_ = TimerId::kNone;
  bool stopping_ = false;
  absl::AnyInvocable<void()> on_empty_;  // while stopping, and until it was called
  LogLimiter log_limiter_;
  std::vector<LoopStats> stats_;  // by listener
  metrics::RequestStats requests_;
};

}  // namespace klamm::broker::net
