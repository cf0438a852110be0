// Assignor: what simulated consumers tell each other through their group: which topics they read, what they
// own, and who gets what.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace klamm::sim::groups {

struct TopicPartition {
  std::string topic;
  int32_t partition;
  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};
using Partitions = std::set<TopicPartition>;

inline constexpr std::string_view kCooperative = "cooperative-sticky";

struct Subscription {
  std::vector<std::string> topics{};
  Partitions owned{};
};
// As the consumer protocol's version 1 has it (KIP-429).
Bytes write_subscription(const Subscription& subscription);
Subscription read_subscription(ByteView bytes);
Bytes write_assignment(const Partitions& partitions);
Partitions read_assignment(ByteView bytes);

struct AssignedMember {
  std::string id;
  std::optional<std::string> instance_id;
  Subscription subscription;
};
// Each topic's partitions in ranges, members in the order of their instance ids or member ids. A cooperative
// one leaves out what somebody else owns still, who gives it up first.
std::map<std::string, Partitions> assign(const std::vector<AssignedMember>& members,
                                         const std::map<std::string, int32_t>& partition_counts,
                                         bool cooperative);

}  // namespace klamm::sim::groups
