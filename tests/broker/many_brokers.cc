#include "tests/testing.h"

#include "tests/broker/many_brokers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace klamm::broker::testing {
namespace {

std::string list(const std::vector<int32_t>& numbers) {
  return numbers.empty() ? "none" : fmt::format("{}", fmt::join(numbers, ","));
}

std::string list(const std::vector<Uuid>& ids) {
  std::string text;
  for (const Uuid& id : ids) {
    const int number = id.bytes[14] * 256 + id.bytes[15];
    text += (text.empty() ? "" : ",") + std::to_string(number);
  }
  return text.empty() ? "none" : text;
}

std::string parts(std::initializer_list<std::string> all) {
  std::string text;
  for (const std::string& part : all) {
    if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
  }
  return text;
}

template <class List>
std::string part(std::string_view name, const std::optional<List>& value) {
  return value ? fmt::format("{} {}", name, list(*value)) : "";
}

std::string text(const ClusterImage& image, const protocol::PartitionChangeRecord& r) {
  const std::string leader = r.leader == -2 ? "" : fmt::format("leader {}", r.leader);
  const std::string recovery = r.leader_recovery_state == -1  ? ""
                               : r.leader_recovery_state == 1 ? "recovering"
                                                              : "recovered";
  return fmt::format("{}-{}: {}", image.topics().find(r.topic_id)->name, r.partition_id,
                     parts({leader, part("isr", r.isr), part("elr", r.eligible_leader_replicas),
                            part("last known", r.last_known_elr), part("replicas", r.replicas),
                            part("removing", r.removing_replicas), part("adding", r.adding_replicas),
                            part("directories", r.directories), recovery}));
}

std::string text(const ClusterImage&, const protocol::BrokerRegistrationChangeRecord& r) {
  const std::string fenced = r.fenced == 0 ? "" : r.fenced == 1 ? "fenced" : "unfenced";
  return fmt::format("broker {} {}", r.broker_id,
                     parts({fenced, r.in_controlled_shutdown == 1 ? "shuts down" : "",
                            r.log_dirs.empty() ? "" : "directories " + list(r.log_dirs),
                            part("cordoned", r.cordoned_log_dirs)}));
}

std::string text(const ClusterImage&, const protocol::RegisterBrokerRecord& r) {
  return fmt::format("broker {} registers in epoch {}{}{}", r.broker_id, r.broker_epoch,
                     r.fenced ? "" : ", unfenced", r.in_controlled_shutdown ? ", shutting down" : "");
}

std::string text(const ClusterImage&, const protocol::UnregisterBrokerRecord& r) {
  return fmt::format("broker {} unregistered in epoch {}", r.broker_id, r.broker_epoch);
}

std::string text(const ClusterImage&, const protocol::RegisterControllerRecord& r) {
  return fmt::format("controller {} registers with {} endpoints and {} features", r.controller_id,
                     r.end_points.size(), r.features.size());
}

std::string text(const ClusterImage&, const protocol::ProducerIdsRecord& r) {
  return fmt::format("producer ids below {} to broker {}", r.next_producer_id, r.broker_id);
}

std::string text(const ClusterImage&, const protocol::FeatureLevelRecord& r) {
  return fmt::format("{} at {}", r.name, r.feature_level);
}

std::string text(const ClusterImage&, const protocol::ConfigRecord& r) {
  return fmt::format("{} of {} '{}' {}", r.name, r.resource_type, r.resource_name,
                     r.value ? fmt::format("is {}", *r.value) : "is gone");
}

template <class Record>
std::string text(const ClusterImage&, const Record&) {
  return "another record";
}

}  // namespace

std::string state_of(const PartitionImage& partition) {
  return fmt::format("leader {} isr {} elr {}", partition.leader.value, list(numbers_of(partition.isr)),
                     list(numbers_of(partition.elr)));
}

std::string text_of(const ClusterImage& image, const protocol::MetadataRecord& record) {
  return std::visit([&](const auto& known) { return text(image, known); }, record);
}

