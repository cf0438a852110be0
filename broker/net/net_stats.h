// Counters of the network edge. Each loop has its own for each listener, written by its thread alone and read
// by anyone.
#pragma once

#include <cstdint>

#include "broker/metrics/counters.h"
#include "broker/metrics/listener_sample.h"

namespace klamm::broker::net {

using Counter = metrics::OwnCounter;

struct alignas(64) LoopStats {
  Counter connections;  // open now
  Counter connections_opened;
  Counter connections_idle_closed;
  Counter requests;
  Counter bytes_in;
  Counter bytes_out;
  Counter cold_reads;  // pieces that a disk worker had to read first
  Counter handshakes;  // of TLS, that came to a good end
  Counter handshakes_failed;
  Counter logins;  // by SASL
  Counter logins_failed;
  Counter sessions_expired;  // closed for want of another login (KIP-368)
};

using metrics::ListenerSample;

// The sum over the loops and listeners.
struct NetStats {
  int64_t connections = 0;
  int64_t connections_opened = 0;
  int64_t connections_idle_closed = 0;
  int64_t connections_refused = 0;  // too many from one address
  int64_t requests = 0;
  int64_t bytes_in = 0;
  int64_t bytes_out = 0;
  int64_t cold_reads = 0;
  int64_t handshakes = 0;
  int64_t handshakes_failed = 0;
  int64_t logins = 0;
  int64_t logins_failed = 0;
  int64_t sessions_expired = 0;
  int64_t tls_reloads_refused = 0;  // see ListenerGates
};

}  // namespace klamm::broker::net
