#include "broker/refused_broker.h"

#include <fmt/core.h>

namespace klamm::broker {
namespace {

using protocol::ErrorCode;

std::string_view remedy_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kDuplicateBrokerRegistration:
      return "After a crash this passes when the session of the life before is over "
             "(broker.session.timeout.ms); otherwise another process has the same node.id";
    case ErrorCode::kInconsistentClusterId:
      return "These are controllers of another cluster: look at controller.quorum.voters or "
             "controller.quorum.bootstrap.servers, or format log.dirs with the cluster id of theirs";
    case ErrorCode::kUnsupportedVersion:
      return "The cluster has finalized a feature at a level that this release does not support, or its "
             "controllers are too old: kafka-features describe says which levels there are";
    case ErrorCode::kInvalidRegistration:
      return "Another broker has registered one of the directories in log.dirs, as happens when they are "
             "copied with their meta.properties";
    case ErrorCode::kClusterAuthorizationFailed:
      return "The nodes' principals have to be among super.users, or be allowed ClusterAction on the cluster";
    case ErrorCode::kInvalidVoterKey:
      return "The voters have another directory of it than the one it has, as when its disk was replaced or "
             "formatted anew: it follows, and has no vote, until the voters name its directory";
    case ErrorCode::kStaleBrokerEpoch:
    case ErrorCode::kBrokerIdNotRegistered:
      return "It was unregistered, or another process has registered with its node.id: end the one that "
             "should not be there, then start this broker again";
    default:
      return "";
  }
}

}  // namespace

// With the number, since a code of a later release has no name here.
std::string describe_refusal(ErrorCode code) {
  const std::string_view remedy = remedy_of(code);
  return fmt::format("{} ({}){}{}", name_of(code), static_cast<int16_t>(code), remedy.empty() ? "" : ". ",
                     remedy);
}

}  // namespace klamm::broker
