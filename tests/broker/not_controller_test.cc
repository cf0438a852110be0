#include "tests/testing.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "broker/envelope.h"
#include "broker/not_controller.h"
#include "protocol/catalog.h"
#include "protocol/messages/add_raft_voter_response.h"
#include "protocol/messages/allocate_producer_ids_response.h"
#include "protocol/messages/alter_client_quotas_response.h"
#include "protocol/messages/alter_configs_response.h"
#include "protocol/messages/alter_partition_reassignments_response.h"
#include "protocol/messages/alter_partition_response.h"
#include "protocol/messages/alter_user_scram_credentials_response.h"
#include "protocol/messages/assign_replicas_to_dirs_response.h"
#include "protocol/messages/broker_heartbeat_response.h"
#include "protocol/messages/broker_registration_response.h"
#include "protocol/messages/controller_registration_response.h"
#include "protocol/messages/create_acls_response.h"
#include "protocol/messages/create_delegation_token_response.h"
#include "protocol/messages/create_partitions_response.h"
#include "protocol/messages/create_topics_response.h"
#include "protocol/messages/delete_acls_response.h"
#include "protocol/messages/delete_topics_response.h"
#include "protocol/messages/describe_quorum_response.h"
#include "protocol/messages/elect_leaders_response.h"
#include "protocol/messages/envelope_response.h"
#include "protocol/messages/expire_delegation_token_response.h"
#include "protocol/messages/incremental_alter_configs_response.h"
#include "protocol/messages/list_partition_reassignments_response.h"
#include "protocol/messages/remove_raft_voter_response.h"
#include "protocol/messages/renew_delegation_token_response.h"
#include "protocol/messages/unregister_broker_response.h"
#include "protocol/messages/update_features_response.h"
#include "tests/broker/fake_peers.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using namespace klamm::protocol;

namespace {

// A place in which an answer holds an error: says whether it is seen there.
struct Place {
  int16_t key;
  std::function<bool(int16_t code)> is_seen;
};

template <class Answer>
Place place(std::function<void(Answer& answer, int16_t code)> put) {
  return {Answer::kKey, [put](int16_t code) {
            Answer answer;
            put(answer, code);
            const int16_t version = Answer::kVersionMax;
            return says_not_controller(Answer::kKey, version, body_of(answer, version));
          }};
}
template <class Answer>
Place top() {
  return place<Answer>([](Answer& answer, int16_t code) { answer.error_code = code; });
}
// The second of two items, of which the first has no error.
void put_second(auto& items, int16_t code) {
  items.resize(2);
  items[1].error_code = code;
}

std::vector<Place> places() {
  return {
      top<BrokerRegistrationResponse>(),
      top<BrokerHeartbeatResponse>(),
      top<ControllerRegistrationResponse>(),
      top<AllocateProducerIdsResponse>(),
      top<AssignReplicasToDirsResponse>(),
      top<EnvelopeResponse>(),
      top<UnregisterBrokerResponse>(),
      top<CreateDelegationTokenResponse>(),
      top<RenewDelegationTokenResponse>(),
      top<ExpireDelegationTokenResponse>(),
      top<ListPartitionReassignmentsResponse>(),
      top<AddRaftVoterResponse>(),
      top<RemoveRaftVoterResponse>(),
      top<AlterPartitionResponse>(),
      top<UpdateFeaturesResponse>(),
      top<ElectLeadersResponse>(),
      top<AlterPartitionReassignmentsResponse>(),
      place<CreateTopicsResponse>([](auto& a, int16_t code) { put_second(a.topics, code); }),
      place<DeleteTopicsResponse>([](auto& a, int16_t code) { put_second(a.responses, code); }),
      place<CreatePartitionsResponse>([](auto& a, int16_t code) { put_second(a.results, code); }),
      place<CreateAclsResponse>([](auto& a, int16_t code) { put_second(a.results, code); }),
      place<DeleteAclsResponse>([](auto& a, int16_t code) { put_second(a.filter_results, code); }),
      place<AlterConfigsResponse>([](auto& a, int16_t code) { put_second(a.responses, code); }),
      place<IncrementalAlterConfigsResponse>([](auto& a, int16_t code) { put_second(a.responses, code); }),
      place<AlterClientQuotasResponse>([](auto& a, int16_t code) { put_second(a.entries, code); }),
      place<AlterUserScramCredentialsResponse>([](auto& a, int16_t code) { put_second(a.results, code); }),
      place<AlterPartitionResponse>(
          [](auto& a, int16_t code) { put_second(a.topics.emplace_back().partitions, code); }),
      place<AlterPartitionReassignmentsResponse>(
          [](auto& a, int16_t code) { put_second(a.responses.emplace_back().partitions, code); }),
      place<ElectLeadersResponse>([](auto& a, int16_t code) {
        put_second(a.replica_election_results.emplace_back().partition_result, code);
      }),
  };
}

DescribeQuorumResponse of_partition(ErrorCode code) {
  DescribeQuorumResponse answer;
  answer.topics.emplace_back().partitions.emplace_back().error_code = wire_value(code);
  return answer;
}
bool is_seen(const DescribeQuorumResponse& answer) {
  return says_not_controller(DescribeQuorumResponse::kKey, 2, body_of(answer, 2));
}

}  // namespace

