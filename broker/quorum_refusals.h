// QuorumRefusals: what is to be said in the log about nodes of the metadata quorum that refuse this one for a
// reason that does not pass by itself: another cluster's directory, a principal that may not act for the
// cluster, a directory that the voters do not have; and about a leader whose log lacks what is committed
// here. One line for each, and one when a refusal is over, however often they are asked.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/logging.h"
#include "base/types.h"
#include "raft/messages.h"

namespace klamm::broker {

class QuorumRefusals {
 public:
  struct Line {
    LogLevel level = LogLevel::kWarn;
    std::string text{};
  };

  explicit QuorumRefusals(NodeId self) : self_(self) {}

  // What this node knows of its quorum when the answer comes.
  struct Known {
    Epoch epoch{};
    Offset high_watermark{};
  };
  // Nothing where there is nothing to be said.
  std::optional<Line> on_answer(NodeId replica, const raft::Response& response, const Known& known);

 private:
  std::optional<Line> on_parting(NodeId replica, const raft::FetchResponse& fetched, const Known& known);

  const NodeId self_;
  Epoch parted_in_ = kNoEpoch;
  std::map<NodeId, raft::ErrorCode> told_;  // the latest of each that refuses
};

}  // namespace klamm::broker
