#include "cli/error.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace klamm::cli {
namespace {

using protocol::ErrorCode;

// Codes whose exception is not named after them, or whose text tools show often. An empty name follows from
// the code's; an empty text is put together.
struct Row {
  ErrorCode code;
  std::string_view exception;
  std::string_view text;
};

constexpr Row kRows[] = {
    {ErrorCode::kUnknownServerError, "UnknownServerException",
     "The server experienced an unexpected error when processing the request."},
    {ErrorCode::kOffsetOutOfRange, "",
     "The requested offset is not within the range of offsets maintained by the server."},
    {ErrorCode::kCorruptMessage, "CorruptRecordException",
     "This message has failed its CRC checksum, exceeds the valid size, has a null key for a compacted "
     "topic, or is otherwise corrupt."},
    {ErrorCode::kUnknownTopicOrPartition, "", "This server does not host this topic-partition."},
    {ErrorCode::kLeaderNotAvailable, "",
     "There is no leader for this topic-partition as we are in the middle of a leadership election."},
    {ErrorCode::kNotLeaderOrFollower, "",
     "For requests intended only for the leader, this error indicates that the broker is not the current "
     "leader. For requests intended for any replica, this error indicates that the broker is not a "
     "replica of the topic partition."},
    {ErrorCode::kRequestTimedOut, "TimeoutException", "The request timed out."},
    {ErrorCode::kReplicaNotAvailable, "",
     "The replica is not available for the requested topic-partition. Produce/Fetch requests and other "
     "requests intended only for the leader or follower return NOT_LEADER_OR_FOLLOWER if the broker is "
     "not a replica of the topic-partition."},
    {ErrorCode::kMessageTooLarge, "RecordTooLargeException",
     "The request included a message larger than the max message size the server will accept."},
    {ErrorCode::kStaleControllerEpoch, "ControllerMovedException",
     "The controller moved to another broker."},
    {ErrorCode::kOffsetMetadataTooLarge, "OffsetMetadataTooLarge", ""},
    {ErrorCode::kNetworkException, "NetworkException",
     "The server disconnected before a response was received."},
    {ErrorCode::kCoordinatorLoadInProgress, "",
     "The coordinator is loading and hence can't process requests."},
    {ErrorCode::kCoordinatorNotAvailable, "", "The coordinator is not available."},
    {ErrorCode::kNotCoordinator, "", "This is not the correct coordinator."},
    {ErrorCode::kInvalidTopicException, "InvalidTopicException",
     "The request attempted to perform an operation on an invalid topic."},
    {ErrorCode::kRecordListTooLarge, "RecordBatchTooLargeException",
     "The request included message batch larger than the configured segment size on the server."},
    {ErrorCode::kNotEnoughReplicas, "",
     "Messages are rejected since there are fewer in-sync replicas than required."},
    {ErrorCode::kNotEnoughReplicasAfterAppend, "",
     "Messages are written to the log, but to fewer in-sync replicas than required."},
    {ErrorCode::kIllegalGeneration, "", "Specified group generation id is not valid."},
    {ErrorCode::kInconsistentGroupProtocol, "",
     "The group member's supported protocols are incompatible with those of existing members or first group "
     "member tried to join with empty protocol type or empty protocol list."},
    {ErrorCode::kInvalidGroupId, "", "The group id is invalid."},
    {ErrorCode::kInvalidSessionTimeout, "",
     "The session timeout is not within the range allowed by the broker (as configured by "
     "group.min.session.timeout.ms and group.max.session.timeout.ms)."},
    {ErrorCode::kUnknownMemberId, "", "The coordinator is not aware of this member."},
    {ErrorCode::kRebalanceInProgress, "", "The group is rebalancing, so a rejoin is needed."},
    {ErrorCode::kTopicAuthorizationFailed, "TopicAuthorizationException", "Topic authorization failed."},
    {ErrorCode::kGroupAuthorizationFailed, "GroupAuthorizationException", "Group authorization failed."},
    {ErrorCode::kClusterAuthorizationFailed, "ClusterAuthorizationException",
     "Cluster authorization failed."},
    {ErrorCode::kInvalidTimestamp, "", "The timestamp of the message is out of acceptable range."},
    {ErrorCode::kUnsupportedVersion, "", "The version of API is not supported."},
    {ErrorCode::kTopicAlreadyExists, "TopicExistsException", "Topic with this name already exists."},
    {ErrorCode::kInvalidPartitions, "", "Number of partitions is below 1."},
    {ErrorCode::kInvalidReplicationFactor, "",
     "Replication factor is below 1 or larger than the number of available brokers."},
    {ErrorCode::kInvalidReplicaAssignment, "", "Replica assignment is invalid."},
    {ErrorCode::kInvalidConfig, "InvalidConfigurationException", "Configuration is invalid."},
    {ErrorCode::kNotController, "", "This is not the correct controller for this cluster."},
    {ErrorCode::kInvalidRequest, "InvalidRequestException",
     "This most likely occurs because of a request being malformed by the client library or the message was "
     "sent to an incompatible broker. See the broker logs for more details."},
    {ErrorCode::kPolicyViolation, "", "Request parameters do not satisfy the configured policy."},
    {ErrorCode::kOutOfOrderSequenceNumber, "OutOfOrderSequenceException", ""},
    {ErrorCode::kDuplicateSequenceNumber, "DuplicateSequenceException", ""},
    {ErrorCode::kTransactionalIdAuthorizationFailed, "TransactionalIdAuthorizationException",
     "Transactional Id authorization failed."},
    {ErrorCode::kSecurityDisabled, "", "Security features are disabled."},
    {ErrorCode::kKafkaStorageError, "KafkaStorageException",
     "Disk error when trying to access log file on the disk."},
    {ErrorCode::kLogDirNotFound, "", "The user-specified log directory is not found in the broker config."},
    {ErrorCode::kSaslAuthenticationFailed, "SaslAuthenticationException", "SASL Authentication failed."},
    {ErrorCode::kReassignmentInProgress, "", "A partition reassignment is in progress."},
    {ErrorCode::kNonEmptyGroup, "GroupNotEmptyException", "The group is not empty."},
    {ErrorCode::kGroupIdNotFound, "", "The group id does not exist."},
    {ErrorCode::kTopicDeletionDisabled, "", "Topic deletion is disabled."},
    {ErrorCode::kOffsetNotAvailable, "",
     "The leader high watermark has not caught up from a recent leader election so the offsets cannot be "
     "guaranteed to be monotonically increasing."},
    {ErrorCode::kPreferredLeaderNotAvailable, "", "The preferred leader was not available."},
    {ErrorCode::kGroupMaxSizeReached, "", "The group has reached its maximum size."},
    {ErrorCode::kFencedInstanceId, "",
     "The broker rejected this static consumer since another consumer with the same group.instance.id "
     "has registered with a different member.id."},
    {ErrorCode::kEligibleLeadersNotAvailable, "", "Eligible topic partition leaders are not available."},
    {ErrorCode::kElectionNotNeeded, "", "Leader election not needed for topic partition."},
    {ErrorCode::kNoReassignmentInProgress, "", "No partition reassignment is in progress."},
    {ErrorCode::kGroupSubscribedToTopic, "",
     "Deleting offsets of a topic is forbidden while the consumer group is actively subscribed to it."},
    {ErrorCode::kInvalidRecord, "",
     "This record has failed the validation on broker and hence will be rejected."},
    {ErrorCode::kThrottlingQuotaExceeded, "", "The throttling quota has been exceeded."},
    {ErrorCode::kResourceNotFound, "",
     "A request illegally referred to a resource that does not exist."},
    {ErrorCode::kUnacceptableCredential, "",
     "Requested credential would not meet criteria for acceptability."},
    {ErrorCode::kUnknownTopicId, "", "This server does not host this topic ID."},
    {ErrorCode::kBrokerIdNotRegistered, "", "The given broker ID was not registered."},
    {ErrorCode::kFetchSessionTopicIdError, "FetchSessionTopicIdException", ""},
    {ErrorCode::kInvalidRegularExpression, "InvalidRegularExpression",
     "The regular expression is not valid."},
};

const Row* find_row(ErrorCode code) {
  const auto found = std::ranges::find(kRows, code, &Row::code);
  return found == std::end(kRows) ? nullptr : &*found;
}

// "NotLeaderOrFollower" of NOT_LEADER_OR_FOLLOWER.
std::string camel_case(std::string_view capitals) {
  std::string text;
  bool begins = true;
  for (const char c : capitals) {
    if (c != '_') text += begins || c < 'A' || c > 'Z' ? c : static_cast<char>(c - 'A' + 'a');
    begins = c == '_';
  }
  return text;
}

std::string_view exception_of(ErrorCode code) {
  const Row* row = find_row(code);
  return row == nullptr ? std::string_view() : row->exception;
}

Error<ToolError> of_kind(ToolError::Kind kind, ErrorCode code, std::string message) {
  return {ToolError{.kind = kind, .code = code, .message = std::move(message), .is_passing = false}};
}

}  // namespace

