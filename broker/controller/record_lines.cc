#include "broker/controller/record_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "broker/controller/broker_changes.h"

namespace klamm::broker {
namespace {

using Line = std::optional<RecordLine>;

// Of PartitionChangeRecord: the leader stays.
constexpr int32_t kLeaderStays = -2;

RecordLine info(std::string text) { return {LogLevel::kInfo, std::move(text)}; }
RecordLine warning(std::string text) { return {LogLevel::kWarn, std::move(text)}; }

std::string list_of(const std::vector<NodeId>& nodes) {
  return nodes.empty() ? "nobody" : fmt::format("{}", fmt::join(numbers_of(nodes), ","));
}

// For all that nobody need be told of.
template <class Record>
Line tell(const ClusterImage&, const Record&) {
  return std::nullopt;
}

// ---- Nodes

Line tell(const ClusterImage& before, const protocol::RegisterBrokerRecord& record) {
  const BrokerImage* known = before.brokers().find(NodeId{record.broker_id});
  const bool is_same = known != nullptr && known->incarnation_id == record.incarnation_id;
  return info(fmt::format("Broker {} {}, in broker epoch {}; its incarnation is {}", record.broker_id,
                          is_same            ? "has amended its registration"
                          : known == nullptr ? "is registered for the first time"
                                             : "is registered in another life",
                          record.broker_epoch, record.incarnation_id.to_string()));
}

Line tell(const ClusterImage&, const protocol::UnregisterBrokerRecord& record) {
  return info(fmt::format("Broker {} is unregistered", record.broker_id));
}

Line tell(const ClusterImage& before, const protocol::BrokerRegistrationChangeRecord& record) {
  const BrokerImage* known = before.brokers().find(NodeId{record.broker_id});
  if (known == nullptr) return std::nullopt;
  std::string text;
  bool is_bad = false;
  auto add = [&text](std::string_view what) { text += fmt::format("{}{}", text.empty() ? "" : "; ", what); };
  if (record.fenced > 0) add("is fenced: others lead what it led");
  if (record.fenced < 0) add("is unfenced");
  if (record.in_controlled_shutdown > 0) add("shuts down in order: others lead what it led");
  for (const Uuid& directory : known->directories) {
    const auto& left = record.log_dirs;
    if (left.empty() || std::find(left.begin(), left.end(), directory) != left.end()) continue;
    is_bad = true;
    add(fmt::format("has lost its log directory {}", directory.to_string()));
  }
  if (record.cordoned_log_dirs) {
    add(fmt::format("takes no new replicas in {} of its {} log directories", record.cordoned_log_dirs->size(),
                    known->directories.size()));
  }
  if (text.empty()) return std::nullopt;
  text = fmt::format("Broker {} {}", record.broker_id, text);
  return is_bad ? warning(std::move(text)) : info(std::move(text));
}

Line tell(const ClusterImage&, const protocol::RegisterControllerRecord& record) {
  return info(fmt::format("Controller {} is registered; its incarnation is {}", record.controller_id,
                          record.incarnation_id.to_string()));
}

// ---- Topics

Line tell(const ClusterImage&, const protocol::TopicRecord& record) {
  return info(fmt::format("Topic {} is created, with the id {}", record.name, record.topic_id.to_string()));
}

Line tell(const ClusterImage& before, const protocol::RemoveTopicRecord& record) {
  const TopicImage* topic = before.topics().find(record.topic_id);
  if (topic == nullptr) return std::nullopt;
  return info(fmt::format("Topic {} is deleted, with the id {}", topic->name, record.topic_id.to_string()));
}

// A move ends with the ISR that holds who is added, and may lead with the same record. (Apache Kafka takes
// that for an unclean election.)
bool ends_move_to(const PartitionImage& was, const protocol::PartitionChangeRecord& record, NodeId leader) {
  constexpr int8_t kRecovering = 1;
  const bool ends = record.adding_replicas && record.adding_replicas->empty();
  return ends && was.adds(leader) && record.leader_recovery_state != kRecovering;
}

// As Kafka's PartitionRegistration asks of an election whether it was clean.
Line tell(const ClusterImage& before, const protocol::PartitionChangeRecord& record) {
  if (record.leader == kLeaderStays) return std::nullopt;
  const TopicImage* topic = before.topics().find(record.topic_id);
  const PartitionImage* was = topic == nullptr ? nullptr : topic->partition(record.partition_id);
  if (was == nullptr) return std::nullopt;
  const NodeId leader{record.leader};
  if (leader == kNoNode && was->has_leader()) {
    return warning(fmt::format("{}-{} has no leader: of its replicas in sync ({}) nobody is there to lead",
                               topic->name, record.partition_id, list_of(was->isr)));
  }
  if (leader == kNoNode || was->in_isr(leader) || is_eligible_leader(*was, leader)) return std::nullopt;
  if (ends_move_to(*was, record, leader)) return std::nullopt;
  return warning(fmt::format("UNCLEAN partition change for {}-{}: node {} leads, which was not in sync. In "
                             "sync were {}, eligible {}; what was acknowledged and is on those alone is lost",
                             topic->name, record.partition_id, leader.value, list_of(was->isr),
                             list_of(was->elr)));
}

}  // namespace

std::optional<RecordLine> line_of(const ClusterImage& before, const protocol::MetadataRecord& record) {
  return std::visit([&](const auto& known) { return tell(before, known); }, record);
}

}  // namespace klamm::broker
