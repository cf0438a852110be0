#include "broker/group/group_filter.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <string_view>
#include <vector>

#include "broker/config/text.h"

namespace klamm::broker::group {
namespace {

// In lower case: of groups of every kind.
constexpr std::string_view kStates[] = {
    "preparingrebalance", "completingrebalance", "stable",  "dead", "empty",
    "assigning",          "reconciling",         "notready"};
constexpr std::string_view kTypes[] = {"classic", "consumer", "share", "streams"};

// 0 for a name that is none of these.
uint32_t bit_of(std::string_view name, std::span<const std::string_view> names) {
  const auto is_same = [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); };
  const auto found = std::find_if(names.begin(), names.end(), [&](std::string_view known) {
    return std::equal(known.begin(), known.end(), name.begin(), name.end(), is_same);
  });
  return found == names.end() ? 0 : uint32_t{1} << (found - names.begin());
}

}  // namespace

GroupFilter::GroupFilter(const protocol::ListGroupsRequest& request) {
  for (std::string_view state : request.states_filter) {
    states_ = states_.value_or(0) | bit_of(java_trim(state), kStates);
  }
  for (std::string_view type : request.types_filter) types_ = types_.value_or(0) | bit_of(type, kTypes);
}

bool GroupFilter::passes(const Group& group) const {
  return (!states_ || (*states_ & bit_of(group.state_name(), kStates)) != 0) &&
         (!types_ || (*types_ & bit_of(name_of(group.type()), kTypes)) != 0);
}

}  // namespace klamm::broker::group
