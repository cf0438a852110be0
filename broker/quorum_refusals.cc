#include "broker/quorum_refusals.h"

#include <fmt/core.h>

#include <utility>

#include "broker/refused_broker.h"

namespace klamm::broker {
namespace {

using raft::ErrorCode;

// What changes with the next leader, or once a node is up, is everyday life.
bool needs_somebody(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInconsistentClusterId:
    case ErrorCode::kClusterAuthorizationFailed:
    case ErrorCode::kInvalidVoterKey:
      return true;
    default:
      return false;
  }
}

// Bootstrap servers, of which only the address is known, have negative ids.
std::string name_of_replica(NodeId replica) {
  return replica < NodeId{0} ? "a bootstrap server" : fmt::format("node {}", replica.value);
}

}  // namespace

std::optional<QuorumRefusals::Line> QuorumRefusals::on_answer(NodeId replica,
                                                              const raft::Response& response) {
  const ErrorCode code = std::visit([](const auto& known) { return known.error; }, response);
  if (!needs_somebody(code)) {
    if (told_.erase(replica) == 0) return std::nullopt;
    return Line{LogLevel::kInfo, fmt::format("[RaftManager id={}] {} refuses this node no longer",
                                             self_.value, name_of_replica(replica))};
  }
  if (std::exchange(told_[replica], code) == code) return std::nullopt;
  return Line{LogLevel::kWarn,
              fmt::format("[RaftManager id={}] {} refuses what the metadata quorum asks of it: {}",
                          self_.value, name_of_replica(replica), describe_refusal(code))};
}

}  // namespace klamm::broker
