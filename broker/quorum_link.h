// QuorumLink: where Raft's messages leave this node. Implemented over the network (quorum_network.h); tests
// and the simulator have their own.
#pragma once

#include "base/bytes.h"
#include "raft/messages.h"

namespace klamm::broker {

// On the quorum loop. Nothing is called back from within: what comes of a message, RaftDriver is told later.
class QuorumLink {
 public:
  virtual ~QuorumLink() = default;
  // Sends a request to the replica that it names. It may be lost.
  virtual void ask(raft::Message request) = 0;
  // Answers a request that was handed to RaftDriver::step(), of whom its sender and correlation tell.
  // `bytes` are what the response asks the driver for: records, or a part of a snapshot.
  virtual void answer(raft::Message response, Bytes bytes) = 0;
};

}  // namespace klamm::broker
