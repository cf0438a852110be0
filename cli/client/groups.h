// What tools ask of group coordinators.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/topics.h"
#include "cli/error.h"

namespace klamm::cli {

// States and types are as the brokers write them: "Stable", "PreparingRebalance"; "Classic", "Consumer".
// Empty: the broker did not say.
struct GroupListing {
  std::string id;
  std::string protocol_type;
  std::string state;
  std::string type;
};

struct GroupFilter {
  std::vector<std::string> states;          // empty: all
  std::vector<std::string> types;           // empty: all
  std::vector<std::string> protocol_types;  // empty: all

  // Groups of consumers, old and new, and those whose members commit without one.
  static GroupFilter consumers();
};

// Of all brokers, in the order in which Kafka's admin client has them.
Attempt<std::vector<GroupListing>> list_groups(Client& client, const GroupFilter& filter);

struct GroupMember {
  std::string id;
  std::string instance_id;  // empty: none
  std::string client_id;
  std::string host;
  std::set<TopicPartition> assignment;
  std::set<TopicPartition> target;    // of the protocol of KIP-848
  std::optional<int32_t> epoch;       // of the same
  std::optional<bool> is_upgraded;    // of the same: whether the member speaks it
};

struct GroupDescription {
  std::string id;
  std::string type;  // "Classic" or "Consumer"
  std::string state;
  std::string assignor;
  Node coordinator;
  std::vector<GroupMember> members;
  std::optional<int32_t> epoch;
  std::optional<int32_t> target_epoch;
};

// Asked for with ConsumerGroupDescribe first, and with DescribeGroups where the broker does not know that, or
// the group is not of that kind.
Attempt<GroupDescription> describe_consumer_group(Client& client, const std::string& group);

struct CommittedOffset {
  int64_t offset = -1;
  int32_t leader_epoch = -1;
  std::string metadata;
};
using CommittedOffsets = std::map<TopicPartition, CommittedOffset>;
// All that the group has committed; none for a group that is not there.
Attempt<CommittedOffsets> committed_offsets(Client& client, const std::string& group);

// As a group without members commits.
Attempt<> commit_offsets(Client& client, const std::string& group,
                         const std::map<TopicPartition, int64_t>& offsets);

Attempt<> delete_group(Client& client, const std::string& group);

// What became of each; the whole fails with the group's own error.
Attempt<std::map<TopicPartition, Attempt<>>> delete_offsets(Client& client, const std::string& group,
                                                            const std::set<TopicPartition>& partitions);

// Whether what a coordinator answers is because it is not one (any more), or not yet, so that it should be
// looked for again.
bool wants_coordinator_again(protocol::ErrorCode code);

}  // namespace klamm::cli