Error<ToolError> broker_error(ErrorCode code, std::optional<std::string_view> said) {
  return of_kind(ToolError::Kind::kBroker, code, std::string(said.value_or(default_message(code))));
}

Error<ToolError> broker_error(int16_t code, std::optional<std::string_view> said) {
  return broker_error(static_cast<ErrorCode>(code), said);
}

Error<ToolError> passing_error(int16_t code, std::optional<std::string_view> said) {
  Error<ToolError> made = broker_error(code, said);
  made.error.is_passing = true;
  return made;
}

Error<ToolError> network_error(std::string message) {
  Error<ToolError> made =
      of_kind(ToolError::Kind::kNetwork, ErrorCode::kNetworkException, std::move(message));
  made.error.is_passing = true;
  return made;
}

Error<ToolError> authentication_error(std::string message) {
  return of_kind(ToolError::Kind::kAuthentication, ErrorCode::kSaslAuthenticationFailed,
                 std::move(message));
}

Error<ToolError> wrong_argument(std::string message) {
  return of_kind(ToolError::Kind::kArgument, ErrorCode::kInvalidRequest, std::move(message));
}

Error<ToolError> wrong_usage(std::string message) {
  return of_kind(ToolError::Kind::kUsage, ErrorCode::kInvalidRequest, std::move(message));
}

