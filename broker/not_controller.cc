#include "broker/not_controller.h"

#include <algorithm>

#include "protocol/errors.h"
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

namespace klamm::broker {
namespace {

using protocol::ErrorCode;

bool is(int16_t code) { return code == protocol::wire_value(ErrorCode::kNotController); }

bool one_says_so(const auto& items) {
  return std::ranges::any_of(items, [](const auto& item) { return is(item.error_code); });
}

// Most say it at the top.
bool says_so(const auto& answer) { return is(answer.error_code); }

bool says_so(const protocol::CreateTopicsResponse& answer) { return one_says_so(answer.topics); }
bool says_so(const protocol::DeleteTopicsResponse& answer) { return one_says_so(answer.responses); }
bool says_so(const protocol::CreatePartitionsResponse& answer) { return one_says_so(answer.results); }
bool says_so(const protocol::CreateAclsResponse& answer) { return one_says_so(answer.results); }
bool says_so(const protocol::DeleteAclsResponse& answer) { return one_says_so(answer.filter_results); }
bool says_so(const protocol::AlterConfigsResponse& answer) { return one_says_so(answer.responses); }
bool says_so(const protocol::IncrementalAlterConfigsResponse& answer) {
  return one_says_so(answer.responses);
}
bool says_so(const protocol::AlterClientQuotasResponse& answer) { return one_says_so(answer.entries); }
bool says_so(const protocol::AlterUserScramCredentialsResponse& answer) {
  return one_says_so(answer.results);
}
bool says_so(const protocol::UpdateFeaturesResponse& answer) {
  return is(answer.error_code) || one_says_so(answer.results);
}
// Of a partition: the leader's epoch that the controller was told is one that it does not know yet.
bool says_so(const protocol::AlterPartitionResponse& answer) {
  return is(answer.error_code) ||
         std::ranges::any_of(answer.topics, [](const auto& topic) { return one_says_so(topic.partitions); });
}
bool says_so(const protocol::AlterPartitionReassignmentsResponse& answer) {
  return is(answer.error_code) || std::ranges::any_of(answer.responses, [](const auto& topic) {
           return one_says_so(topic.partitions);
         });
}
bool says_so(const protocol::ElectLeadersResponse& answer) {
  return is(answer.error_code) || std::ranges::any_of(answer.replica_election_results, [](const auto& topic) {
           return one_says_so(topic.partition_result);
         });
}
// The quorum's leader is the active controller; it is Raft that answers here, in its own word.
bool says_so(const protocol::DescribeQuorumResponse& answer) {
  const auto is_follower = [](const auto& item) {
    return item.error_code == protocol::wire_value(ErrorCode::kNotLeaderOrFollower);
  };
  return is_follower(answer) || std::ranges::any_of(answer.topics, [&](const auto& topic) {
           return std::ranges::any_of(topic.partitions, is_follower);
         });
}

template <class Answer>
bool read_and_ask(int16_t version, ByteView body) {
  if (version < Answer::kVersionMin || version > Answer::kVersionMax) return false;
  protocol::Reader reader(body);
  Answer answer;
  answer.read(reader, version);
  return reader.ok() && says_so(answer);
}

struct Row {
  int16_t key;
  bool (*says)(int16_t version, ByteView body);
};
template <class Answer>
constexpr Row row() {
  return {Answer::kKey, &read_and_ask<Answer>};
}

constexpr Row kRows[] = {
    row<protocol::CreateTopicsResponse>(),
    row<protocol::DeleteTopicsResponse>(),
    row<protocol::CreateAclsResponse>(),
    row<protocol::DeleteAclsResponse>(),
    row<protocol::AlterConfigsResponse>(),
    row<protocol::CreatePartitionsResponse>(),
    row<protocol::CreateDelegationTokenResponse>(),
    row<protocol::RenewDelegationTokenResponse>(),
    row<protocol::ExpireDelegationTokenResponse>(),
    row<protocol::ElectLeadersResponse>(),
    row<protocol::IncrementalAlterConfigsResponse>(),
    row<protocol::AlterPartitionReassignmentsResponse>(),
    row<protocol::ListPartitionReassignmentsResponse>(),
    row<protocol::AlterClientQuotasResponse>(),
    row<protocol::AlterUserScramCredentialsResponse>(),
    row<protocol::DescribeQuorumResponse>(),
    row<protocol::AlterPartitionResponse>(),
    row<protocol::UpdateFeaturesResponse>(),
    row<protocol::EnvelopeResponse>(),
    row<protocol::BrokerRegistrationResponse>(),
    row<protocol::BrokerHeartbeatResponse>(),
    row<protocol::UnregisterBrokerResponse>(),
    row<protocol::AllocateProducerIdsResponse>(),
    row<protocol::ControllerRegistrationResponse>(),
    row<protocol::AssignReplicasToDirsResponse>(),
    row<protocol::AddRaftVoterResponse>(),
    row<protocol::RemoveRaftVoterResponse>(),
};

}  // namespace

bool says_not_controller(int16_t key, int16_t version, ByteView body) {
  const Row* found = std::ranges::find(kRows, key, &Row::key);
  return found != std::end(kRows) && found->says(version, body);
}

}  // namespace klamm::broker
