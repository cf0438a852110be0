// The registered brokers and controllers. Part of ClusterImage.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "base/uuid.h"
#include "broker/metadata/shared_map.h"

namespace klamm::protocol {
struct BrokerRegistrationChangeRecord;
struct FenceBrokerRecord;
struct RegisterBrokerRecord;
struct RegisterControllerRecord;
struct UnfenceBrokerRecord;
struct UnregisterBrokerRecord;
}  // namespace klamm::protocol

namespace klamm::broker {

struct EndpointImage {
  std::string listener;  // "PLAINTEXT", as in advertised.listeners
  std::string host;
  uint16_t port = 0;
  int16_t security_protocol = 0;  // Kafka's id: 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL

  friend bool operator==(const EndpointImage&, const EndpointImage&) = default;
};

struct FeatureRange {
  std::string name;
  int16_t min = 0;
  int16_t max = 0;

  friend bool operator==(const FeatureRange&, const FeatureRange&) = default;
};

struct BrokerImage {
  NodeId id = kNoNode;
  int64_t epoch = -1;  // the offset of the registration's record
  Uuid incarnation_id;
  std::vector<EndpointImage> endpoints;  // by the listener's name
  std::vector<FeatureRange> features;    // by name
  std::optional<std::string> rack;
  bool fenced = true;
  bool in_controlled_shutdown = false;
  bool is_migrating_zk_broker = false;
  std::vector<Uuid> directories;  // those that are online; ordered, and empty before MV 17
  // Null until the broker's heartbeats have said which (KIP-1066, MV 30).
  std::optional<std::vector<Uuid>> cordoned_directories;

  const EndpointImage* endpoint(std::string_view listener) const;
  // Whether a replica in `directory` is served: reserved ids count as online but for kLostDirectory.
  bool has_online_directory(const Uuid& directory) const;

  friend bool operator==(const BrokerImage&, const BrokerImage&) = default;
};

struct ControllerImage {
  NodeId id = kNoNode;
  Uuid incarnation_id;
  bool zk_migration_ready = false;
  std::vector<EndpointImage> endpoints;
  std::vector<FeatureRange> features;

  friend bool operator==(const ControllerImage&, const ControllerImage&) = default;
};

// A broker and its endpoint on the listener that was asked for.
struct LiveBroker {
  const BrokerImage* broker;
  const EndpointImage* endpoint;
};

class BrokersImage {
 public:
  const SharedMap<NodeId, BrokerImage>& brokers() const { return brokers_; }
  const SharedMap<NodeId, ControllerImage>& controllers() const { return controllers_; }
  const BrokerImage* find(NodeId id) const { return brokers_.find(id); }
  const ControllerImage* find_controller(NodeId id) const { return controllers_.find(id); }

  // Registered and not fenced: what clients may be told of.
  bool is_live(NodeId id) const;
  // The live brokers that have an endpoint on `listener`, by id.
  std::vector<LiveBroker> live_brokers(std::string_view listener) const;
  // nullptr when the broker is not live or has no endpoint there.
  const EndpointImage* live_endpoint(NodeId id, std::string_view listener) const;

  // Each applies a record, or says how it contradicts what is here and changes nothing.
  Result<void, Failure> apply(const protocol::RegisterBrokerRecord& record);
  Result<void, Failure> apply(const protocol::UnregisterBrokerRecord& record);
  Result<void, Failure> apply(const protocol::FenceBrokerRecord& record);
  Result<void, Failure> apply(const protocol::UnfenceBrokerRecord& record);
  Result<void, Failure> apply(const protocol::BrokerRegistrationChangeRecord& record);
  Result<void, Failure> apply(const protocol::RegisterControllerRecord& record);

  friend bool operator==(const BrokersImage&, const BrokersImage&) = default;

 private:
  SharedMap<NodeId, BrokerImage> brokers_;
  SharedMap<NodeId, ControllerImage> controllers_;
};

}  // namespace klamm::broker
