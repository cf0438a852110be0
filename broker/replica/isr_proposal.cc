#include "broker/replica/isr_proposal.h"

namespace klamm::broker {

IsrRefusal refusal_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kIneligibleReplica:
    case ErrorCode::kOperationNotAttempted:
      return IsrRefusal::kNotDone;
    case ErrorCode::kFencedLeaderEpoch:
    case ErrorCode::kInvalidRequest:
    case ErrorCode::kInvalidUpdateVersion:
    case ErrorCode::kNewLeaderElected:  // it was done, and has cost this node the leadership
    case ErrorCode::kUnknownTopicId:
    case ErrorCode::kUnknownTopicOrPartition:
      return IsrRefusal::kMetadataFollows;
    default:
      return IsrRefusal::kTryAgain;
  }
}

}  // namespace klamm::broker
