// What a broker's handlers and its lifecycle need to know.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace klamm::broker {

struct BrokerConfig {
  std::optional<std::string> rack;
  bool auto_create_topics = true;
  int32_t fetch_size_max = 57671680;      // fetch.max.bytes
  int32_t fetch_sessions_max = 1000;      // max.incremental.fetch.session.cache.slots
  int32_t request_partitions_max = 2000;  // max.request.partition.size.limit
  int32_t heartbeat_interval_ms = 2000;
  int32_t initial_registration_timeout_ms = 60000;
  int32_t request_timeout_ms = 30000;
  int32_t controller_socket_timeout_ms = 30000;
  bool controlled_shutdown = true;
  int32_t transaction_timeout_max_ms = 900000;  // transaction.max.timeout.ms
};

}  // namespace klamm::broker
