#include "broker/controller/placement.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace klamm::broker {
namespace {

void shuffle(auto& items, Random& random) {
  for (size_t left = items.size(); left > 1; --left) std::swap(items[left - 1], items[random.below(left)]);
}

// The brokers of one rack: each partition deals them out in turn, one place further than the one before.
class Turn {
 public:
  std::vector<NodeId> brokers;

  void begin(Random& random) {
    if (!brokers.empty()) start_ = random.below(brokers.size());
  }
  std::optional<NodeId> deal(size_t partition) {
    if (partition != partition_) {
      partition_ = partition;
      dealt_ = 0;
      ++start_;
    }
    if (dealt_ == brokers.size()) return std::nullopt;
    return brokers[(start_ + dealt_++) % brokers.size()];
  }

 private:
  size_t start_ = 0;
  size_t dealt_ = 0;
  size_t partition_ = 0;
};

struct Rack {
  Turn unfenced;
  Turn fenced;

  std::optional<NodeId> deal(size_t partition) {
    if (auto id = unfenced.deal(partition)) return id;
    return fenced.deal(partition);
  }
};

// As Kafka's StripedReplicaPlacer: leaders go around the racks, and around the brokers of each; so do the
// other replicas, one from each rack. When every unfenced broker has led once, all are shuffled, so that the
// same brokers are not together again.
class Striped {
 public:
  Striped(std::vector<Rack> racks, size_t unfenced, Random& random)
      : racks_(std::move(racks)), unfenced_(unfenced), random_(random) {
    for (Rack& rack : racks_) {
      rack.unfenced.begin(random_);
      rack.fenced.begin(random_);
    }
    next_rack_ = random_.below(racks_.size());
  }

  // There are as many brokers, and one of them is unfenced.
  std::vector<NodeId> place(size_t replication_factor) {
    if (placed_ > 0 && unfenced_ > 1 && placed_ % unfenced_ == 0) shuffle_all();
    const size_t from = next_rack_++ % racks_.size();
    size_t first = from;
    std::optional<NodeId> leader = racks_[first].unfenced.deal(placed_);
    while (!leader) {
      first = (first + 1) % racks_.size();
      leader = racks_[first].unfenced.deal(placed_);
    }
    std::vector<NodeId> replicas = {*leader};
    bool has_led = true;  // the leader's rack has had its turn in the first round
    for (size_t rack = from; replicas.size() < replication_factor; rack = (rack + 1) % racks_.size()) {
      if (rack == first && std::exchange(has_led, false)) continue;
      if (auto id = racks_[rack].deal(placed_)) replicas.push_back(*id);
    }
    ++placed_;
    return replicas;
  }

 private:
  void shuffle_all() {
    shuffle(racks_, random_);
    for (Rack& rack : racks_) {
      shuffle(rack.unfenced.brokers, random_);
      shuffle(rack.fenced.brokers, random_);
    }
  }

  std::vector<Rack> racks_;
  const size_t unfenced_;
  Random& random_;
  size_t next_rack_ = 0;
  size_t placed_ = 0;
};

// As Kafka's usable brokers: those that are going get nothing new, nor do those whose directories are all
// cordoned (KIP-1066).
bool takes_replicas(const BrokerImage& broker) {
  if (broker.in_controlled_shutdown && !broker.fenced) return false;
  if (broker.directories.empty() || !broker.cordoned_directories) return true;
  return !std::ranges::includes(*broker.cordoned_directories, broker.directories);
}

// How much those that are to lead lead already; where that is as much, how much all of them hold.
std::pair<int64_t, int64_t> weight_of(const Assignments& placed, const BrokerLoads& loads) {
  std::pair<int64_t, int64_t> weight;
  for (const std::vector<NodeId>& replicas : placed) {
    weight.first += loads.of(replicas.front()).leads;
    for (NodeId id : replicas) weight.second += loads.of(id).holds;
  }
  return weight;
}

}  // namespace

bool is_active(const ClusterImage& image, NodeId broker) {
  const BrokerImage* known = image.brokers().find(broker);
  return known != nullptr && !known->fenced && !known->in_controlled_shutdown;
}

Result<Assignments, Failure> place_replicas(const ClusterImage& image, const BrokerLoads& loads,
                                            Random& random, size_t count, size_t replication_factor) {
  std::map<std::string, Rack> by_name;
  size_t registered = 0, unfenced = 0;
  for (const auto& [id, broker] : image.brokers().brokers()) {
    if (!takes_replicas(broker)) continue;
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
  for (auto& [name, rack] : by_name) racks.push_back(std::move(rack));
  const auto place_all = [&] {
    Striped striped(racks, unfenced, random);
    Assignments all;
    while (all.size() < count) all.push_back(striped.place(replication_factor));
    return all;
  };
  Assignments placed = place_all();
  if (registered == 1) return placed;
  // The better of two, and not the best of all: a broker that has nothing yet would get whatever is made
  // until it has as much as the others.
  Assignments other = place_all();
  const bool is_better = weight_of(other, loads) < weight_of(placed, loads);
  return std::move(is_better ? other : placed);
}

Uuid directory_for(const ClusterImage& image, NodeId broker) {
  const BrokerImage* known = image.brokers().find(broker);
  if (known == nullptr) return kUnassignedDirectory;
  if (known->directories.empty()) return kMigratingDirectory;
  return known->directories.size() == 1 ? known->directories.front() : kUnassignedDirectory;
}

}  // namespace klamm::broker
