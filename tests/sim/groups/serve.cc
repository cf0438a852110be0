// What the handlers of requests do: bytes to messages, messages to the shard, and its answers back.
#include "base/check.h"
#include "protocol/messages/delete_groups_request.h"
#include "protocol/messages/describe_groups_request.h"
#include "protocol/messages/list_groups_request.h"
#include "tests/sim/groups/cluster.h"
#include "tests/sim/groups/wire.h"

namespace klamm::sim::groups {

using broker::group::Answer;
using protocol::DeleteGroupsRequest;
using protocol::DeleteGroupsResponse;
using protocol::DescribeGroupsRequest;
using protocol::DescribeGroupsResponse;
using protocol::ErrorCode;
using protocol::HeartbeatRequest;
using protocol::HeartbeatResponse;
using protocol::JoinGroupRequest;
using protocol::JoinGroupResponse;
using protocol::LeaveGroupRequest;
using protocol::LeaveGroupResponse;
using protocol::ListGroupsRequest;
using protocol::ListGroupsResponse;
using protocol::OffsetCommitRequest;
using protocol::OffsetCommitResponse;
using protocol::OffsetDeleteRequest;
using protocol::OffsetDeleteResponse;
using protocol::OffsetFetchRequest;
using protocol::OffsetFetchResponse;
using protocol::SyncGroupRequest;
using protocol::SyncGroupResponse;
using protocol::wire_value;
using FetchGroup = OffsetFetchRequest::OffsetFetchRequestGroup;
using FetchedGroup = OffsetFetchResponse::OffsetFetchResponseGroup;
using DeleteResult = DeleteGroupsResponse::DeletableGroupResult;

namespace {

constexpr int16_t kFetchesGroupsFrom = 8;

// Here nobody is asked what may be done.
const broker::Access& everyone() {
  static const broker::AuthorizerRules rules;
  static const broker::AclsImage acls;
  static const broker::Access access(rules, acls, "", "");
  return access;
}

// Lets the invariants know when it goes without having been called, while the coordinator lives.
class Guard {
 public:
  Guard(Cluster& cluster, std::shared_ptr<Exchange> exchange, std::weak_ptr<int> alive)
      : cluster_(&cluster), exchange_(std::move(exchange)), alive_(std::move(alive)) {}
  Guard(Guard&&) = default;
  Guard& operator=(Guard&&) = delete;
  ~Guard() {
    if (!exchange_ || exchange_->answers > 0 || alive_.expired()) return;
    cluster_->tell([&](Invariant& invariant) { invariant.on_wrong_answers(*exchange_); });
  }
  Exchange& operator*() { return *exchange_; }
  Exchange* operator->() { return exchange_.get(); }

