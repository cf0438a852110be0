// FindCoordinator, versions 0-6 (v4: KIP-699, several keys at once).
//
// Differs from Apache Kafka: this node has no group, transaction or share coordinator, and says so with the
// error that a client takes as "not now" rather than "never".

#include "broker/handlers/cluster.h"

namespace klamm::broker {
namespace {

constexpr int16_t kFirstVersionWithBatches = 4;
constexpr std::string_view kNone =
    "This node has no coordinators yet: consumer groups and transactions are not served.";

}  // namespace

protocol::FindCoordinatorResponse find_coordinator(const protocol::FindCoordinatorRequest& request,
                                                   int16_t version) {
  protocol::FindCoordinatorResponse response;
  int16_t code = protocol::wire_value(protocol::ErrorCode::kCoordinatorNotAvailable);
  if (version < kFirstVersionWithBatches) {
    response.error_code = code;
    response.error_message = kNone;
    response.node_id = -1;
    response.port = -1;
    return response;
  }
  for (std::string_view key : request.coordinator_keys) {
    auto& coordinator = response.coordinators.emplace_back();
    coordinator.key = key;
    coordinator.node_id = -1;
    coordinator.port = -1;
    coordinator.error_code = code;
    coordinator.error_message = kNone;
  }
  return response;
}

}  // namespace klamm::broker
