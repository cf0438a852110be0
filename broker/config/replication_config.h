// How replicas follow their leaders, and how long leaders wait for them.
#pragma once

#include <cstdint>

namespace klamm::broker {

struct ReplicationConfig {
  int64_t lag_time_max_ms = 30'000;            // replica.lag.time.max.ms
  int32_t socket_timeout_ms = 30'000;          // replica.socket.timeout.ms
  int32_t fetch_size_max = 1 << 20;            // replica.fetch.max.bytes: of a partition
  int32_t fetch_response_size_max = 10 << 20;  // replica.fetch.response.max.bytes
  int32_t fetch_size_min = 1;                  // replica.fetch.min.bytes
  int32_t fetch_wait_max_ms = 500;             // replica.fetch.wait.max.ms
  int32_t fetch_backoff_ms = 1'000;            // replica.fetch.backoff.ms
  // replica.selector.class names Kafka's RackAwareReplicaSelector (KIP-392).
  bool reads_by_rack = false;
};

}  // namespace klamm::broker
