// QuorumRefusals: what is to be said in the log about nodes of the metadata quorum that refuse this one for a
// reason that does not pass by itself: another cluster's directory, a principal that may not act for the
// cluster, a directory that the voters do not have. One line for each, and one when it is over, however often
// they are asked.
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

  // Nothing where there is nothing to be said.
  std::optional<Line> on_answer(NodeId replica, const raft::Response& response);

 private:
  const NodeId self_;
  std::map<NodeId, raft::ErrorCode> told_;  // the latest of each that refuses
};

}  // namespace klamm::broker
