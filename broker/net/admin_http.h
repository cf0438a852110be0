// AdminHttp: a small HTTP server for those who watch the node: GET and HEAD, without TLS, on a thread of its
// own, so that no scrape ever delays a client. Hostile clients cost no more than its limits: so many
// connections, so long a header, so much time for each step and for the whole of an answer. When all places
// are taken, the connection that has waited longest for a request goes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "broker/admin.h"
#include "broker/config/admin_config.h"

namespace klamm::broker::net {

class AdminHttp {
 public:
  struct Limits {
    size_t connections = 64;
    uint32_t header_bytes = 8 << 10;
    std::chrono::milliseconds first_request{10'000};  // to come, whole
    std::chrono::milliseconds next_request{120'000};  // on a connection that is kept
    std::chrono::milliseconds write{30'000};          // a slice, until the socket has taken it
    std::chrono::milliseconds answer{120'000};        // all of it: who reads drop by drop holds a place
    std::chrono::milliseconds ask_again{5};           // for what is not known yet
  };

  // Listens on all addresses, or fails with what is wrong with one. The handler outlives the result.
  static Result<std::unique_ptr<AdminHttp>, Failure> listen(const std::vector<AdminAddress>& addresses,
                                                            AdminHandler& handler) {
    return listen(addresses, handler, Limits());
  }
  static Result<std::unique_ptr<AdminHttp>, Failure> listen(const std::vector<AdminAddress>& addresses,
                                                            AdminHandler& handler, const Limits& limits);
  ~AdminHttp();

  // In the order of the addresses; behind 0 stands the one that the kernel chose.
  const std::vector<uint16_t>& ports() const;
  // Closes everything; the handler is not called any more. Not from the handler.
  void stop();

 private:
  friend class AdminSession;
  struct State;
  explicit AdminHttp(std::unique_ptr<State> state);

  const std::unique_ptr<State> state_;
};

}  // namespace klamm::broker::net
