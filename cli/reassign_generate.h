// Where the replicas of topics would go among some brokers: what --generate proposes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "cli/client/client.h"
#include "cli/error.h"
#include "cli/reassign_plan.h"

namespace klamm::cli {

// "1,2,3", each once.
Attempt<std::vector<int32_t>> parse_broker_list(const std::string& text);
// Those of the brokers that are in the cluster; all of them have a rack, or none.
Attempt<std::vector<Node>> usable_brokers(Client& client, const std::vector<int32_t>& ids, bool by_racks);

// As many partitions and replicas as before, leaders and followers in turn over racks and brokers.
Attempt<PartitionReplicas> place_anew(const PartitionReplicas& current, const std::vector<Node>& brokers,
                                      bool by_racks, Random& random);

}  // namespace klamm::cli
