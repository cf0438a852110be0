// Messages of the metadata quorum for tests: random ones that are well-formed, and their bytes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "broker/quorum_requests.h"
#include "broker/quorum_responses.h"

namespace klamm::broker::testing {

inline constexpr std::string_view kCluster = "c1";

// The name of the metadata topic, in hexadecimal.
inline constexpr std::string_view kTopicHex = "5f5f636c75737465725f6d65746164617461";

inline constexpr size_t kKinds = std::variant_size_v<raft::Request>;

// One batch of `count` records, with its own checksum.
Bytes batch_bytes(int64_t base_offset, int32_t epoch, int32_t count);

// A leader is reached at the host "h" and port 9093, whoever it is.
std::optional<NodeAddress> at_h(NodeId);

// `kind` is an index of raft::Request and raft::Response. What a version cannot carry is lost, but nothing
// else is.
raft::Request random_request(size_t kind, Random& random);
raft::Response random_response(size_t kind, Random& random);
// What such a response asks for: some batches, bytes of a snapshot, or nothing.
Bytes bytes_for(const raft::Response& response, Random& random);

Bytes encoded(const raft::Request& request, int16_t version);
Bytes encoded(const QuorumAnswer& answer, int16_t version);

int16_t key_of(size_t kind);
VersionRange versions_of_kind(size_t kind);

Result<QuorumRequest, RefusedRequest> decoded_request(size_t kind, int16_t version, ByteView body);
// The response keeps the bytes alive.
Result<QuorumResponse, Failure> decoded_response(size_t kind, int16_t version, Bytes body);

// A response that came in, as it would go out again: with its leader's address, batches and bytes.
Bytes encoded_again(const QuorumResponse& response, int16_t version);

}  // namespace klamm::broker::testing
