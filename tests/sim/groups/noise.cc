// What tools and other clients do to groups: list, describe, delete, commit without being a member, join with
// what nobody else offers.
#include <fmt/format.h>

#include "protocol/messages/delete_groups_request.h"
#include "protocol/messages/describe_groups_request.h"
#include "protocol/messages/join_group_request.h"
#include "protocol/messages/leave_group_request.h"
#include "protocol/messages/list_groups_request.h"
#include "protocol/messages/offset_commit_request.h"
#include "protocol/messages/offset_delete_request.h"
#include "protocol/messages/offset_fetch_request.h"
#include "tests/sim/groups/client.h"
#include "tests/sim/groups/faults.h"
#include "tests/sim/groups/population.h"
#include "tests/sim/groups/wire.h"

namespace klamm::sim::groups {
namespace {

template <class Message>
void send(Cluster& cluster, Api api, int16_t version, const Message& message) {
  ++cluster.counters.admin_requests;
  const int32_t node = cluster.find_coordinator();
  if (node < 0) return;
  auto connection = std::make_shared<Connection>();
  cluster.connect(*connection, node);
  cluster.send(connection, {api, version, "tool", encode(message, version)}, [](std::optional<Bytes>) {});
}

GroupPlan& any_group(Cluster& cluster) {
  return cluster.groups()[cluster.random().below(cluster.groups().size())];
}

const std::string& any_topic(Cluster& cluster, const GroupPlan& group) {
  return group.topics[cluster.random().below(group.topics.size())];
}

int32_t partitions_of(const Cluster& cluster, const std::string& topic) {
  return static_cast<int32_t>(cluster.image().topics().find(topic)->partitions.size());
}

void delete_group(Cluster& cluster) {
  protocol::DeleteGroupsRequest request;
  request.groups_names.push_back(any_group(cluster).id);
  send(cluster, Api::kDeleteGroups, 2, request);
}

void delete_offsets(Cluster& cluster) {
  const GroupPlan& group = any_group(cluster);
  protocol::OffsetDeleteRequest request;
  request.group_id = group.id;
  auto& topic = request.topics.emplace_back();
  topic.name = any_topic(cluster, group);
  for (int i = 0; i < 2; ++i) {
    topic.partitions.push_back({static_cast<int32_t>(cluster.random().below(4))});
  }
  send(cluster, Api::kOffsetDelete, 0, request);
}

void look(Cluster& cluster) {
  if (cluster.random().one_in(2)) return send(cluster, Api::kListGroups, 5, protocol::ListGroupsRequest());
  protocol::DescribeGroupsRequest request;
  request.groups.push_back(any_group(cluster).id);
  send(cluster, Api::kDescribeGroups, 6, request);
}

void fetch_all(Cluster& cluster) {
  protocol::OffsetFetchRequest request;
  const auto version = static_cast<int16_t>(cluster.between(2, 11));
  request.require_stable = version >= 7 && cluster.random().one_in(2);
  const GroupPlan& group = any_group(cluster);
  if (version >= 8) {
    auto& asked = request.groups.emplace_back();
    asked.group_id = group.id;
    asked.topics.reset();
  } else {
    request.group_id = group.id;
    request.topics.reset();
  }
  send(cluster, Api::kOffsetFetch, version, request);
}

void commit(Cluster& cluster, const GroupPlan& group, const std::string& name, int32_t first, int32_t count) {
  protocol::OffsetCommitRequest request;
  request.group_id = group.id;
  auto version = static_cast<int16_t>(cluster.between(2, 10));
  // Of groups with members what expires by its own date would be another matter.
  if (group.simple && version < 5 && cluster.random().one_in(2)) request.retention_time_ms = 20 * kSecond;
  auto& topic = request.topics.emplace_back();
  topic.name = name;
  for (int32_t i = first; i < first + count; ++i) {
    auto& to = topic.partitions.emplace_back();
    to.partition_index = i;
    to.committed_offset = cluster.next_value();
  }
  send(cluster, Api::kOffsetCommit, version, request);
}

void commit_simply(Cluster& cluster) {
  const GroupPlan& group = any_group(cluster);
  if (group.id == kWideGroup) return;
  const std::string& topic = any_topic(cluster, group);
  const auto partitions = static_cast<uint64_t>(partitions_of(cluster, topic));
  commit(cluster, group, topic, static_cast<int32_t>(cluster.random().below(partitions)), 1);
}

// Far more than a batch of tombstones.
void commit_widely(Cluster& cluster) {
  const GroupPlan& group = cluster.groups().back();
  if (group.id != kWideGroup || cluster.now() - cluster.wide_committed_at < 15 * kMinute) return;
  cluster.wide_committed_at = cluster.now();
  for (const std::string& topic : group.topics)
    commit(cluster, group, topic, 0, partitions_of(cluster, topic));
}

// A tool sends a static member away, of which it knows the instance.
void remove_instance(Cluster& cluster) {
  const auto& client = cluster.clients()[cluster.random().below(cluster.clients().size())];
  if (!client->plan().instance_id) return;
  protocol::LeaveGroupRequest request;
  request.group_id = client->group();
  request.members.push_back({"", *client->plan().instance_id, "removed"});
  send(cluster, Api::kLeaveGroup, 5, request);
}

void join_as_stranger(Cluster& cluster) {
  protocol::JoinGroupRequest request;
  request.group_id = any_group(cluster).id;
  request.session_timeout_ms = 6000;
  request.rebalance_timeout_ms = 6000;
  request.protocol_type = cluster.random().one_in(2) ? "consumer" : "connect";
  const Bytes metadata = write_subscription({{"topic-0"}, {}});
  request.protocols.push_back({"strange", metadata});
  send(cluster, Api::kJoinGroup, static_cast<int16_t>(cluster.between(1, 10)), request);
}

}  // namespace

void make_noise(Cluster& cluster) {
  cluster.after(cluster.between(kSecond, 12 * kSecond), [&cluster] { make_noise(cluster); });
  if (cluster.is_quiet()) return fetch_all(cluster);
  commit_widely(cluster);
  switch (cluster.random().below(16)) {
    case 0:
      return delete_group(cluster);
    case 1:
      return delete_offsets(cluster);
    case 2:
    case 3:
      return look(cluster);
    case 4:
      return remove_instance(cluster);
    case 5:
      return cluster.random().one_in(3) ? join_as_stranger(cluster) : look(cluster);
    case 6:
    case 7:
    case 8:
    case 9:
    case 10:
      return commit_simply(cluster);
    default:
      return fetch_all(cluster);
  }
}

}  // namespace klamm::sim::groups