Error<ToolError> failed(std::string message) {
  return of_kind(ToolError::Kind::kFailed, ErrorCode::kUnknownServerError, std::move(message));
}

std::string_view default_message(ErrorCode code) {
  const Row* row = find_row(code);
  // The name says more than nothing.
  return row == nullptr || row->text.empty() ? protocol::name_of(code) : row->text;
}

std::string exception_name(const ToolError& error) {
  using Kind = ToolError::Kind;
  switch (error.kind) {
    case Kind::kTimeout:
      return "TimeoutException";
    case Kind::kNetwork:
      return "DisconnectException";
    case Kind::kUnsupported:
      return "UnsupportedVersionException";
    case Kind::kArgument:
    case Kind::kUsage:
      return "IllegalArgumentException";
    case Kind::kFailed:
      return "KafkaException";
    case Kind::kBroker:
    case Kind::kAuthentication:
      break;
  }
  const std::string_view known = exception_of(error.code);
  if (!known.empty()) return std::string(known);
  return camel_case(protocol::name_of(error.code)) + "Exception";
}

std::string exception_text(const ToolError& error) {
  const std::string name = exception_name(error);
  std::string_view package = "org.apache.kafka.common.errors.";
  if (name == "IllegalArgumentException") package = "java.lang.";
  if (name == "KafkaException") package = "org.apache.kafka.common.";
  return std::string(package) + name + ": " + error.message;
}

std::string thrown_text(const ToolError& error) {
  using Kind = ToolError::Kind;
  const bool is_ours =
      error.kind == Kind::kArgument || error.kind == Kind::kUsage || error.kind == Kind::kFailed;
  return is_ours ? error.message : exception_text(error);
}

}  // namespace klamm::cli
