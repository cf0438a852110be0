// What the controller decides by. (min.insync.replicas is in TopicConfig.)
#pragma once

#include <cstdint>

#include "base/types.h"

namespace klamm::broker {

struct ControllerConfig {
  NodeId node = kNoNode;           // this one's: as a broker it may have settings of its own
  int32_t default_partitions = 1;  // num.partitions
  int32_t default_replication_factor = 1;
  bool delete_topics = true;  // delete.topic.enable
  int32_t broker_session_timeout_ms = 9000;
  bool crash_detection = true;    // klamm.broker.crash.detection.enable
  bool rebalance_leaders = true;  // auto.leader.rebalance.enable
  int64_t rebalance_check_interval_seconds = 300;
  int64_t unclean_election_interval_ms = 300000;
  bool unclean_election = false;  // unclean.leader.election.enable of the file, where nothing else says it
  int64_t slow_event_log_ms = 2000;
};

}  // namespace klamm::broker
