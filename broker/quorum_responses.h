// Raft's responses as Kafka's, in the versions of the requests (quorum_requests.h).
//
// An error without an epoch stands at the top of a response, which then says nothing else; any other stands
// at the partition, with the epoch and its leader. Where the leader is reached stands at the top: since
// version 1 of Vote, BeginQuorumEpoch, EndQuorumEpoch and FetchSnapshot, 17 of Fetch (KIP-853).
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "broker/quorum_wire.h"
#include "protocol/records.h"
#include "protocol/writer.h"
#include "raft/messages.h"

namespace klamm::broker {

// --- out ---

// A response on its way out, as a message for Reply::send.
class QuorumAnswer {
 public:
  // `records` is what was asked for by FetchResponse::read or FetchSnapshotResponse::read_size: bytes, which
  // outlive this, or only the size of the file slices that are given to Reply::send with it.
  QuorumAnswer(raft::Response response, const EndpointOf& endpoint_of, protocol::Records records = {});
  // For a response that names no leader.
  explicit QuorumAnswer(raft::Response response) : response_(std::move(response)) {}
  // To a FetchSnapshot that asks for this partition of this topic, which is not ours.
  static QuorumAnswer unknown_partition(std::string_view topic, int32_t partition);

  void write(protocol::Writer& writer, int16_t version) const;

  const raft::Response& response() const { return response_; }

 private:
  struct Place {
    std::string topic{};
    int32_t partition = 0;
  };

  raft::Response response_;
  std::optional<NodeAddress> leader_address_{};
  protocol::Records records_{};
  std::optional<Place> unknown_{};
};

// --- in ---

struct QuorumResponse {
  raft::Response response{};
  // Where the leader that the response names is reached, for whoever asked; nothing where it says nothing of
  // that (then the voters' set knows), or nothing that one could connect to.
  std::optional<NodeAddress> leader_address{};
};

// `key` is the API key of the request, `body` what stands behind the response's header; records and snapshot
// bytes share its owner. A Failure is a response that no peer of this protocol gives. The machine is told of
// it by unanswered().
Result<QuorumResponse, Failure> decode_quorum_response(int16_t key, int16_t version,
                                                       const raft::Payload& body);

}  // namespace klamm::broker
