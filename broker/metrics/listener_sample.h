// What the network edge tells a scrape of its loops and listeners.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace klamm::broker::metrics {

// What one loop has seen of one listener.
struct ListenerSample {
  std::string listener;
  size_t loop = 0;
  int64_t connections = 0;
  int64_t connections_opened = 0;
  int64_t requests = 0;
  int64_t bytes_in = 0;
  int64_t bytes_out = 0;
  int64_t authentications = 0;  // handshakes of TLS and logins by SASL
  int64_t authentications_failed = 0;
  int64_t sessions_expired = 0;
};

struct LoopSample {
  std::string name;
  bool is_quorum = false;  // else one of the network
  int64_t idle_us = 0;     // altogether
};

}  // namespace klamm::broker::metrics
