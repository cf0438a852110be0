// A cluster of many brokers as its controller keeps it: what is decided is applied at once. Records as text:
// "t-0: leader 2, isr 2,3; broker 1 fenced".
#pragma once

#include <string>
#include <vector>

#include "broker/controller/alter_partition.h"
#include "broker/controller/broker_sessions.h"
#include "broker/controller/heartbeats.h"
#include "broker/controller/registrations.h"
#include "tests/broker/metadata_records.h"

namespace klamm::broker::testing {

inline constexpr int64_t kSessionMs = 9000;
inline constexpr std::string_view kCluster = "cluster";

// Without its records: a partition as "leader 1 isr 1,2 elr 3".
std::string state_of(const PartitionImage& partition);
std::string text_of(const ClusterImage& image, const protocol::MetadataRecord& record);

struct ManyBrokers {
  ClusterImage image =
      image_of({feature("metadata.version", 30), feature("eligible.leader.replicas.version", 1)});
  ControllerConfig config;
  SeededRandom random{1};
  BrokerSessions sessions{kSessionMs};
  int64_t now_ms = 1000;
  Offset end{100};

  ControllerView view() { return {image, config, random, {}}; }
  void apply(const protocol::MetadataRecord& record) { REQUIRE(image.apply(record).ok()); }
  // The records, "" when there are none.
  std::string perform(const Decision& decision);

  protocol::BrokerRegistrationRequest registration(int32_t number, uint64_t life = 1) const;
  RegistrationDecided decide(const protocol::BrokerRegistrationRequest& request);
  // The error's number, or the records.
  std::string enter(const protocol::BrokerRegistrationRequest& request);

  // Of a broker that has read everything, and wants to live.
  protocol::BrokerHeartbeatRequest heartbeat(int32_t number) const;
  HeartbeatDecided decide(const protocol::BrokerHeartbeatRequest& request);
  // The records and the response, or the error's number: "broker 1 unfenced | caught up".
  std::string beat(const protocol::BrokerHeartbeatRequest& request);
  std::string beat(int32_t number) { return beat(heartbeat(number)); }
  std::string shut_down(int32_t number);
  std::string fence(int32_t number);
  std::string expire();

  // Registered and unfenced.
  void live(int32_t number);
  void live(const std::vector<int32_t>& numbers);
  // Topic "t" of one partition, or another partition of it; all replicas in sync.
  void partition_on(std::vector<int32_t> replicas);
  void change(protocol::PartitionChangeRecord record) { apply(record); }
  void set(std::string_view key, std::string_view value) {
    apply(testing::config(ConfigResourceType::kTopic, "t", key, value));
  }

  const BrokerImage& broker(int32_t number) const { return *image.brokers().find(NodeId{number}); }
  const PartitionImage& partition(int32_t index = 0) const { return *image.topics().find("t", index); }
  std::string state(int32_t index = 0) const { return state_of(partition(index)); }
};

}  // namespace klamm::broker::testing
