// What is asked of coordinators beside the load. For groups that all have the same one: this is one broker.
#pragma once

#include <string>
#include <vector>

#include "bench/load/client.h"

namespace klamm::bench {

// Until each of the groups has a coordinator that serves it; the offsets topic is created for that if there
// is none.
void await_coordinators(Client& client, const std::vector<std::string>& groups);

// Gives up unless each group is Stable with so many members.
void check_stable(Client& client, const std::vector<std::string>& groups, int32_t members);

void leave_group(Client& client, const std::string& group, const std::vector<std::string>& members);

// What the group has committed for a partition: -1 for nothing. Waits until the coordinator serves the group.
int64_t committed_offset(Client& client, const std::string& group, const std::string& topic,
                         int32_t partition);

}  // namespace klamm::bench