std::string ManyBrokers::perform(const Decision& decision) {
  const Drafted* drafted = decision.drafted.get();
  if (drafted != nullptr && !same_content(drafted->before, image)) drafted = nullptr;
  std::string all;
  for (const Bytes& bytes : decision.records) {
    auto record = protocol::read_metadata_record(bytes);
    REQUIRE(record.has_value());
    all += (all.empty() ? "" : "; ") + text_of(image, *record);
    apply(*record);
    end = end + 1;
  }
  if (drafted != nullptr) REQUIRE(same_content(drafted->after, image));
  sessions.follow(image.brokers(), now_ms);
  return all;
}

protocol::BrokerRegistrationRequest ManyBrokers::registration(int32_t number, uint64_t life) const {
  protocol::BrokerRegistrationRequest request;
  request.broker_id = number;
  request.cluster_id = kCluster;
  request.incarnation_id = id(1000 * life + number);
  request.listeners.push_back({"PLAINTEXT", "host", 9092, 0});
  request.features.push_back({"metadata.version", 7, 30});
  request.features.push_back({"eligible.leader.replicas.version", 0, 1});
  request.rack = std::nullopt;
  request.log_dirs = {id(900 + number), id(950 + number)};
  return request;
}

RegistrationDecided ManyBrokers::decide(const protocol::BrokerRegistrationRequest& request) {
  return decide_broker_registration(view(), sessions, kCluster, request, end, now_ms);
}

std::string ManyBrokers::enter(const protocol::BrokerRegistrationRequest& request) {
  RegistrationDecided decided = decide(request);
  if (decided.response.error_code != 0) {
    REQUIRE(decided.decision.records.empty());
    REQUIRE_FALSE(decided.error_message.empty());
    return std::to_string(decided.response.error_code);
  }
  return perform(decided.decision);
}

protocol::BrokerHeartbeatRequest ManyBrokers::heartbeat(int32_t number) const {
  protocol::BrokerHeartbeatRequest request;
  request.broker_id = number;
  request.broker_epoch = broker(number).epoch;
  request.current_metadata_offset = end.value - 1;
  return request;
}

HeartbeatDecided ManyBrokers::decide(const protocol::BrokerHeartbeatRequest& request) {
  return decide_broker_heartbeat(view(), sessions, request);
}

std::string ManyBrokers::beat(const protocol::BrokerHeartbeatRequest& request) {
  sessions.contact(image.brokers(), NodeId{request.broker_id}, request.broker_epoch, now_ms);
  HeartbeatDecided decided = decide(request);
  std::string records = perform(decided.decision);
  note_heartbeat(sessions, request, decided, end);
  const auto& response = decided.response;
  if (response.error_code != 0) return std::to_string(response.error_code);
  std::string said = parts({response.is_caught_up ? "caught up" : "", response.is_fenced ? "fenced" : "",
                            response.should_shut_down ? "shut down" : ""});
  return records + (records.empty() ? "| " : " | ") + said;
}

std::string ManyBrokers::shut_down(int32_t number) {
  auto request = heartbeat(number);
  request.want_shut_down = true;
  return beat(request);
}

std::string ManyBrokers::fence(int32_t number) {
  auto request = heartbeat(number);
  request.want_fence = true;
  return beat(request);
}

std::string ManyBrokers::expire() {
  auto expiry = decide_fence_expired(view(), sessions, now_ms);
  if (!expiry) return "nobody";
  std::string records = perform(expiry->decision);
  sessions.fenced(expiry->broker, expiry->epoch);
  return records;
}

void ManyBrokers::live(int32_t number) {
  enter(registration(number));
  beat(number);
  REQUIRE_FALSE(broker(number).fenced);
}

void ManyBrokers::live(const std::vector<int32_t>& numbers) {
  for (int32_t number : numbers) live(number);
}

void ManyBrokers::partition_on(std::vector<int32_t> replicas) {
  const TopicImage* known = image.topics().find("t");
  if (known == nullptr) apply(topic("t", 1));
  apply(testing::partition(1, known == nullptr ? 0 : static_cast<int32_t>(known->partitions.size()),
                           std::move(replicas)));
}

}  // namespace klamm::broker::testing
