#include "broker/controller/placement.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <string>

namespace klamm::broker {
namespace {

// The brokers of one rack, dealt out in turn from a random start.
struct Turn {
  std::vector<NodeId> brokers;
  size_t next = 0;

  NodeId deal() { return brokers[next++ % brokers.size()]; }
};

struct Rack {
  Turn unfenced;
  Turn fenced;
};

bool contains(const std::vector<NodeId>& replicas, NodeId id) {
  return std::find(replicas.begin(), replicas.end(), id) != replicas.end();
}

// The next broker of the turn that is not among the replicas yet.
std::optional<NodeId> deal_other(Turn& turn, const std::vector<NodeId>& replicas) {
  for (size_t i = 0; i < turn.brokers.size(); ++i) {
    NodeId id = turn.deal();
    if (!contains(replicas, id)) return id;
  }
  return std::nullopt;
}

// Round and round the racks, one replica from each: unfenced brokers first, fenced ones only when those are
// used up.
std::vector<NodeId> place_one(std::vector<Rack>& racks, size_t first_rack, size_t replication_factor) {
  std::vector<NodeId> replicas;
  for (Turn Rack::*kind : {&Rack::unfenced, &Rack::fenced}) {
    size_t misses = 0;
    for (size_t rack = first_rack; replicas.size() < replication_factor && misses < racks.size(); ++rack) {
      auto id = deal_other(racks[rack % racks.size()].*kind, replicas);
      misses = id ? 0 : misses + 1;
      if (id) replicas.push_back(*id);
    }
  }
  return replicas;
}

}  // namespace

bool is_active(const ClusterImage& image, NodeId broker) {
  const BrokerImage* known = image.brokers().find(broker);
  return known != nullptr && !known->fenced && !known->in_controlled_shutdown;
}

Result<std::vector<std::vector<NodeId>>, Failure> place_replicas(const ClusterImage& image, Random& random,
                                                                 size_t count, size_t replication_factor) {
  std::map<std::string, Rack> by_name;
  size_t registered = 0, unfenced = 0;
  for (const auto& [id, broker] : image.brokers().brokers()) {
    Rack& rack = by_name[broker.rack.value_or("")];
    (broker.fenced ? rack.fenced : rack.unfenced).brokers.push_back(id);
    ++registered;
    unfenced += broker.fenced ? 0 : 1;
  }
  if (unfenced == 0)
    return Error{Failure{"All brokers are currently fenced, or have all their log directories cordoned."}};
  if (replication_factor > registered) {
    return Error{
        Failure{fmt::format("The target replication factor of {} cannot be reached because only {} broker(s) "
                            "are registered or some brokers have all their log directories cordoned.",
                            replication_factor, registered)}};
  }
  std::vector<Rack> racks;
  for (auto& [name, rack] : by_name) {
    for (Turn* turn : {&rack.unfenced, &rack.fenced}) {
      if (!turn->brokers.empty()) turn->next = random.below(turn->brokers.size());
    }
    racks.push_back(std::move(rack));
  }
  // A partition starts at the rack behind the one where its predecessor started, so that leaders spread;
  // racks without an unfenced broker cannot give a first replica.
  size_t start = random.below(racks.size());
  std::vector<std::vector<NodeId>> placed;
  for (size_t partition = 0; partition < count; ++partition, ++start) {
    while (racks[start % racks.size()].unfenced.brokers.empty()) ++start;
    placed.push_back(place_one(racks, start, replication_factor));
  }
  return placed;
}

Uuid directory_for(const ClusterImage& image, NodeId broker) {
  const BrokerImage* known = image.brokers().find(broker);
  if (known == nullptr) return kUnassignedDirectory;
  if (known->directories.empty()) return kMigratingDirectory;
  return known->directories.size() == 1 ? known->directories.front() : kUnassignedDirectory;
}

}  // namespace klamm::broker
