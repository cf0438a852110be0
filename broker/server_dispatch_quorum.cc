// Between nodes: what replicas of the metadata quorum ask each other, what brokers and controllers ask of the
// active one, what brokers bring to it for their clients; what is told of the quorum; and what an operator
// asks of a cluster: elections, moves of replicas, feature levels, an end to a broker.
#include <utility>

#include "broker/controller/feature_updates.h"
#include "broker/controller/leader_elections.h"
#include "broker/controller/reassignments.h"
#include "broker/controller/registrations.h"
#include "broker/handlers/envelope.h"
#include "broker/handlers/quorum.h"
#include "broker/server_dispatch_forward.h"
#include "protocol/messages/allocate_producer_ids_request.h"
#include "protocol/messages/alter_partition_request.h"
#include "protocol/messages/assign_replicas_to_dirs_request.h"
#include "protocol/messages/begin_quorum_epoch_request.h"
#include "protocol/messages/broker_heartbeat_request.h"
#include "protocol/messages/broker_registration_request.h"
#include "protocol/messages/controller_registration_request.h"
#include "protocol/messages/elect_leaders_request.h"
#include "protocol/messages/end_quorum_epoch_request.h"
#include "protocol/messages/envelope_request.h"
#include "protocol/messages/fetch_snapshot_request.h"
#include "protocol/messages/unregister_broker_request.h"
#include "protocol/messages/update_raft_voter_request.h"
#include "protocol/messages/update_raft_voter_response.h"
#include "protocol/messages/vote_request.h"

