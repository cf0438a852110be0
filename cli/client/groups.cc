#include "cli/client/groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/java_order.h"
#include "cli/text.h"
#include "protocol/messages/consumer_group_describe_request.h"
#include "protocol/messages/consumer_group_describe_response.h"
#include "protocol/messages/consumer_protocol_assignment.h"
#include "protocol/messages/delete_groups_request.h"
#include "protocol/messages/delete_groups_response.h"
#include "protocol/messages/describe_groups_request.h"
#include "protocol/messages/describe_groups_response.h"
#include "protocol/messages/list_groups_request.h"
#include "protocol/messages/list_groups_response.h"
#include "protocol/messages/offset_commit_request.h"
#include "protocol/messages/offset_commit_response.h"
#include "protocol/messages/offset_delete_request.h"
#include "protocol/messages/offset_delete_response.h"
#include "protocol/messages/offset_fetch_request.h"
#include "protocol/messages/offset_fetch_response.h"

namespace klamm::cli {
namespace {

using protocol::ErrorCode;

// Of a group without members.
constexpr int32_t kNoGeneration = -1;
// Versions above have topics by their ids alone.
constexpr int16_t kFetchByName = 9;
constexpr int16_t kCommitByName = 9;

// One question to the coordinator of a group, which `look` may answer with a passing error: then it is looked
// for again.
template <class Response, class Request, class F>
auto ask_coordinator(Client& client, std::string_view call, const std::string& group, const Request& request,
                     Versions wanted, F look) {
  using Outcome = decltype(look(std::declval<const Answer<Response>&>()));
  return client.retried(call, [&](const Deadline& deadline) -> Outcome {
    auto connection = client.coordinator(group, deadline);
    if (!connection) return Error{connection.error()};
    auto answer = client.ask<Response>(**connection, request, deadline, wanted);
    if (!answer) return Error{answer.error()};
    auto outcome = look(*answer);
    if (!outcome && outcome.error().is_passing) client.forget_coordinator(group);
    return outcome;
  });
}

Error<ToolError> group_error(int16_t code, std::optional<std::string_view> said = std::nullopt) {
  if (said && said->empty()) said.reset();
  return wants_coordinator_again(static_cast<ErrorCode>(code)) ? passing_error(code, said)
                                                               : broker_error(code, said);
}

std::set<TopicPartition> classic_assignment(ByteView bytes) {
  std::set<TopicPartition> partitions;
  protocol::Reader reader(bytes);
  // The version stands before it; newer ones only add to the end.
  const int16_t version = std::min<int16_t>(reader.i16(), protocol::ConsumerProtocolAssignment::kVersionMax);
  if (!reader.ok() || version < 0) return partitions;
  protocol::ConsumerProtocolAssignment assignment;
  assignment.read(reader, version);
  if (!reader.ok()) return partitions;
  for (const auto& topic : assignment.assigned_partitions) {
    for (const int32_t partition : topic.partitions) {
      partitions.insert(TopicPartition{std::string(topic.topic), partition});
    }
  }
  return partitions;
}

std::set<TopicPartition> partitions_of(
    const protocol::ConsumerGroupDescribeResponse::Assignment& assignment) {
  std::set<TopicPartition> partitions;
  for (const auto& topic : assignment.topic_partitions) {
    for (const int32_t partition : topic.partitions) {
      partitions.insert(TopicPartition{std::string(topic.topic_name), partition});
    }
  }
  return partitions;
}

Attempt<GroupDescription> describe_new(Client& client, const std::string& group) {
  using Response = protocol::ConsumerGroupDescribeResponse;
  protocol::ConsumerGroupDescribeRequest request;
  request.group_ids = {group};
  return ask_coordinator<Response>(
      client, "describeConsumerGroups", group, request, Versions(),
      [&](const Answer<Response>& answer) -> Attempt<GroupDescription> {
        if (answer->groups.empty()) return failed("ConsumerGroupDescribe was answered without the group");
        const auto& one = answer->groups.front();
        if (one.error_code != 0) return group_error(one.error_code, one.error_message);
        GroupDescription described;
        described.id = one.group_id;
        described.type = "Consumer";
        described.state = one.group_state;
        described.assignor = one.assignor_name;
        described.epoch = one.group_epoch;
        described.target_epoch = one.assignment_epoch;
        for (const auto& member : one.members) {
          GroupMember& made = described.members.emplace_back();
          made.id = member.member_id;
          made.instance_id = member.instance_id.value_or("");
          made.client_id = member.client_id;
          made.host = member.client_host;
          made.assignment = partitions_of(member.assignment);
          made.target = partitions_of(member.target_assignment);
          made.epoch = member.member_epoch;
          if (member.member_type != -1) made.is_upgraded = member.member_type == 1;
        }
        return described;
      });
}

Attempt<GroupDescription> describe_classic(Client& client, const std::string& group) {
  using Response = protocol::DescribeGroupsResponse;
  protocol::DescribeGroupsRequest request;
  request.groups = {group};
  return ask_coordinator<Response>(
      client, "describeConsumerGroups", group, request, Versions(),
      [&](const Answer<Response>& answer) -> Attempt<GroupDescription> {
        if (answer->groups.empty()) return failed("DescribeGroups was answered without the group");
        const auto& one = answer->groups.front();
        if (one.error_code != 0) return group_error(one.error_code, one.error_message);
        if (one.protocol_type != "consumer" && !one.protocol_type.empty()) {
          return wrong_argument(
              fmt::format("GroupId {} is not a consumer group ({}).", group, one.protocol_type));
        }
        GroupDescription described;
        described.id = one.group_id;
        described.type = "Classic";
        described.state = one.group_state;
        described.assignor = one.protocol_data;
        for (const auto& member : one.members) {
          GroupMember& made = described.members.emplace_back();
          made.id = member.member_id;
          made.instance_id = member.group_instance_id.value_or("");
          made.client_id = member.client_id;
          made.host = member.client_host;
          made.assignment = classic_assignment(member.member_assignment);
        }
        return described;
      });
}

bool is_among(const std::vector<std::string>& wanted, std::string_view text) {
  return wanted.empty() || std::ranges::any_of(wanted, [&](const std::string& one) {
           return lower_case(one) == lower_case(text);
         });
}

// One broker's groups into `found`.
Attempt<> list_of_node(Client& client, int32_t node, const GroupFilter& filter,
                       std::map<std::string, GroupListing>& found, std::vector<std::string>& order) {
  protocol::ListGroupsRequest request;
  for (const std::string& state : filter.states) request.states_filter.emplace_back(state);
  for (const std::string& type : filter.types) request.types_filter.emplace_back(type);
  return client.retried("listGroups", [&](const Deadline& deadline) -> Attempt<> {
    auto connection = client.node(node, deadline);
    if (!connection) return Error{connection.error()};
    auto answer = client.ask<protocol::ListGroupsResponse>(**connection, request, deadline);
    if (!answer) return Error{answer.error()};
    if ((*answer)->error_code != 0) return group_error((*answer)->error_code);
    for (const auto& group : (*answer)->groups) {
      // Brokers of old filter nothing.
      const bool is_wanted = is_among(filter.protocol_types, group.protocol_type) &&
                             (answer->version() < 4 || is_among(filter.states, group.group_state)) &&
                             (answer->version() < 5 || is_among(filter.types, group.group_type));
      if (!is_wanted) continue;
      GroupListing listing{std::string(group.group_id), std::string(group.protocol_type),
                           std::string(group.group_state), std::string(group.group_type)};
      if (found.insert_or_assign(listing.id, listing).second) order.push_back(listing.id);
    }
    return {};
  });
}

}  // namespace

bool wants_coordinator_again(ErrorCode code) {
  return code == ErrorCode::kCoordinatorLoadInProgress || code == ErrorCode::kCoordinatorNotAvailable ||
         code == ErrorCode::kNotCoordinator;
}

GroupFilter GroupFilter::consumers() {
  return {.states = {}, .types = {"Classic", "Consumer"}, .protocol_types = {"", "consumer"}};
}

Attempt<std::vector<GroupListing>> list_groups(Client& client, const GroupFilter& filter) {
  auto nodes = client.retried("findAllBrokers", [&](const Deadline& deadline) -> Attempt<std::vector<Node>> {
    if (auto done = client.refresh_nodes(deadline); !done) return Error{done.error()};
    return client.nodes(deadline);
  });
  if (!nodes) return Error{nodes.error()};
  std::map<std::string, GroupListing> found;
  std::vector<std::string> order;
  for (const Node& node : *nodes) {
    if (auto done = list_of_node(client, node.id, filter, found, order); !done) return Error{done.error()};
  }
  order = in_java_order(std::move(order), [](const std::string& id) { return java_hash(id); });
  std::vector<GroupListing> groups;
  for (const std::string& id : order) groups.push_back(found[id]);
  return groups;
}

Attempt<GroupDescription> describe_consumer_group(Client& client, const std::string& group) {
  auto coordinator = client.retried("findCoordinator", [&](const Deadline& deadline) {
    return client.coordinator_node(group, deadline);
  });
  if (!coordinator) return Error{coordinator.error()};
  auto described = describe_new(client, group);
  std::string said;
  if (!described) {
    const ToolError& error = described.error();
    const bool is_classic = error.kind == ToolError::Kind::kUnsupported ||
                            error.code == ErrorCode::kUnsupportedVersion ||
                            error.code == ErrorCode::kGroupIdNotFound;
    if (!is_classic) return described;
    // Says more of a group that is not there than what comes next.
    if (error.code == ErrorCode::kGroupIdNotFound) said = error.message;
    described = describe_classic(client, group);
  }
  if (described) {
    described->coordinator = *coordinator;
  } else if (!said.empty() && described.error().code == ErrorCode::kGroupIdNotFound) {
    return broker_error(ErrorCode::kGroupIdNotFound, said);
  }
  return described;
}

Attempt<CommittedOffsets> committed_offsets(Client& client, const std::string& group) {
  using Response = protocol::OffsetFetchResponse;
  protocol::OffsetFetchRequest request;
  request.group_id = group;
  request.topics.reset();
  auto& one = request.groups.emplace_back();
  one.group_id = group;
  one.topics.reset();
  return ask_coordinator<Response>(
      client, "listConsumerGroupOffsets", group, request, Versions{.min = 2, .max = kFetchByName},
      [&](const Answer<Response>& answer) -> Attempt<CommittedOffsets> {
        CommittedOffsets offsets;
        auto take = [&](const auto& topics) {
          for (const auto& topic : topics) {
            for (const auto& partition : topic.partitions) {
              if (partition.error_code != 0 || partition.committed_offset < 0) continue;
              offsets[TopicPartition{std::string(topic.name), partition.partition_index}] = {
                  partition.committed_offset, partition.committed_leader_epoch,
                  std::string(partition.metadata.value_or(""))};
            }
          }
        };
        if (answer.version() < 8) {
          if (answer->error_code != 0) return group_error(answer->error_code);
          take(answer->topics);
          return offsets;
        }
        if (answer->groups.empty()) return failed("OffsetFetch was answered without the group");
        if (answer->groups.front().error_code != 0) return group_error(answer->groups.front().error_code);
        take(answer->groups.front().topics);
        return offsets;
      });
}

Attempt<> commit_offsets(Client& client, const std::string& group,
                         const std::map<TopicPartition, int64_t>& offsets) {
  using Response = protocol::OffsetCommitResponse;
  protocol::OffsetCommitRequest request;
  request.group_id = group;
  request.generation_id_or_member_epoch = kNoGeneration;
  for (const auto& [partition, offset] : offsets) {
    if (request.topics.empty() || request.topics.back().name != partition.topic) {
      request.topics.emplace_back().name = partition.topic;
    }
    auto& one = request.topics.back().partitions.emplace_back();
    one.partition_index = partition.partition;
    one.committed_offset = offset;
    one.committed_metadata = std::string_view();
  }
  return ask_coordinator<Response>(client, "alterConsumerGroupOffsets", group, request,
                                   Versions{.max = kCommitByName},
                                   [&](const Answer<Response>& answer) -> Attempt<> {
                                     for (const auto& topic : answer->topics) {
                                       for (const auto& one : topic.partitions) {
                                         if (one.error_code != 0) return group_error(one.error_code);
                                       }
                                     }
                                     return {};
                                   });
}

Attempt<> delete_group(Client& client, const std::string& group) {
  using Response = protocol::DeleteGroupsResponse;
  protocol::DeleteGroupsRequest request;
  request.groups_names = {group};
  return ask_coordinator<Response>(client, "deleteConsumerGroups", group, request, Versions(),
                                   [&](const Answer<Response>& answer) -> Attempt<> {
                                     for (const auto& one : answer->results) {
                                       if (one.error_code != 0) return group_error(one.error_code);
                                     }
                                     return {};
                                   });
}

Attempt<std::map<TopicPartition, Attempt<>>> delete_offsets(Client& client, const std::string& group,
                                                            const std::set<TopicPartition>& partitions) {
  using Response = protocol::OffsetDeleteResponse;
  using Outcomes = std::map<TopicPartition, Attempt<>>;
  protocol::OffsetDeleteRequest request;
  request.group_id = group;
  for (const TopicPartition& partition : partitions) {
    if (request.topics.empty() || request.topics.back().name != partition.topic) {
      request.topics.emplace_back().name = partition.topic;
    }
    request.topics.back().partitions.emplace_back().partition_index = partition.partition;
  }
  return ask_coordinator<Response>(
      client, "offsetDelete", group, request, Versions(),
      [&](const Answer<Response>& answer) -> Attempt<Outcomes> {
        if (answer->error_code != 0) return group_error(answer->error_code);
        Outcomes outcomes;
        for (const auto& topic : answer->topics) {
          for (const auto& one : topic.partitions) {
            Attempt<> outcome;
            if (one.error_code != 0) outcome = Attempt<>(broker_error(one.error_code));
            outcomes.insert_or_assign(TopicPartition{std::string(topic.name), one.partition_index}, outcome);
          }
        }
        return outcomes;
      });
}

}  // namespace klamm::cli
