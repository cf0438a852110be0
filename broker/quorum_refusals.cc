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
                                                              const raft::Response& response,
                                                              const Known& known) {
  const auto* fetched = std::get_if<raft::FetchResponse>(&response);
  if (fetched != nullptr && fetched->diverging) return on_parting(replica, *fetched, known);
  const ErrorCode code = std::visit([](const auto& told) { return told.error; }, response);
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

// A leader has everything that was ever committed. Raft cuts none of it off here, whoever asks (Kafka ends
// the process); which of the two logs is the wrong one, somebody has to find out.
std::optional<QuorumRefusals::Line> QuorumRefusals::on_parting(NodeId replica,
                                                               const raft::FetchResponse& fetched,
                                                               const Known& known) {
  const Offset parting = fetched.diverging->offset;
  if (fetched.epoch != known.epoch || parting >= known.high_watermark) return std::nullopt;
  if (std::exchange(parted_in_, fetched.epoch) == fetched.epoch) return std::nullopt;
  return Line{
      LogLevel::kError,
      fmt::format("[RaftManager id={}] {} leads in epoch {} with a log that parts from this node's at offset "
                  "{}, though everything below {} is committed: this node does not follow it. One of the two "
                  "has lost what it had synced, or its directory is of another time: compare the metadata "
                  "logs of all controllers with kafka-dump-log, and format the directory of the one that is "
                  "wrong anew",
                  self_.value, name_of_replica(replica), fetched.epoch.value, parting.value,
                  known.high_watermark.value)};
}

}  // namespace klamm::broker
