// GroupFilter: which groups a ListGroups asks for (KIP-518 states, KIP-848 types). Made once for a request,
// which may name a state as often as it likes.
#pragma once

#include <cstdint>
#include <optional>

#include "broker/group/group.h"
#include "protocol/messages/list_groups_request.h"

namespace klamm::broker::group {

class GroupFilter {
 public:
  explicit GroupFilter(const protocol::ListGroupsRequest& request);

  bool passes(const Group& group) const;

 private:
  // By their place among all names that there are; nullopt where all pass. A name that nothing bears lets
  // nothing pass.
  std::optional<uint32_t> states_;
  std::optional<uint32_t> types_;
};

}  // namespace klamm::broker::group
