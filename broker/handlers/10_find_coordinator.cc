// FindCoordinator, versions 0-6 (v4: KIP-699, several keys at once; v6: share coordinators, KIP-932). The
// coordinator of a key leads a partition of an internal topic, which is created when it is first asked for.
//
// Differs from Apache Kafka: while the topic is being created the answer waits for it, where Kafka answers
// COORDINATOR_NOT_AVAILABLE at once and the client asks again. There are no coordinators of transactions and
// of shares yet: that is said with the error which a client takes as "not now" rather than "never".

#include <algorithm>

#include "broker/config/text.h"
#include "broker/group_coordinator.h"
#include "broker/handlers/cluster.h"
#include "broker/metadata/refusal.h"

namespace klamm::broker {
namespace {

using protocol::ErrorCode;
using protocol::FindCoordinatorRequest;
using protocol::FindCoordinatorResponse;
using security::AclOperation;
using security::ResourceType;

constexpr int16_t kFirstVersionWithBatches = 4;
constexpr int16_t kFirstVersionWithShares = 6;
constexpr int8_t kGroup = 0, kTransaction = 1, kShare = 2;

struct Found {
  ErrorCode error = ErrorCode::kNone;
  std::string_view message{};
  NodeId node = kNoNode;
  std::string_view host{};
  int32_t port = -1;
};

// "group:topic id:partition", where the group may have colons too (Kafka's SharePartitionKey).
bool is_share_key(std::string_view key) {
  const size_t last = key.rfind(':');
  if (last == std::string_view::npos || last == 0) return false;
  const size_t middle = key.rfind(':', last - 1);
  if (middle == std::string_view::npos) return false;
  return !java_trim(key.substr(0, middle)).empty() &&
         Uuid::from_string(key.substr(middle + 1, last - middle - 1)) &&
         parse_integer(key.substr(last + 1), INT32_MIN, INT32_MAX);
}

Found find_group(std::string_view group, const ClusterUses& uses, int32_t partitions) {
  const Found none{ErrorCode::kCoordinatorNotAvailable, {}};
  const TopicImage* topic = uses.image.topics().find(kOffsetsTopic);
  if (topic == nullptr) return none;
  const PartitionImage* partition = topic->partition(coordinator_partition(group, partitions));
  if (partition == nullptr) return none;
  const ClusterImage::Leader leader = uses.image.leader_of(*partition, uses.client.listener);
  if (leader.endpoint == nullptr) return none;
  return {ErrorCode::kNone, {}, leader.id, leader.endpoint->host, leader.endpoint->port};
}

// What Java says of an error where there is nothing more to say.
std::string_view message_of(ErrorCode error) {
  if (std::string_view refusal = refusal_text(error); !refusal.empty()) return refusal;
  return error == ErrorCode::kCoordinatorNotAvailable ? "The coordinator is not available."
                                                      : protocol::name_of(error);
}

bool may_describe(const Access& access, ResourceType type, std::string_view key,
                  IfDenied if_denied = IfDenied::kLogged) {
  return access.allows(AclOperation::kDescribe, type, key, if_denied);
}

constexpr std::string_view kNoSuchKind = "There is no coordinator for keys of this kind.";

Found find_one(int8_t type, std::string_view key, int16_t version, const ClusterUses& uses,
               int32_t partitions) {
  switch (type) {
    case kGroup:
      if (!may_describe(uses.access, ResourceType::kGroup, key)) {
        return {ErrorCode::kGroupAuthorizationFailed, {}};
      }
      return find_group(key, uses, partitions);
    case kTransaction:
      if (!may_describe(uses.access, ResourceType::kTransactionalId, key)) {
        return {ErrorCode::kTransactionalIdAuthorizationFailed, {}};
      }
      return {ErrorCode::kCoordinatorNotAvailable, "Transactions are not served yet."};
    case kShare:
      // Brokers ask for these; whoever else does is told so of each of its keys.
      if (version >= kFirstVersionWithShares && !uses.access.allows_cluster(AclOperation::kClusterAction)) {
        const ErrorCode refusal = ErrorCode::kClusterAuthorizationFailed;
        return {refusal, refusal_text(refusal)};
      }
      if (version < kFirstVersionWithShares || !is_share_key(key)) {
        // Where Kafka says something of it.
        const bool tells = version < kFirstVersionWithBatches;
        return {ErrorCode::kInvalidRequest, tells ? kNoSuchKind : ""};
      }
      return {ErrorCode::kCoordinatorNotAvailable, "Share groups are not served yet."};
    default:
      return {ErrorCode::kInvalidRequest, kNoSuchKind};
  }
}

}  // namespace

bool needs_offsets_topic(const FindCoordinatorRequest& request, int16_t version, const ClusterImage& image,
                         const Access& access) {
  if (request.key_type != kGroup || image.topics().find(kOffsetsTopic) != nullptr) return false;
  const auto counts = [&](std::string_view key) {
    return may_describe(access, ResourceType::kGroup, key, IfDenied::kUnsaid);
  };
  if (version < kFirstVersionWithBatches) return counts(request.key);
  return std::ranges::any_of(request.coordinator_keys, counts);
}

FindCoordinatorResponse find_coordinator(const FindCoordinatorRequest& request, int16_t version,
                                         const ClusterUses& uses, int32_t group_partitions) {
  FindCoordinatorResponse response;
  if (version < kFirstVersionWithBatches) {
    const Found found = find_one(request.key_type, request.key, version, uses, group_partitions);
    response.error_code = protocol::wire_value(found.error);
    // As Kafka, which says NONE of a coordinator that was found.
    response.error_message = found.message.empty() ? message_of(found.error) : found.message;
    response.node_id = found.node.value;
    response.host = found.host;
    response.port = found.port;
    return response;
  }
  for (std::string_view key : request.coordinator_keys) {
    const Found found = find_one(request.key_type, key, version, uses, group_partitions);
    auto& coordinator = response.coordinators.emplace_back();
    coordinator.key = key;
    coordinator.node_id = found.node.value;
    coordinator.host = found.host;
    coordinator.port = found.port;
    coordinator.error_code = protocol::wire_value(found.error);
    coordinator.error_message = found.message;
  }
  return response;
}

}  // namespace klamm::broker
