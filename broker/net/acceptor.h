// Acceptor: the listening socket of one listener, watched by one loop. Accepted connections go to all loops
// in turn.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include <absl/functional/any_invocable.h>

#include "base/log_limiter.h"
#include "base/result.h"
#include "broker/net/connection_limits.h"
#include "broker/net/fd_watch.h"
#include "broker/net/loop_thread.h"
#include "broker/net/net_stats.h"

namespace klamm::broker::net {

struct ListenAddress {
  std::string listener;  // its name
  std::string host;      // empty or 0.0.0.0: every address of either family
  int32_t port = 0;      // 0: the kernel chooses
  int32_t backlog = 50;
  int32_t send_buffer_bytes = -1;  // -1: the system's default; inherited by what is accepted
  int32_t receive_buffer_bytes = -1;
};

struct ListeningSocket {
  int descriptor = -1;
  uint16_t port = 0;
};

// A socket that has the address, and does not listen yet. The failure names `listeners`, the address, and
// what would be right.
Result<ListeningSocket, Failure> bind_to(const ListenAddress& address);
// Fails where another socket has begun to listen there since. The socket stays the caller's.
Result<void, Failure> listen_on(const ListeningSocket& socket, const ListenAddress& address);

class Acceptor final : public Watched, public std::enable_shared_from_this<Acceptor> {
 public:
  // Given each connection, on the listener's loop: its socket and where it came from. Its place in the limits
  // is taken.
  using Accepted = absl::AnyInvocable<void(int socket, const IpAddress& ip)>;

  // `index` is the listener's in the limits, which outlive it.
  Acceptor(LoopThread& loop, std::string name, size_t index, ConnectionLimits& limits, Accepted accepted);

  // All on the loop's thread. open() takes over the socket; a kernel that will not watch it is a failure.
  Result<void, Failure> open(int socket);
  // Goes on accepting: a place may be free.
  void resume();
  void close();

  // Connections that were closed because their address had too many, or made them too fast. From any thread.
  int64_t refused() const { return refused_.load(); }

  void on_readable() override;
  void on_writable() override {}

 private:
  void accept_some();
  // False when there was nobody, or accepting has to wait; then what to wait for is arranged.
  bool accept_one();
  void close_later(int socket, int64_t deadline_ms);
  void retry_at(int64_t deadline_ms);
  void await_clients();

  LoopThread& loop_;
  const std::string name_;
  const size_t index_;
  ConnectionLimits& limits_;
  const int ceiling_;  // no connection has a descriptor from here on
  Accepted accepted_;
  std::unique_ptr<FdWatch> watch_;
  bool awaits_clients_ = false;
  TimerId retry_ = TimerId::kNone;
  std::map<int, TimerId> slowed_;  // sockets that are kept for a while, so that their client is slowed down
  LogLimiter log_limiter_;
  Counter refused_;
};

}  // namespace klamm::broker::net
