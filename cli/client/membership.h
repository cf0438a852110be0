// Membership: a member of a consumer group by the classic protocol, which blocks: it joins, says that it
// lives, commits, leaves. The partitions are dealt out by range, as Kafka's default assignor does it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "cli/client/client.h"
#include "cli/client/topics.h"
#include "cli/error.h"
#include "protocol/messages/join_group_response.h"

namespace klamm::cli {

struct MembershipConfig {
  std::string group{};
  std::string instance_id{};  // group.instance.id; empty: none
  int32_t session_timeout_ms = 45'000;
  int32_t rebalance_timeout_ms = 300'000;
  int32_t heartbeat_ms = 3'000;
};

class Membership {
 public:
  Membership(Client& client, MembershipConfig config) : client_(client), config_(std::move(config)) {}

  // Joins with a subscription to these topics, again and again until the group has an assignment: which is
  // given back, and may be empty.
  Attempt<std::set<TopicPartition>> join(const std::vector<std::string>& topics);
  // When it is time for it. False: the group forms anew, and is to be joined again.
  Attempt<bool> beat();
  // As this generation's member. What is refused since the group forms anew is passed over.
  Attempt<> commit(const std::map<TopicPartition, int64_t>& positions);
  // As far as it goes; a static member stays.
  void leave();

  bool is_member() const { return generation_ >= 0; }

 private:
  using Joined = protocol::JoinGroupResponse;

  Attempt<std::set<TopicPartition>> join_once(const std::vector<std::string>& topics);
  // Gives the others what they get, and takes what this one gets.
  Attempt<std::set<TopicPartition>> sync(const std::map<std::string, Bytes>& dealt, const Deadline& deadline);
  // As the leader: what each member gets, by its id, as bytes.
  Attempt<std::map<std::string, Bytes>> deal(const Joined& joined);
  // What a code means for us: passing ones forget what does not hold any more.
  Error<ToolError> refused(int16_t code);
  Attempt<Connection*> coordinator(const Deadline& deadline);

  Client& client_;
  const MembershipConfig config_;
  std::string member_id_;
  int32_t generation_ = -1;
  int64_t beaten_at_ms_ = 0;
};

// By Kafka's RangeAssignor: for each topic the partitions in order, in runs, to the members in order; the
// first members get one more where it does not come out even.
using Subscriptions = std::map<std::string, std::set<std::string>>;  // topics by member
std::map<std::string, std::map<std::string, std::vector<int32_t>>> assign_by_range(
    const Subscriptions& subscriptions, const std::map<std::string, int32_t>& partition_counts);

}  // namespace klamm::cli
