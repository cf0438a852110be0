#include "bench/load/member.h"

#include <fmt/format.h>

#include "protocol/errors.h"
#include "protocol/messages/consumer_protocol_assignment.h"
#include "protocol/messages/consumer_protocol_subscription.h"
#include "protocol/messages/heartbeat_request.h"
#include "protocol/messages/heartbeat_response.h"
#include "protocol/messages/join_group_request.h"
#include "protocol/messages/sync_group_request.h"
#include "protocol/messages/sync_group_response.h"

namespace klamm::bench {
namespace {

using namespace protocol;

constexpr int16_t kJoinVersion = 9;
constexpr int16_t kSyncVersion = 5;
// Of what the members say to each other.
constexpr int16_t kSubscriptionVersion = 3;
constexpr int16_t kAssignmentVersion = 3;
// As a Java consumer has them: session.timeout.ms and max.poll.interval.ms.
constexpr int32_t kSessionMs = 45'000;
constexpr int32_t kRebalanceMs = 300'000;
constexpr std::string_view kProtocolType = "consumer";
constexpr std::string_view kProtocol = "range";

template <class Message>
Bytes with_version(const Message& message, int16_t version) {
  Bytes bytes;
  Writer writer(bytes);
  writer.i16(version);
  message.write(writer, version);
  return bytes;
}

Bytes subscription_to(const Topic& topic) {
  ConsumerProtocolSubscription subscription;
  subscription.topics.push_back(topic.name);
  return with_version(subscription, kSubscriptionVersion);
}

// The partitions are dealt out in turn. Whoever gets none, since there are fewer than members, still gets an
// assignment that says so.
Bytes assignment_of(const Topic& topic, size_t member, size_t members) {
  ConsumerProtocolAssignment assignment;
  auto& assigned = assignment.assigned_partitions.emplace_back();
  assigned.topic = topic.name;
  for (auto partition = static_cast<int32_t>(member); partition < topic.partitions;
       partition += static_cast<int32_t>(members)) {
    assigned.partitions.push_back(partition);
  }
  return with_version(assignment, kAssignmentVersion);
}

bool is(int16_t error, ErrorCode code) { return error == static_cast<int16_t>(code); }

}  // namespace

Member::Member(std::string group, const Topic& topic) : group_(std::move(group)), topic_(topic) {}

template <class Request>
ByteView Member::say(const Request& request, int16_t version, State next) {
  frame_.clear();
  append_request(frame_, version, 1, kClientId, request);
  state_ = next;
  return frame_;
}

ByteView Member::join() {
  const Bytes subscription = subscription_to(topic_);
  JoinGroupRequest request;
  request.group_id = group_;
  request.session_timeout_ms = kSessionMs;
  request.rebalance_timeout_ms = kRebalanceMs;
  request.member_id = id_;
  request.protocol_type = kProtocolType;
  request.protocols.push_back({kProtocol, subscription});
  return say(request, kJoinVersion, State::kJoining);
}

ByteView Member::beat() {
  HeartbeatRequest request;
  request.group_id = group_;
  request.generation_id = generation_;
  request.member_id = id_;
  return say(request, kHeartbeatVersion, State::kBeating);
}

ByteView Member::hear(ByteView response) {
  switch (state_) {
    case State::kJoining:
      return on_joined(response);
    case State::kSyncing:
      return on_synced(response);
    case State::kBeating:
      return on_beaten(response);
    case State::kIdle:
    case State::kStable:
      break;
  }
  give_up("a response to nothing");
}

ByteView Member::on_joined(ByteView response) {
  auto joined = Client::decode<JoinGroupResponse>(response, kJoinVersion);
  if (is(joined.error_code, ErrorCode::kMemberIdRequired)) {
    id_ = joined.member_id;
    return join();
  }
  if (joined.error_code != 0) return join_again(joined.error_code);
  id_ = joined.member_id;
  generation_ = joined.generation_id;
  ++joins_;
  return sync(joined);
}

ByteView Member::sync(const JoinGroupResponse& joined) {
  SyncGroupRequest request;
  request.group_id = group_;
  request.generation_id = generation_;
  request.member_id = id_;
  request.protocol_type = kProtocolType;
  request.protocol_name = kProtocol;
  std::vector<Bytes> assignments;
  for (size_t i = 0; i < joined.members.size(); ++i) {
    assignments.push_back(assignment_of(topic_, i, joined.members.size()));
  }
  for (size_t i = 0; i < joined.members.size(); ++i) {
    request.assignments.push_back({joined.members[i].member_id, assignments[i]});
  }
  return say(request, kSyncVersion, State::kSyncing);
}

ByteView Member::on_synced(ByteView response) {
  auto synced = Client::decode<SyncGroupResponse>(response, kSyncVersion);
  if (synced.error_code != 0) return join_again(synced.error_code);
  if (synced.assignment.empty()) give_up(fmt::format("{} of {} got no assignment", id_, group_));
  state_ = State::kStable;
  return {};
}

ByteView Member::on_beaten(ByteView response) {
  auto beaten = Client::decode<HeartbeatResponse>(response, kHeartbeatVersion);
  if (beaten.error_code != 0) return join_again(beaten.error_code);
  state_ = State::kStable;
  return {};
}

// Anything but a rebalance, or having been too late for one, is a failure of the broker or of this program.
ByteView Member::join_again(int16_t error) {
  if (is(error, ErrorCode::kUnknownMemberId)) {
    id_.clear();
  } else if (!is(error, ErrorCode::kRebalanceInProgress) && !is(error, ErrorCode::kIllegalGeneration)) {
    give_up(fmt::format("{} of {}: error {} in state {}", id_, group_, error, static_cast<int>(state_)));
  }
  return join();
}

}  // namespace klamm::bench