 private:
  Cluster* cluster_;
  std::shared_ptr<Exchange> exchange_;
  std::weak_ptr<int> alive_;
};

// As the handler of a version of OffsetFetch asks the shard.
FetchGroup group_of(const OffsetFetchRequest& request, int16_t version) {
  if (version >= kFetchesGroupsFrom) return request.groups.front();
  FetchGroup group;
  group.group_id = request.group_id;
  if (!request.topics) group.topics.reset();
  for (const auto& topic :
       request.topics.value_or(std::vector<OffsetFetchRequest::OffsetFetchRequestTopic>())) {
    group.topics->push_back({.name = topic.name, .partition_indexes = topic.partition_indexes});
  }
  return group;
}

OffsetFetchResponse response_of(const FetchedGroup& group, int16_t version) {
  OffsetFetchResponse response;
  if (version >= kFetchesGroupsFrom) {
    response.groups.push_back(group);
    return response;
  }
  response.error_code = group.error_code;
  for (const auto& topic : group.topics) {
    auto& to = response.topics.emplace_back();
    to.name = topic.name;
    for (const auto& partition : topic.partitions) {
      to.partitions.push_back({partition.partition_index, partition.committed_offset,
                               partition.committed_leader_epoch, partition.metadata, partition.error_code});
    }
  }
  return response;
}

template <class Response>
Response with_error(ErrorCode code) {
  Response response;
  response.error_code = wire_value(code);
  return response;
}

}  // namespace

std::string_view name_of(Api api) {
  switch (api) {
    case Api::kOffsetCommit:
      return "OffsetCommit";
    case Api::kOffsetFetch:
      return "OffsetFetch";
    case Api::kJoinGroup:
      return "JoinGroup";
    case Api::kHeartbeat:
      return "Heartbeat";
    case Api::kLeaveGroup:
      return "LeaveGroup";
    case Api::kSyncGroup:
      return "SyncGroup";
    case Api::kDescribeGroups:
      return "DescribeGroups";
    case Api::kListGroups:
      return "ListGroups";
    case Api::kDeleteGroups:
      return "DeleteGroups";
    case Api::kOffsetDelete:
      return "OffsetDelete";
  }
  return "?";
}

Bytes refuse(const Request& request, ErrorCode code) {
  const int16_t version = request.version;
  switch (request.api) {
    case Api::kOffsetCommit: {
      auto asked = decode<OffsetCommitRequest>(request.body, version);
      OffsetCommitResponse response;
      for (const auto& topic : asked.topics) {
        auto& to = response.topics.emplace_back();
        to.name = topic.name;
        to.topic_id = topic.topic_id;
        for (const auto& partition : topic.partitions) {
          to.partitions.push_back({partition.partition_index, wire_value(code)});
        }
      }
      return encode(response, version);
    }
    case Api::kOffsetFetch: {
      auto asked = decode<OffsetFetchRequest>(request.body, version);
      FetchedGroup group;
      group.group_id = group_of(asked, version).group_id;
      group.error_code = wire_value(code);
      return encode(response_of(group, version), version);
    }
    case Api::kJoinGroup:
      return encode(with_error<JoinGroupResponse>(code), version);
    case Api::kHeartbeat:
      return encode(with_error<HeartbeatResponse>(code), version);
    case Api::kLeaveGroup:
      return encode(with_error<LeaveGroupResponse>(code), version);
    case Api::kSyncGroup:
      return encode(with_error<SyncGroupResponse>(code), version);
    case Api::kListGroups:
      return encode(with_error<ListGroupsResponse>(code), version);
    case Api::kOffsetDelete:
      return encode(with_error<OffsetDeleteResponse>(code), version);
    case Api::kDescribeGroups: {
      DescribeGroupsResponse response;
      response.groups.push_back(with_error<DescribeGroupsResponse::DescribedGroup>(code));
      return encode(response, version);
    }
    case Api::kDeleteGroups: {
      DeleteGroupsResponse response;
      response.results.push_back(with_error<DeleteResult>(code));
      return encode(response, version);
    }
  }
  CHECK(false);
  return {};
}

namespace {

template <class Response>
Bytes wire(const Response& response, int16_t version) {
  return encode(response, version);
}
Bytes wire(const FetchedGroup& group, int16_t version) {
  return encode(response_of(group, version), version);
}
Bytes wire(const DeleteResult& result, int16_t version) {
  DeleteGroupsResponse response;
  response.results.push_back(result);
  return encode(response, version);
}

template <class Asked>
Asked ask(const Request& request) {
  if constexpr (std::is_same_v<Asked, FetchGroup>) {
    return group_of(decode<OffsetFetchRequest>(request.body, request.version), request.version);
  } else {
    return decode<Asked>(request.body, request.version);
  }
}

// Where the shard's answer goes: to the invariants, by one of their functions, and to the client.
template <class Asked, class Response, class Hook>
Answer<Response> answer_to(Coordinator& coordinator, const std::shared_ptr<Exchange>& exchange, Hook hook) {
  return [&coordinator, guard = Guard(coordinator.cluster(), exchange, coordinator.alive()),
          hook](const Response& response) mutable {
    Cluster& cluster = coordinator.cluster();
    if (++guard->answers > 1) {
      return cluster.tell([&](Invariant& invariant) { invariant.on_wrong_answers(*guard); });
    }
    if constexpr (requires { response.error_code; }) {
      cluster.note("node {} answers {} of {}: {}", coordinator.node().id, name_of(guard->request.api),
                   guard->request.client_id, protocol::name_of(static_cast<ErrorCode>(response.error_code)));
    }
    if constexpr (std::is_same_v<Hook, decltype(&Invariant::on_delete)>) {
      cluster.tell([&](Invariant& invariant) { (invariant.*hook)(coordinator, *guard, response); });
    } else if constexpr (!std::is_null_pointer_v<Hook>) {
      const Asked asked = ask<Asked>(guard->request);
      cluster.tell([&](Invariant& invariant) { (invariant.*hook)(coordinator, *guard, asked, response); });
    } else {
      static_cast<void>(hook);  // Clang warns of a capture that is not used.
    }
    guard->reply(wire(response, guard->request.version));
  };
}

void serve_tools(Coordinator& coordinator, const std::shared_ptr<Exchange>& exchange) {
  const Request& request = exchange->request;
  broker::group::GroupShard& shard = coordinator.shard();
  switch (request.api) {
    case Api::kListGroups: {
      ListGroupsResponse response;
      shard.list(broker::group::GroupFilter(decode<ListGroupsRequest>(request.body, request.version)),
                 response);
      return answer_to<ListGroupsRequest, ListGroupsResponse>(coordinator, exchange, nullptr)(response);
    }
    case Api::kDescribeGroups: {
      const auto asked = decode<DescribeGroupsRequest>(request.body, request.version);
      DescribeGroupsResponse response;
      std::string message;
      response.groups.push_back(shard.describe(asked.groups.front(), request.version, message));
      return answer_to<DescribeGroupsRequest, DescribeGroupsResponse>(coordinator, exchange,
                                                                      nullptr)(response);
    }
    case Api::kDeleteGroups:
      return shard.remove(
          decode<DeleteGroupsRequest>(request.body, request.version).groups_names.front(),
          answer_to<DeleteGroupsRequest, DeleteResult>(coordinator, exchange, &Invariant::on_delete));
    default:
      CHECK(false);
  }
}

}  // namespace

void Coordinator::serve(const std::shared_ptr<Exchange>& exchange) {
  const Request& request = exchange->request;
  if (state_ != State::kActive) {
    return exchange->reply(refuse(request, state_ == State::kLoading ? ErrorCode::kCoordinatorLoadInProgress
                                                                     : ErrorCode::kNotCoordinator));
  }
  exchange->handled_at = cluster_.now();
  ++cluster_.counters.requests;
  open_.emplace(exchange->id, exchange);
  cluster_.tell([&](Invariant& invariant) { invariant.before(*this, *exchange); });

  const broker::group::RequestContext context{request.version, request.client_id, "/127.0.0.1"};
  switch (request.api) {
    case Api::kJoinGroup:
      return shard_.classic().join(
          ask<JoinGroupRequest>(request), context, now(),
          answer_to<JoinGroupRequest, JoinGroupResponse>(*this, exchange, &Invariant::on_join));
    case Api::kSyncGroup:
      return shard_.classic().sync(
          ask<SyncGroupRequest>(request), context, now(),
          answer_to<SyncGroupRequest, SyncGroupResponse>(*this, exchange, &Invariant::on_sync));
    case Api::kHeartbeat:
      return answer_to<HeartbeatRequest, HeartbeatResponse>(*this, exchange, &Invariant::on_heartbeat)(
          shard_.classic().heartbeat(ask<HeartbeatRequest>(request), now()));
    case Api::kLeaveGroup:
      return shard_.classic().leave(
          ask<LeaveGroupRequest>(request), context, now(),
          answer_to<LeaveGroupRequest, LeaveGroupResponse>(*this, exchange, nullptr));
    case Api::kOffsetCommit:
      return shard_.offsets().commit(
          ask<OffsetCommitRequest>(request), request.version, cluster_.image(), everyone(), now(),
          answer_to<OffsetCommitRequest, OffsetCommitResponse>(*this, exchange, &Invariant::on_commit));
    case Api::kOffsetFetch: {
      const bool stable = ask<OffsetFetchRequest>(request).require_stable;
      return shard_.offsets().fetch(
          ask<FetchGroup>(request), stable, request.version, cluster_.image(), everyone(),
          answer_to<FetchGroup, FetchedGroup>(*this, exchange, &Invariant::on_fetch));
    }
    case Api::kOffsetDelete:
      return shard_.offsets().remove(ask<OffsetDeleteRequest>(request), cluster_.image(), everyone(),
                                     answer_to<OffsetDeleteRequest, OffsetDeleteResponse>(
                                         *this, exchange, &Invariant::on_offset_delete));
    default:
      return serve_tools(*this, exchange);
  }
}

}  // namespace klamm::sim::groups
