// The metadata quorum: who votes, how long to wait for whom, and the log that it keeps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/types.h"

namespace klamm::broker {

struct QuorumVoter {
  NodeId id;
  std::string host;  // without brackets
  int32_t port = 0;

  friend bool operator==(const QuorumVoter&, const QuorumVoter&) = default;
};

struct QuorumConfig {
  std::vector<QuorumVoter> voters;             // controller.quorum.voters; empty for a dynamic quorum
  std::vector<QuorumVoter> bootstrap_servers;  // controller.quorum.bootstrap.servers; their ids are negative
  std::vector<std::string>
      controller_listeners;  // controller.listener.names: the first is for talking to others
  int32_t election_timeout_ms = 1000;
  int32_t election_backoff_max_ms = 1000;
  int32_t fetch_timeout_ms = 2000;
  int32_t request_timeout_ms = 2000;
  int32_t retry_backoff_ms = 20;
  int32_t append_linger_ms = 25;
  int32_t fetch_size_max = 1048576;
  int32_t fetch_snapshot_size_max = 1048576;
  bool auto_join = false;
};

struct MetadataLogConfig {
  std::string dir;  // metadata.log.dir, or the first of log.dirs
  int32_t segment_size_max = 1073741824;
  int64_t segment_ms = 604800000;
  int64_t retention_bytes = 104857600;
  int64_t retention_ms = 604800000;
  int64_t bytes_between_snapshots_max = 20971520;
  int64_t snapshot_interval_max_ms = 3600000;
  int32_t idle_interval_max_ms = 500;  // a NoOpRecord when idle this long; 0: none
  int32_t batch_size_max = 8388608;
};

}  // namespace klamm::broker
