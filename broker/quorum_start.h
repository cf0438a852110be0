// What a node's part in the metadata quorum starts from: its log, its vote, its voters and where they are
// reached, and the latest snapshot.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "base/random.h"
#include "broker/config/node_config.h"
#include "broker/controller/decided.h"
#include "broker/metadata/image_loader.h"
#include "broker/metadata_log.h"
#include "broker/quorum_wire.h"
#include "raft/quorum_state.h"
#include "raft/raft.h"

namespace klamm::broker {

struct QuorumStart {
  std::unique_ptr<MetadataLog> log;
  raft::RaftConfig config;
  raft::ReplicaKey self;
  raft::Voters voters;
  // Of voters and of bootstrap servers, at the listener of the controllers.
  std::map<NodeId, NodeAddress> addresses;
  raft::ElectionState remembered;
  int16_t kraft_version = 0;
  ImageLoader loader;
  Offset applied;      // the loader's image holds everything below
  Decision bootstrap;  // what begins an empty log; not atomic where it is a metadata transaction of its own
};

// `directory` is the id of the log directory that holds the metadata log. Fails soon when it `is_cancelled`.
Result<QuorumStart, Failure> read_quorum_start(storage::Disk& disk, const NodeConfig& config,
                                               const std::string& cluster_id, const Uuid& directory,
                                               int64_t now_ms,
                                               const std::function<bool()>& is_cancelled = {});

}  // namespace klamm::broker
