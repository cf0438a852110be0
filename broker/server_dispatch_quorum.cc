// The metadata quorum: what replicas of it ask each other, and what is told of it.
#include <utility>

#include "broker/handlers/quorum.h"
#include "broker/server_dispatch.h"
#include "protocol/messages/begin_quorum_epoch_request.h"
#include "protocol/messages/end_quorum_epoch_request.h"
#include "protocol/messages/fetch_snapshot_request.h"
#include "protocol/messages/vote_request.h"

namespace klamm::broker {

void ServerDispatch::bind_quorum() {
  for (const int16_t key : {protocol::VoteRequest::kKey, protocol::BeginQuorumEpochRequest::kKey,
                            protocol::EndQuorumEpochRequest::kKey, protocol::FetchSnapshotRequest::kKey}) {
    handlers_[key] = &ServerDispatch::answer_quorum;
  }
  handlers_[protocol::DescribeQuorumRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    self.uses_.quorum_loop.post([&self, request = std::move(request), reply = std::move(reply)]() mutable {
      protocol::DescribeQuorumRequest body;
      if (!read_body(request, body)) return reply.close();
      raft::Raft& raft = self.uses_.controller.driver().raft();
      auto image = self.uses_.images.get();
      const Access access = self.access(*image, request);
      reply.send(describe_quorum(body, access, raft.describe(self.uses_.quorum_loop.now_ms()),
                                 self.uses_.clock, self.uses_.config.network.advertised_controllers,
                                 self.uses_.config.id));
    });
  };
}

void ServerDispatch::answer_quorum(Request request, Reply reply) {
  uses_.quorum_loop.post([this, request = std::move(request), reply = std::move(reply)]() mutable {
    auto image = uses_.images.get();
    const bool is_allowed = access(*image, request).allows_cluster(security::AclOperation::kClusterAction);
    if (!is_allowed) return uses_.quorum.refuse(request, std::move(reply));
    uses_.quorum.handle(std::move(request), std::move(reply));
  });
}

}  // namespace klamm::broker
