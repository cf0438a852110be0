#include "broker/quorum_wire.h"

#include <array>

#include "base/check.h"

namespace klamm::broker {
namespace {

// In the order of raft::Request.
constexpr size_t kKinds = std::variant_size_v<raft::Request>;
constexpr std::array<int16_t, kKinds> kKeys{52, 53, 54, 1, 59};
constexpr std::array<VersionRange, kKinds> kVersions{{{0, 2}, {0, 1}, {0, 1}, {13, 18}, {0, 1}}};

constexpr int16_t kFirstVersionWithPreVote = 2;
constexpr size_t kHostSizeMax = 255;

}  // namespace

int16_t api_key_of(const raft::Request& request) { return kKeys[request.index()]; }

VersionRange versions_of(const raft::Request& request) {
  VersionRange range = kVersions[request.index()];
  auto* vote = std::get_if<raft::VoteRequest>(&request);
  if (vote && vote->pre_vote) range.min = kFirstVersionWithPreVote;
  return range;
}

raft::Response unanswered(int16_t api_key, raft::ErrorCode error) {
  CHECK(error != raft::ErrorCode::kNone);
  switch (api_key) {
    case 52:
      return raft::VoteResponse{.error = error};
    case 53:
      return raft::BeginQuorumEpochResponse{.error = error};
    case 54:
      return raft::EndQuorumEpochResponse{.error = error};
    case 1:
      return raft::FetchResponse{.error = error};
    default:
      CHECK(api_key == 59);
      return raft::FetchSnapshotResponse{.error = error, .bytes = {}};
  }
}

raft::Response unanswered(const raft::Request& request, raft::ErrorCode error) {
  return unanswered(api_key_of(request), error);
}

std::optional<NodeAddress> usable_address(std::string_view host, int32_t port) {
  if (host.empty() || host.size() > kHostSizeMax || port <= 0 || port > UINT16_MAX) return std::nullopt;
  return NodeAddress{std::string(host), static_cast<uint16_t>(port)};
}

}  // namespace klamm::broker
