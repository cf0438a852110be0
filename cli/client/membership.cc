#include "cli/client/membership.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocol/messages/consumer_protocol_assignment.h"
#include "protocol/messages/consumer_protocol_subscription.h"
#include "protocol/messages/heartbeat_request.h"
#include "protocol/messages/heartbeat_response.h"
#include "protocol/messages/join_group_request.h"
#include "protocol/messages/leave_group_request.h"
#include "protocol/messages/leave_group_response.h"
#include "protocol/messages/offset_commit_request.h"
#include "protocol/messages/offset_commit_response.h"
#include "protocol/messages/sync_group_request.h"
#include "protocol/messages/sync_group_response.h"

namespace klamm::cli {
namespace {

using protocol::ConsumerProtocolAssignment;
using protocol::ConsumerProtocolSubscription;
using protocol::ErrorCode;

// Of what the members say to each other.
constexpr int16_t kSubscriptionVersion = 1;
constexpr int16_t kAssignmentVersion = 1;
constexpr std::string_view kProtocolType = "consumer";
constexpr std::string_view kRange = "range";
constexpr int16_t kCommitByName = 9;
// Over the time that a group may take to form.
constexpr int64_t kJoinSlackMs = 5'000;

template <class Message>
Bytes with_version(const Message& message, int16_t version) {
  Bytes bytes;
  protocol::Writer writer(bytes);
  writer.i16(version);
  message.write(writer, version);
  return bytes;
}

// nullopt where it makes no sense.
template <class Message>
std::optional<Message> read_versioned(ByteView bytes) {
  protocol::Reader reader(bytes);
  const int16_t version = std::min<int16_t>(reader.i16(), Message::kVersionMax);
  if (!reader.ok() || version < 0) return std::nullopt;
  Message message;
  message.read(reader, version);
  if (!reader.ok()) return std::nullopt;
  return message;
}

Bytes subscription_to(const std::vector<std::string>& topics) {
  ConsumerProtocolSubscription subscription;
  for (const std::string& topic : topics) subscription.topics.emplace_back(topic);
  return with_version(subscription, kSubscriptionVersion);
}

std::set<TopicPartition> partitions_of(ByteView bytes) {
  std::set<TopicPartition> partitions;
  const auto assignment = read_versioned<ConsumerProtocolAssignment>(bytes);
  if (!assignment) return partitions;
  for (const auto& topic : assignment->assigned_partitions) {
    for (const int32_t partition : topic.partitions) {
      partitions.insert(TopicPartition{std::string(topic.topic), partition});
    }
  }
  return partitions;
}

}  // namespace

std::map<std::string, std::map<std::string, std::vector<int32_t>>> assign_by_range(
    const Subscriptions& subscriptions, const std::map<std::string, int32_t>& partition_counts) {
  std::map<std::string, std::map<std::string, std::vector<int32_t>>> assigned;
  for (const auto& [member, topics] : subscriptions) assigned[member];
  for (const auto& [topic, count] : partition_counts) {
    std::vector<std::string> members;
    for (const auto& [member, topics] : subscriptions) {
      if (topics.contains(topic)) members.push_back(member);
    }
    if (members.empty()) continue;
    const auto all = static_cast<int32_t>(members.size());
    int32_t next = 0;
    for (int32_t i = 0; i < all; ++i) {
      const int32_t share = count / all + (i < count % all ? 1 : 0);
      std::vector<int32_t>& own = assigned[members[static_cast<size_t>(i)]][topic];
      for (int32_t k = 0; k < share; ++k) own.push_back(next++);
    }
  }
  return assigned;
}

Attempt<Connection*> Membership::coordinator(const Deadline& deadline) {
  return client_.coordinator(config_.group, deadline);
}

Error<ToolError> Membership::refused(int16_t code) {
  switch (static_cast<ErrorCode>(code)) {
    case ErrorCode::kNotCoordinator:
    case ErrorCode::kCoordinatorNotAvailable:
    case ErrorCode::kCoordinatorLoadInProgress:
      client_.forget_coordinator(config_.group);
      return passing_error(code);
    case ErrorCode::kUnknownMemberId:
    case ErrorCode::kIllegalGeneration:
      member_id_.clear();
      generation_ = -1;
      return passing_error(code);
    case ErrorCode::kRebalanceInProgress:
      return passing_error(code);
    case ErrorCode::kGroupAuthorizationFailed:
      return broker_error(code, fmt::format("Not authorized to access group: {}", config_.group));
    case ErrorCode::kGroupMaxSizeReached:
      return broker_error(
          code, fmt::format("Consumer group {} already has the configured maximum number of members.",
                            config_.group));
    default:
      return broker_error(code);
  }
}

Attempt<std::set<TopicPartition>> Membership::join(const std::vector<std::string>& topics) {
  return client_.retried("joinGroup", [&](const Deadline&) { return join_once(topics); });
}

Attempt<std::set<TopicPartition>> Membership::join_once(const std::vector<std::string>& topics) {
  const Deadline deadline(client_.session().clock, config_.rebalance_timeout_ms + kJoinSlackMs);
  auto connection = coordinator(deadline);
  if (!connection) return Error{connection.error()};
  const Bytes subscription = subscription_to(topics);
  protocol::JoinGroupRequest request;
  request.group_id = config_.group;
  request.session_timeout_ms = config_.session_timeout_ms;
  request.rebalance_timeout_ms = config_.rebalance_timeout_ms;
  request.member_id = member_id_;
  if (!config_.instance_id.empty()) request.group_instance_id = config_.instance_id;
  request.protocol_type = kProtocolType;
  auto& offered = request.protocols.emplace_back();
  offered.name = kRange;
  offered.metadata = subscription;
  auto joined = client_.ask_patiently<Joined>(**connection, request, deadline);
  if (!joined) {
    client_.forget_coordinator(config_.group);
    return Error{joined.error()};
  }
  if ((*joined)->error_code == protocol::wire_value(ErrorCode::kMemberIdRequired)) {
    member_id_ = (*joined)->member_id;
    return passing_error((*joined)->error_code);
  }
  if ((*joined)->error_code != 0) return refused((*joined)->error_code);
  member_id_ = (*joined)->member_id;
  generation_ = (*joined)->generation_id;

  std::map<std::string, Bytes> dealt;
  if ((*joined)->leader == member_id_ && !(*joined)->skip_assignment) {
    auto made = deal(**joined);
    if (!made) return Error{made.error()};
    dealt = *std::move(made);
  }
  return sync(dealt, deadline);
}

Attempt<std::set<TopicPartition>> Membership::sync(const std::map<std::string, Bytes>& dealt,
                                                   const Deadline& deadline) {
  protocol::SyncGroupRequest request;
  request.group_id = config_.group;
  request.generation_id = generation_;
  request.member_id = member_id_;
  if (!config_.instance_id.empty()) request.group_instance_id = config_.instance_id;
  request.protocol_type = kProtocolType;
  request.protocol_name = kRange;
  for (const auto& [member, bytes] : dealt) {
    auto& assignment = request.assignments.emplace_back();
    assignment.member_id = member;
    assignment.assignment = bytes;
  }
  // The one that the group was joined over may have been lost while topics were looked at.
  auto connection = coordinator(deadline);
  if (!connection) return Error{connection.error()};
  auto synced = client_.ask_patiently<protocol::SyncGroupResponse>(**connection, request, deadline);
  if (!synced) {
    client_.forget_coordinator(config_.group);
    return Error{synced.error()};
  }
  if ((*synced)->error_code != 0) return refused((*synced)->error_code);
  beaten_at_ms_ = client_.session().clock.monotonic_ms();
  return partitions_of((*synced)->assignment);
}

Attempt<std::map<std::string, Bytes>> Membership::deal(const Joined& joined) {
  Subscriptions subscriptions;
  std::set<std::string> topics;
  for (const auto& member : joined.members) {
    const auto subscription = read_versioned<ConsumerProtocolSubscription>(member.metadata);
    std::set<std::string>& own = subscriptions[std::string(member.member_id)];
    if (!subscription) continue;
    for (const std::string_view topic : subscription->topics) own.emplace(topic);
    topics.insert(own.begin(), own.end());
  }
  auto described = try_describe_topics(client_, {topics.begin(), topics.end()});
  if (!described) return Error{described.error()};
  std::map<std::string, int32_t> counts;
  for (const auto& [name, topic] : *described) {
    if (topic) counts[name] = static_cast<int32_t>(topic->partitions.size());
  }
  std::map<std::string, Bytes> dealt;
  for (const auto& [member, assigned] : assign_by_range(subscriptions, counts)) {
    ConsumerProtocolAssignment assignment;
    for (const auto& [topic, partitions] : assigned) {
      auto& one = assignment.assigned_partitions.emplace_back();
      one.topic = topic;
      one.partitions = partitions;
    }
    dealt[member] = with_version(assignment, kAssignmentVersion);
  }
  return dealt;
}

Attempt<bool> Membership::beat() {
  const int64_t now_ms = client_.session().clock.monotonic_ms();
  if (now_ms - beaten_at_ms_ < config_.heartbeat_ms) return true;
  beaten_at_ms_ = now_ms;
  const Deadline deadline(client_.session().clock, config_.session_timeout_ms);
  auto connection = coordinator(deadline);
  if (!connection) return connection.error().is_passing ? Attempt<bool>(true) : Error{connection.error()};
  protocol::HeartbeatRequest request;
  request.group_id = config_.group;
  request.generation_id = generation_;
  request.member_id = member_id_;
  if (!config_.instance_id.empty()) request.group_instance_id = config_.instance_id;
  auto answer = client_.ask<protocol::HeartbeatResponse>(**connection, request, deadline);
  if (!answer) {
    client_.forget_coordinator(config_.group);
    return answer.error().is_passing ? Attempt<bool>(true) : Error{answer.error()};
  }
  const int16_t code = (*answer)->error_code;
  if (code == 0) return true;
  const auto error = refused(code).error;
  if (!error.is_passing) return Error{error};
  // Of a coordinator that has moved, the next one is asked soon.
  const bool forms_anew = error.code == ErrorCode::kRebalanceInProgress || generation_ < 0;
  return !forms_anew;
}

Attempt<> Membership::commit(const std::map<TopicPartition, int64_t>& positions) {
  if (generation_ < 0 || positions.empty()) return {};
  protocol::OffsetCommitRequest request;
  request.group_id = config_.group;
  request.generation_id_or_member_epoch = generation_;
  request.member_id = member_id_;
  if (!config_.instance_id.empty()) request.group_instance_id = config_.instance_id;
  for (const auto& [partition, offset] : positions) {
    if (request.topics.empty() || request.topics.back().name != partition.topic) {
      request.topics.emplace_back().name = partition.topic;
    }
    auto& one = request.topics.back().partitions.emplace_back();
    one.partition_index = partition.partition;
    one.committed_offset = offset;
    one.committed_metadata = std::string_view();
  }
  const Deadline deadline(client_.session().clock, client_.config().request_timeout_ms);
  auto connection = coordinator(deadline);
  if (!connection) return Error{connection.error()};
  auto answer = client_.ask<protocol::OffsetCommitResponse>(**connection, request, deadline,
                                                            {.min = 2, .max = kCommitByName});
  if (!answer) return Error{answer.error()};
  for (const auto& topic : (*answer)->topics) {
    for (const auto& one : topic.partitions) {
      if (one.error_code == 0) continue;
      const auto error = refused(one.error_code).error;
      if (!error.is_passing) return Error{error};
    }
  }
  return {};
}

void Membership::leave() {
  if (generation_ < 0 || !config_.instance_id.empty()) return;
  const Deadline deadline(client_.session().clock, client_.config().request_timeout_ms);
  auto connection = coordinator(deadline);
  if (!connection) return;
  protocol::LeaveGroupRequest request;
  request.group_id = config_.group;
  request.member_id = member_id_;
  request.members.emplace_back().member_id = member_id_;
  auto answer = client_.ask<protocol::LeaveGroupResponse>(**connection, request, deadline);
  // The group notices without it, when the session has timed out.
  if (!answer) client_.forget_coordinator(config_.group);
  generation_ = -1;
}

}  // namespace klamm::cli
