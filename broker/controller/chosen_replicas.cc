#include "broker/controller/chosen_replicas.h"

#include <fmt/core.h>

#include <set>

namespace klamm::broker {

std::optional<ApiError> check_chosen_replicas(const ClusterImage& image, const std::vector<NodeId>& replicas,
                                              size_t factor) {
  auto invalid = [](std::string message) {
    return ApiError{ErrorCode::kInvalidReplicaAssignment, std::move(message)};
  };
  if (replicas.empty()) return invalid("The manual partition assignment includes an empty replica list.");
  std::set<NodeId> seen;
  for (NodeId id : replicas) {
    if (image.brokers().find(id) == nullptr) {
      return invalid(
          fmt::format("The manual partition assignment includes broker {}, but no such broker is "
                      "registered.",
                      id.value));
    }
    if (!seen.insert(id).second) {
      return invalid(
          fmt::format("The manual partition assignment includes the broker {} more than once.", id.value));
    }
  }
  if (factor != 0 && replicas.size() != factor) {
    return invalid(
        fmt::format("The manual partition assignment has {} replica(s) for a partition where others "
                    "have {}.",
                    replicas.size(), factor));
  }
  return std::nullopt;
}

}  // namespace klamm::broker