TEST_CASE("NOT_CONTROLLER is seen wherever an answer may say it, and no other error is") {
  for (const Place& place : places()) {
    CAPTURE(place.key);
    REQUIRE(place.is_seen(wire_value(ErrorCode::kNotController)));
    REQUIRE_FALSE(place.is_seen(wire_value(ErrorCode::kNone)));
    REQUIRE_FALSE(place.is_seen(wire_value(ErrorCode::kNotLeaderOrFollower)));
  }
}

TEST_CASE("NOT_CONTROLLER of a feature is seen in the version that has features in its answer") {
  UpdateFeaturesResponse answer;
  put_second(answer.results, wire_value(ErrorCode::kNotController));
  REQUIRE(says_not_controller(57, 1, body_of(answer, 1)));
}

TEST_CASE("DescribeQuorum says in Raft's word that its node is not the controller") {
  REQUIRE(is_seen(of_partition(ErrorCode::kNotLeaderOrFollower)));
  REQUIRE_FALSE(is_seen(of_partition(ErrorCode::kNotController)));
  DescribeQuorumResponse answer;
  answer.error_code = wire_value(ErrorCode::kNotLeaderOrFollower);
  REQUIRE(is_seen(answer));
}

TEST_CASE("every API that is forwarded is one whose answers are looked into") {
  for (const MessageInfo& message : messages()) {
    if (message.kind != MessageKind::kRequest || !is_forwardable(message.key)) continue;
    CAPTURE(message.name);
    const auto covered = places();
    REQUIRE((message.key == DescribeQuorumResponse::kKey ||
             std::ranges::any_of(covered, [&](const Place& place) { return place.key == message.key; })));
  }
}

TEST_CASE("what deleting an entry came to is no error of the controller") {
  DeleteAclsResponse answer;
  put_second(answer.filter_results.emplace_back().matching_acls, wire_value(ErrorCode::kNotController));
  REQUIRE_FALSE(says_not_controller(31, 3, body_of(answer, 3)));
}

TEST_CASE("an answer that cannot be read, or is of no API of the controller, says nothing of it") {
  BrokerRegistrationResponse answer;
  answer.error_code = wire_value(ErrorCode::kNotController);
  const Bytes body = body_of(answer, 4);
  REQUIRE(says_not_controller(62, 4, body));
  REQUIRE_FALSE(says_not_controller(62, 99, body));
  REQUIRE_FALSE(says_not_controller(62, -1, body));
  REQUIRE_FALSE(says_not_controller(62, 4, ByteView(body).first(body.size() - 1)));
  REQUIRE_FALSE(says_not_controller(61, 4, body));
}
