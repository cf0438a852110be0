#include "broker/metadata/broker_loads.h"

#include "base/check.h"

namespace klamm::broker {

BrokerLoad BrokerLoads::of(NodeId broker) const {
  const BrokerLoad* found = by_broker_.find(broker);
  return found == nullptr ? BrokerLoad() : *found;
}

void BrokerLoads::shift(const std::vector<NodeId>& replicas, int64_t partitions) {
  for (size_t at = 0; at < replicas.size(); ++at) {
    BrokerLoad load = of(replicas[at]);
    if (at == 0) load.leads += partitions;
    load.holds += partitions;
    CHECK(load.leads >= 0 && load.holds >= 0);
    if (load == BrokerLoad()) {
      by_broker_.erase(replicas[at]);
    } else {
      by_broker_.set(replicas[at], load);
    }
  }
}

}  // namespace klamm::broker