namespace klamm::broker {
namespace {

protocol::DescribeQuorumResponse refuse_quorum(const protocol::DescribeQuorumRequest&, ErrorCode code) {
  protocol::DescribeQuorumResponse response;
  response.error_code = protocol::wire_value(code);
  return response;
}

// UpdateRaftVoter, version 0 (KIP-853). Voters do not change here. A follower of Apache Kafka tells each
// leader about itself until that has answered so; where the API is not even there, it logs an error at every
// fetch timeout.
protocol::UpdateRaftVoterResponse refuse_voter(const protocol::UpdateRaftVoterRequest& request,
                                               std::string_view cluster_id, const raft::Raft& raft,
                                               const std::optional<NodeAddress>& leader) {
  const bool is_strangers = request.cluster_id && *request.cluster_id != cluster_id;
  const Epoch epoch{request.current_leader_epoch};
  ErrorCode refusal = ErrorCode::kUnsupportedVersion;
  if (raft.role() != raft::RoleKind::kLeader) refusal = ErrorCode::kNotLeaderOrFollower;
  if (epoch < raft.epoch()) refusal = ErrorCode::kFencedLeaderEpoch;
  if (epoch > raft.epoch()) refusal = ErrorCode::kUnknownLeaderEpoch;
  if (is_strangers) refusal = ErrorCode::kInconsistentClusterId;
  protocol::UpdateRaftVoterResponse response;
  response.error_code = protocol::wire_value(refusal);
  response.current_leader.leader_id = raft.leader().value;
  response.current_leader.leader_epoch = raft.epoch().value;
  if (leader) {
    response.current_leader.host = leader->host;
    response.current_leader.port = leader->port;
  }
  return response;
}

// On the quorum loop.
FeatureTerms feature_terms(const ServerDispatch::Uses& uses) {
  FeatureTerms terms;
  terms.kraft_version = uses.controller.driver().kraft_version();
  for (const raft::Voter& voter : uses.controller.driver().raft().voters())
    terms.voters.push_back(voter.key.id);
  const auto set = uses.config.file.find("min.insync.replicas");
  if (set != uses.config.file.end()) terms.isr_min = set->second;
  return terms;
}

}  // namespace

void ServerDispatch::bind_operators() {
  handlers_[protocol::ElectLeadersRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    alter_cluster<protocol::ElectLeadersRequest>(self.uses_, std::move(request), std::move(reply),
                                                 decide_elect_leaders);
  };
  handlers_[protocol::AlterPartitionReassignmentsRequest::kKey] = [](ServerDispatch& self, Request request,
                                                                     Reply reply) {
    alter_cluster<protocol::AlterPartitionReassignmentsRequest>(
        self.uses_, std::move(request), std::move(reply), decide_alter_partition_reassignments);
  };
  handlers_[protocol::ListPartitionReassignmentsRequest::kKey] = [](ServerDispatch& self, Request request,
                                                                    Reply reply) {
    decide_for_cluster<protocol::ListPartitionReassignmentsRequest>(
        self.uses_, security::AclOperation::kDescribe, std::move(request), std::move(reply),
        decide_list_partition_reassignments);
  };
  handlers_[protocol::UpdateFeaturesRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    const int16_t version = reply.version();
    alter_cluster<protocol::UpdateFeaturesRequest>(
        self.uses_, std::move(request), std::move(reply),
        [&uses = self.uses_, version](const ControllerView& view,
                                      const protocol::UpdateFeaturesRequest& body) {
          return decide_update_features(view, feature_terms(uses), body, version);
        });
  };
  handlers_[protocol::UnregisterBrokerRequest::kKey] = [](ServerDispatch& self, Request request,
                                                          Reply reply) {
    alter_cluster<protocol::UnregisterBrokerRequest>(self.uses_, std::move(request), std::move(reply),
                                                     decide_unregister_broker);
  };
}

void ServerDispatch::bind_quorum() {
  for (const int16_t key : {protocol::VoteRequest::kKey, protocol::BeginQuorumEpochRequest::kKey,
                            protocol::EndQuorumEpochRequest::kKey, protocol::FetchSnapshotRequest::kKey}) {
    handlers_[key] = &ServerDispatch::answer_quorum;
  }
  for (const int16_t key :
       {protocol::AlterPartitionRequest::kKey, protocol::BrokerRegistrationRequest::kKey,
        protocol::BrokerHeartbeatRequest::kKey, protocol::AllocateProducerIdsRequest::kKey,
        protocol::ControllerRegistrationRequest::kKey, protocol::AssignReplicasToDirsRequest::kKey}) {
    handlers_[key] = &ServerDispatch::answer_node;
  }
  handlers_[protocol::EnvelopeRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    auto image = self.uses_.images.get();
    const Access access = self.access(*image, request);
    handle_envelope(std::move(request), std::move(reply), access, self);
  };
  handlers_[protocol::UpdateRaftVoterRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    protocol::UpdateRaftVoterRequest read;
    if (!read_body(request, read)) return reply.close();
    self.uses_.quorum_loop.post(
        [&self, body = std::move(read), request = std::move(request), reply = std::move(reply)]() mutable {
          auto image = self.uses_.images.get();
          if (!self.access(*image, request).allows_cluster(security::AclOperation::kClusterAction)) {
            protocol::UpdateRaftVoterResponse refused;
            refused.error_code = protocol::wire_value(ErrorCode::kClusterAuthorizationFailed);
            return reply.send(refused);
          }
          const raft::Raft& raft = self.uses_.controller.driver().raft();
          const auto leader = self.uses_.quorum.address_of(raft.leader());
          reply.send(refuse_voter(body, self.uses_.cluster_id, raft, leader));
        });
  };
  handlers_[protocol::DescribeQuorumRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    protocol::DescribeQuorumRequest read;
    if (!read_body(request, read)) return reply.close();
    self.uses_.quorum_loop.post(
        [&self, body = std::move(read), request = std::move(request), reply = std::move(reply)]() mutable {
          if (forward_to_controller(self.uses_, body, request, reply, refuse_quorum)) return;
          raft::Raft& raft = self.uses_.controller.driver().raft();
          auto image = self.uses_.images.get();
          const Access access = self.access(*image, request);
          reply.send(describe_quorum(body, access, raft.describe(self.uses_.quorum_loop.now_ms()),
                                     self.uses_.clock, self.uses_.quorum.voters_of(raft.voters())));
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

void ServerDispatch::answer_node(Request request, Reply reply) {
  uses_.quorum_loop.post([this, request = std::move(request), reply = std::move(reply)]() mutable {
    auto image = uses_.images.get();
    const bool is_allowed = access(*image, request).allows_cluster(security::AclOperation::kClusterAction);
    if (!is_allowed)
      return refuse_node_request(request, std::move(reply), ErrorCode::kClusterAuthorizationFailed);
    ActiveController* const active = uses_.active();
    if (active == nullptr) return refuse_node_request(request, std::move(reply), ErrorCode::kNotController);
    active->handle(std::move(request), std::move(reply));
  });
}

}  // namespace klamm::broker
