// Raft's requests as Kafka's: Vote 0-2, BeginQuorumEpoch 0-1, EndQuorumEpoch 0-1, Fetch 13-18 (see
// quorum_wire.h), FetchSnapshot 0-1. KIP-595, KIP-630, KIP-853, KIP-996, KIP-1166.
//
// Coming in, only what Raft does not look at itself is checked here: that the bytes are a message, and that
// it is about __cluster_metadata-0. The cluster id, epochs, offsets and the voter's key are the machine's.
//
// Differs from Apache Kafka: a request in the last possible epoch is refused with INVALID_REQUEST; a
// FetchSnapshot without a topic or a partition is too (Kafka: UNKNOWN_SERVER_ERROR); a Fetch that says a
// negative max_bytes is given a batch (Kafka: UNKNOWN_SERVER_ERROR).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "broker/quorum_responses.h"
#include "broker/quorum_wire.h"
#include "raft/messages.h"
#include "raft/voters.h"

namespace klamm::broker {

// --- out ---

// Appends the body. `version` is one of versions_of(request). `own_endpoints` are this node's controller
// listeners: BeginQuorumEpoch tells voters where their leader is reached.
void encode_quorum_request(const raft::Request& request, const std::vector<raft::Endpoint>& own_endpoints,
                           int16_t version, Bytes& out);

// --- in ---

struct QuorumRequest {
  raft::Request request{};
  // Where the sender of BeginQuorumEpoch and EndQuorumEpoch says that it is reached, by listeners in capitals
  // as Kafka normalises them. Empty before version 1, and from Kafka's EndQuorumEpoch: then the voters' set
  // knows.
  std::vector<raft::Endpoint> leader_endpoints{};
};

struct RefusedRequest {
  std::string why{};
  // Nothing for bytes that are no request: the connection is closed, as for any such.
  std::optional<QuorumAnswer> answer{};
};

// `key` is the API key of one of raft::Request, `body` what stands behind the header. `cluster_id` is this
// node's: of a stranger's request that is wrong in other ways too, Kafka says that it is a stranger's.
Result<QuorumRequest, RefusedRequest> decode_quorum_request(int16_t key, int16_t version, ByteView body,
                                                            std::string_view cluster_id);

}  // namespace klamm::broker
