#include "bench/load/coordinators.h"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/errors.h"
#include "protocol/messages/describe_groups_request.h"
#include "protocol/messages/describe_groups_response.h"
#include "protocol/messages/find_coordinator_request.h"
#include "protocol/messages/find_coordinator_response.h"
#include "protocol/messages/heartbeat_request.h"
#include "protocol/messages/heartbeat_response.h"
#include "protocol/messages/leave_group_request.h"
#include "protocol/messages/leave_group_response.h"
#include "protocol/messages/offset_fetch_request.h"
#include "protocol/messages/offset_fetch_response.h"

namespace klamm::bench {
namespace {

using namespace protocol;

constexpr int16_t kFindCoordinatorVersion = 6;
constexpr int16_t kHeartbeatVersion = 4;
constexpr int16_t kDescribeGroupsVersion = 6;
constexpr int16_t kLeaveGroupVersion = 5;
// The last one that names topics.
constexpr int16_t kOffsetFetchVersion = 9;
constexpr auto kLoading = static_cast<int16_t>(ErrorCode::kCoordinatorLoadInProgress);
constexpr int64_t kReadyWithinNs = 600'000'000'000;
constexpr int64_t kLookAgainNs = 5'000'000;

bool is_not_ready(int16_t error) {
  const auto code = static_cast<ErrorCode>(error);
  return code == ErrorCode::kCoordinatorLoadInProgress || code == ErrorCode::kCoordinatorNotAvailable ||
         code == ErrorCode::kNotCoordinator;
}

// The error that `ask` ends with once it is not that the coordinator is not ready.
template <class Ask>
int16_t ask_until_ready(Ask ask) {
  const int64_t deadline = now_ns() + kReadyWithinNs;
  while (true) {
    const int16_t error = ask();
    if (!is_not_ready(error)) return error;
    if (now_ns() > deadline) give_up(fmt::format("the coordinator is not ready: error {}", error));
    sleep_until_ns(now_ns() + kLookAgainNs);
  }
}

void find_coordinators(Client& client, const std::vector<std::string>& groups) {
  FindCoordinatorRequest request;
  for (const std::string& group : groups) request.coordinator_keys.push_back(group);
  const int16_t error = ask_until_ready([&] {
    auto response =
        client.call<FindCoordinatorRequest, FindCoordinatorResponse>(request, kFindCoordinatorVersion);
    auto failed =
        std::ranges::find_if(response.coordinators, [](const auto& c) { return c.error_code != 0; });
    return failed == response.coordinators.end() ? int16_t{0} : failed->error_code;
  });
  if (error != 0) give_up(fmt::format("a group has no coordinator: error {}", error));
}

}  // namespace

void await_coordinators(Client& client, const std::vector<std::string>& groups) {
  find_coordinators(client, groups);
  // Named as coordinator is not yet to serve. A member that nobody knows changes nothing there. While Kafka
  // still loads the group, it answers heartbeats as if all were well.
  for (const std::string& group : groups) {
    HeartbeatRequest request;
    request.group_id = group;
    request.member_id = "nobody";
    const int16_t error = ask_until_ready([&] {
      auto response = client.call<HeartbeatRequest, HeartbeatResponse>(request, kHeartbeatVersion);
      return response.error_code != 0 ? response.error_code : kLoading;
    });
    if (static_cast<ErrorCode>(error) != ErrorCode::kUnknownMemberId) {
      give_up(fmt::format("a heartbeat of nobody in {} is answered with error {}", group, error));
    }
  }
}

void check_stable(Client& client, const std::vector<std::string>& groups, int32_t members) {
  DescribeGroupsRequest request;
  for (const std::string& group : groups) request.groups.push_back(group);
  auto response = client.call<DescribeGroupsRequest, DescribeGroupsResponse>(request, kDescribeGroupsVersion);
  if (response.groups.size() != groups.size()) give_up("not every group is described");
  for (const auto& group : response.groups) {
    if (group.group_state == "Stable" && group.members.size() == static_cast<size_t>(members)) continue;
    give_up(fmt::format("{} is {} with {} members: error {}", group.group_id, group.group_state,
                        group.members.size(), group.error_code));
  }
}

void leave_group(Client& client, const std::string& group, const std::vector<std::string>& members) {
  LeaveGroupRequest request;
  request.group_id = group;
  for (const std::string& member : members) request.members.push_back({member});
  auto response = client.call<LeaveGroupRequest, LeaveGroupResponse>(request, kLeaveGroupVersion);
  if (response.error_code != 0) give_up(fmt::format("{} is not left: error {}", group, response.error_code));
}

int64_t committed_offset(Client& client, const std::string& group, const std::string& topic,
                         int32_t partition) {
  OffsetFetchRequest request;
  auto& asked = request.groups.emplace_back();
  asked.group_id = group;
  asked.topics.emplace().push_back({.name = topic, .partition_indexes = {partition}});
  int64_t committed = -1;
  const int16_t error = ask_until_ready([&] {
    auto response = client.call<OffsetFetchRequest, OffsetFetchResponse>(request, kOffsetFetchVersion);
    const auto& answer = response.groups.at(0);
    if (answer.error_code != 0) return answer.error_code;
    const auto& found = answer.topics.at(0).partitions.at(0);
    committed = found.committed_offset;
    return found.error_code;
  });
  if (error != 0) give_up(fmt::format("the offsets of {} cannot be fetched: error {}", group, error));
  return committed;
}

}  // namespace klamm::bench
