#include "tests/testing.h"

#include "tests/broker/authorization_cells.h"

#include <iterator>
#include <utility>

#include "broker/metadata/configs_image.h"
#include "protocol/messages/allocate_producer_ids_request.h"
#include "protocol/messages/allocate_producer_ids_response.h"
#include "protocol/messages/alter_client_quotas_request.h"
#include "protocol/messages/alter_client_quotas_response.h"
#include "protocol/messages/alter_configs_request.h"
#include "protocol/messages/alter_configs_response.h"
#include "protocol/messages/alter_partition_reassignments_request.h"
#include "protocol/messages/alter_partition_reassignments_response.h"
#include "protocol/messages/alter_partition_request.h"
#include "protocol/messages/alter_partition_response.h"
#include "protocol/messages/alter_user_scram_credentials_request.h"
#include "protocol/messages/alter_user_scram_credentials_response.h"
#include "protocol/messages/api_versions_request.h"
#include "protocol/messages/api_versions_response.h"
#include "protocol/messages/assign_replicas_to_dirs_request.h"
#include "protocol/messages/assign_replicas_to_dirs_response.h"
#include "protocol/messages/begin_quorum_epoch_request.h"
#include "protocol/messages/begin_quorum_epoch_response.h"
#include "protocol/messages/broker_heartbeat_request.h"
#include "protocol/messages/broker_heartbeat_response.h"
#include "protocol/messages/broker_registration_request.h"
#include "protocol/messages/broker_registration_response.h"
#include "protocol/messages/controller_registration_request.h"
#include "protocol/messages/controller_registration_response.h"
#include "protocol/messages/create_acls_request.h"
#include "protocol/messages/create_acls_response.h"
#include "protocol/messages/create_partitions_request.h"
#include "protocol/messages/create_partitions_response.h"
#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"
#include "protocol/messages/delete_acls_request.h"
#include "protocol/messages/delete_acls_response.h"
#include "protocol/messages/delete_groups_request.h"
#include "protocol/messages/delete_groups_response.h"
#include "protocol/messages/delete_records_request.h"
#include "protocol/messages/delete_records_response.h"
#include "protocol/messages/delete_topics_request.h"
#include "protocol/messages/delete_topics_response.h"
#include "protocol/messages/describe_acls_request.h"
#include "protocol/messages/describe_acls_response.h"
#include "protocol/messages/describe_client_quotas_request.h"
#include "protocol/messages/describe_client_quotas_response.h"
#include "protocol/messages/describe_cluster_request.h"
#include "protocol/messages/describe_cluster_response.h"
#include "protocol/messages/describe_configs_request.h"
#include "protocol/messages/describe_configs_response.h"
#include "protocol/messages/describe_groups_request.h"
#include "protocol/messages/describe_groups_response.h"
#include "protocol/messages/describe_log_dirs_request.h"
#include "protocol/messages/describe_log_dirs_response.h"
#include "protocol/messages/describe_producers_request.h"
#include "protocol/messages/describe_producers_response.h"
#include "protocol/messages/describe_quorum_request.h"
#include "protocol/messages/describe_quorum_response.h"
#include "protocol/messages/describe_topic_partitions_request.h"
#include "protocol/messages/describe_topic_partitions_response.h"
#include "protocol/messages/describe_user_scram_credentials_request.h"
#include "protocol/messages/describe_user_scram_credentials_response.h"
#include "protocol/messages/elect_leaders_request.h"
#include "protocol/messages/elect_leaders_response.h"
#include "protocol/messages/end_quorum_epoch_request.h"
#include "protocol/messages/end_quorum_epoch_response.h"
#include "protocol/messages/envelope_request.h"
#include "protocol/messages/envelope_response.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/fetch_snapshot_request.h"
#include "protocol/messages/fetch_snapshot_response.h"
#include "protocol/messages/find_coordinator_request.h"
#include "protocol/messages/find_coordinator_response.h"
#include "protocol/messages/heartbeat_request.h"
#include "protocol/messages/heartbeat_response.h"
#include "protocol/messages/get_telemetry_subscriptions_request.h"
#include "protocol/messages/get_telemetry_subscriptions_response.h"
#include "protocol/messages/incremental_alter_configs_request.h"
#include "protocol/messages/incremental_alter_configs_response.h"
#include "protocol/messages/init_producer_id_request.h"
#include "protocol/messages/init_producer_id_response.h"
#include "protocol/messages/join_group_request.h"
#include "protocol/messages/join_group_response.h"
#include "protocol/messages/leave_group_request.h"
#include "protocol/messages/leave_group_response.h"
#include "protocol/messages/list_config_resources_request.h"
#include "protocol/messages/list_config_resources_response.h"
#include "protocol/messages/list_groups_request.h"
#include "protocol/messages/list_groups_response.h"
#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"
#include "protocol/messages/list_partition_reassignments_request.h"
#include "protocol/messages/list_partition_reassignments_response.h"
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/metadata_response.h"
#include "protocol/messages/offset_commit_request.h"
#include "protocol/messages/offset_commit_response.h"
#include "protocol/messages/offset_delete_request.h"
#include "protocol/messages/offset_delete_response.h"
#include "protocol/messages/offset_fetch_request.h"
#include "protocol/messages/offset_fetch_response.h"
#include "protocol/messages/offset_for_leader_epoch_request.h"
#include "protocol/messages/offset_for_leader_epoch_response.h"
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "protocol/messages/push_telemetry_request.h"
#include "protocol/messages/push_telemetry_response.h"
#include "protocol/messages/sasl_authenticate_request.h"
#include "protocol/messages/sasl_authenticate_response.h"
#include "protocol/messages/sasl_handshake_request.h"
#include "protocol/messages/sasl_handshake_response.h"
#include "protocol/messages/sync_group_request.h"
#include "protocol/messages/sync_group_response.h"
#include "protocol/messages/unregister_broker_request.h"
#include "protocol/messages/unregister_broker_response.h"
#include "protocol/messages/update_features_request.h"
#include "protocol/messages/update_features_response.h"
#include "protocol/messages/update_raft_voter_request.h"
#include "protocol/messages/update_raft_voter_response.h"
#include "protocol/messages/vote_request.h"
#include "protocol/messages/vote_response.h"
#include "tests/storage/test_batches.h"

namespace klamm::broker::testing {
namespace {

using namespace klamm::protocol;
using Op = security::AclOperation;
using Res = security::ResourceType;

constexpr auto kBroker = ListenerKind::kBroker;
constexpr auto kController = ListenerKind::kController;
constexpr auto kBoth = ListenerKind::kBoth;
constexpr auto kTopicRefused = ErrorCode::kTopicAuthorizationFailed;
constexpr auto kGroupRefused = ErrorCode::kGroupAuthorizationFailed;
constexpr auto kClusterRefused = ErrorCode::kClusterAuthorizationFailed;
constexpr auto kTransactionRefused = ErrorCode::kTransactionalIdAuthorizationFailed;

using Enough = std::vector<std::vector<Granted>>;

ErrorCode code_of(int16_t code) { return static_cast<ErrorCode>(code); }

// `fill(request)` makes the request, `code(response)` finds what is said of it.
template <class Asked, class Answered, class Fill, class Code>
Cell cell(std::string_view name, ListenerKind on, ErrorCode refusal, Enough enough, Fill fill, Code code,
          int16_t version = Asked::kVersionMax) {
  Cell made{name, Asked::kKey, version, on, refusal, std::move(enough), {}, {}};
  made.body = [fill](int16_t wire_version) {
    Asked request;
    fill(request);
    Bytes bytes;
    Writer writer(bytes);
    request.write(writer, wire_version);
    return bytes;
  };
  made.outcome = [code](Reader& reader, int16_t wire_version) {
    Answered response;
    response.read(reader, wire_version);
    REQUIRE(reader.ok());
    return static_cast<ErrorCode>(code(response));
  };
  return made;
}

int16_t topmost(const auto& response) { return response.error_code; }
// What needs no permission, and is answered so on a connection without SASL.
int16_t out_of_turn(const auto& response) {
  const bool is_expected = response.error_code == protocol::wire_value(ErrorCode::kIllegalSaslState);
  return protocol::wire_value(is_expected ? ErrorCode::kNone : ErrorCode::kUnknownServerError);
}
int16_t first_partition(const auto& response) { return response.topics.at(0).partitions.at(0).error_code; }
void name_t0(auto& topics) {
  auto& topic = topics.emplace_back();
  topic.name = "t";
  topic.partitions.emplace_back();
}

std::vector<Cell> data_cells() {
  const auto produce = [](bool transactional) {
    return [transactional](ProduceRequest& request) {
      static const Bytes kPlain = storage::TestBatch().bytes();
      static const Bytes kInTransaction = storage::TestBatch().producer(7, 0, 0).transactional().bytes();
      if (transactional) request.transactional_id = "x";
      request.acks = 1;
      auto& topic = request.topic_data.emplace_back();
      topic.name = "t";
      topic.partition_data.emplace_back().records = Records{transactional ? kInTransaction : kPlain, {}};
    };
  };
  const auto produced = [](const ProduceResponse& response) {
    return response.responses.at(0).partition_responses.at(0).error_code;
  };
  const auto fetch = [](int32_t replica) {
    return [replica](FetchRequest& request) {
      request.replica_id = replica;
      request.session_epoch = -1;
      auto& topic = request.topics.emplace_back();
      topic.topic = "t";
      topic.partitions.emplace_back();
    };
  };
  const auto fetched = [](const FetchResponse& response) {
    return response.responses.at(0).partitions.at(0).error_code;
  };
  return {
      cell<ProduceRequest, ProduceResponse>("produce", kBroker, kTopicRefused, {{{Op::kWrite, Res::kTopic}}},
                                            produce(false), produced, 12),
      cell<ProduceRequest, ProduceResponse>(
          "produce in a transaction", kBroker, kTransactionRefused,
          {{{Op::kWrite, Res::kTransactionalId}, {Op::kWrite, Res::kTopic}}}, produce(true), produced, 12),
      cell<FetchRequest, FetchResponse>("fetch", kBroker, kTopicRefused, {{{Op::kRead, Res::kTopic}}},
                                        fetch(-1), fetched, 12),
      cell<FetchRequest, FetchResponse>("fetch of a replica", kBroker, kTopicRefused,
                                        {{{Op::kClusterAction, Res::kCluster}}}, fetch(1), fetched, 12),
      cell<ListOffsetsRequest, ListOffsetsResponse>(
          "list offsets", kBroker, kTopicRefused, {{{Op::kDescribe, Res::kTopic}}},
          [](ListOffsetsRequest& request) {
            name_t0(request.topics);
            request.replica_id = -1;
            request.topics[0].partitions[0].timestamp = -1;
          },
          [](const auto& response) { return first_partition(response); }),
      cell<DeleteRecordsRequest, DeleteRecordsResponse>(
          "delete records", kBroker, kTopicRefused, {{{Op::kDelete, Res::kTopic}}},
          [](DeleteRecordsRequest& request) { name_t0(request.topics); },
          [](const auto& response) { return first_partition(response); }),
      cell<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(
          "offset for leader epoch", kBroker, kTopicRefused,
          {{{Op::kClusterAction, Res::kCluster}}, {{Op::kDescribe, Res::kTopic}}},
          [](OffsetForLeaderEpochRequest& request) {
            auto& topic = request.topics.emplace_back();
            topic.topic = "t";
            topic.partitions.emplace_back();
          },
          [](const auto& response) { return first_partition(response); }),
      cell<DescribeProducersRequest, DescribeProducersResponse>(
          "describe producers", kBroker, kTopicRefused, {{{Op::kRead, Res::kTopic}}},
          [](DescribeProducersRequest& request) {
            auto& topic = request.topics.emplace_back();
            topic.name = "t";
            topic.partition_indexes = {0};
          },
          [](const auto& response) { return first_partition(response); }),
  };
}

std::vector<Cell> producer_cells() {
  return {
      cell<InitProducerIdRequest, InitProducerIdResponse>(
          "init producer id", kBroker, kClusterRefused,
          {{{Op::kIdempotentWrite, Res::kCluster}}, {{Op::kWrite, Res::kTopic}}},
          [](InitProducerIdRequest& request) {
            request.transactional_id.reset();
            request.producer_epoch = -1;
          },
          [](const auto& response) { return topmost(response); }),
      cell<InitProducerIdRequest, InitProducerIdResponse>(
          "init producer id of a transaction", kBroker, kTransactionRefused,
          {{{Op::kWrite, Res::kTransactionalId}}},
          [](InitProducerIdRequest& request) {
            request.transactional_id = "x";
            request.producer_epoch = -1;
          },
          [](const auto& response) { return topmost(response); }),
      cell<DescribeLogDirsRequest, DescribeLogDirsResponse>(
          "describe log dirs", kBroker, kClusterRefused, {{{Op::kDescribe, Res::kCluster}}},
          [](DescribeLogDirsRequest& request) { request.topics.reset(); },
          [](const auto& response) { return topmost(response); }),
  };
}

std::vector<Cell> metadata_cells() {
  const auto metadata = [](std::string_view name, bool creates) {
    return [name, creates](MetadataRequest& request) {
      request.allow_auto_topic_creation = creates;
      request.topics.emplace();
      request.topics->emplace_back().name = name;
    };
  };
  const auto told = [](const MetadataResponse& response) { return response.topics.at(0).error_code; };
  return {
      cell<MetadataRequest, MetadataResponse>("metadata", kBroker, kTopicRefused,
                                              {{{Op::kDescribe, Res::kTopic}}}, metadata("t", false), told),
      cell<MetadataRequest, MetadataResponse>("metadata of a topic to be created", kBroker, kTopicRefused,
                                              {{{Op::kDescribe, Res::kTopic}, {Op::kCreate, Res::kCluster}},
                                               {{Op::kDescribe, Res::kTopic}, {Op::kCreate, Res::kTopic}}},
                                              metadata("new", true), told),
      cell<MetadataRequest, MetadataResponse>(
          "metadata of all topics", kBroker, kTopicRefused, {{{Op::kDescribe, Res::kTopic}}},
          [](MetadataRequest& request) { request.topics.reset(); },
          [](const MetadataResponse& response) {
            return response.topics.empty() ? kTopicRefused : ErrorCode::kNone;
          }),
      cell<MetadataRequest, MetadataResponse>(
          "operations of the cluster by metadata", kBroker, kClusterRefused,
          {{{Op::kDescribe, Res::kCluster}}},
          [](MetadataRequest& request) {
            request.topics.emplace();
            request.include_cluster_authorized_operations = true;
          },
          [](const MetadataResponse& response) {
            return response.cluster_authorized_operations == 0 ? kClusterRefused : ErrorCode::kNone;
          },
          10),
      cell<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>(
          "describe topic partitions", kBroker, kTopicRefused, {{{Op::kDescribe, Res::kTopic}}},
          [](DescribeTopicPartitionsRequest& request) { request.topics.emplace_back().name = "t"; },
          [](const auto& response) { return response.topics.at(0).error_code; }),
  };
}

std::vector<Cell> cluster_cells() {
  return {
      cell<SaslHandshakeRequest, SaslHandshakeResponse>(
          "a handshake out of its turn", kBoth, ErrorCode::kNone, {}, [](SaslHandshakeRequest&) {},
          [](const auto& response) { return out_of_turn(response); }),
      cell<SaslAuthenticateRequest, SaslAuthenticateResponse>(
          "a login out of its turn", kBoth, ErrorCode::kNone, {}, [](SaslAuthenticateRequest&) {},
          [](const auto& response) { return out_of_turn(response); }),
      cell<GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse>(
          "get telemetry subscriptions", kBroker, ErrorCode::kNone, {},
          [](GetTelemetrySubscriptionsRequest&) {}, [](const auto& response) { return topmost(response); }),
      cell<PushTelemetryRequest, PushTelemetryResponse>(
          "push telemetry", kBroker, ErrorCode::kNone, {},
          [](PushTelemetryRequest& request) { request.client_instance_id = Uuid::of(7, 7); },
          // It has no subscription of that number.
          [](const auto& response) {
            const bool is_heard = response.error_code == wire_value(ErrorCode::kUnknownSubscriptionId) ||
                                  response.error_code == wire_value(ErrorCode::kThrottlingQuotaExceeded);
            return wire_value(is_heard ? ErrorCode::kNone : ErrorCode::kUnknownServerError);
          }),
      cell<ApiVersionsRequest, ApiVersionsResponse>(
          "api versions", kBoth, ErrorCode::kNone, {},
          [](ApiVersionsRequest& request) {
            request.client_software_name = "test";
            request.client_software_version = "1";
          },
          [](const auto& response) { return topmost(response); }),
      cell<DescribeClusterRequest, DescribeClusterResponse>(
          "describe cluster", kBroker, ErrorCode::kNone, {},
          [](DescribeClusterRequest& request) { request.endpoint_type = 1; },
          [](const auto& response) { return topmost(response); }),
      cell<DescribeClusterRequest, DescribeClusterResponse>(
          "operations of the cluster", kBroker, kClusterRefused, {{{Op::kDescribe, Res::kCluster}}},
          [](DescribeClusterRequest& request) {
            request.endpoint_type = 1;
            request.include_cluster_authorized_operations = true;
          },
          [](const DescribeClusterResponse& response) {
            return response.cluster_authorized_operations == 0 ? kClusterRefused : ErrorCode::kNone;
          }),
      cell<DescribeClusterRequest, DescribeClusterResponse>(
          "describe cluster of controllers", kController, kClusterRefused, {{{Op::kAlter, Res::kCluster}}},
          [](DescribeClusterRequest& request) { request.endpoint_type = 2; },
          [](const auto& response) { return topmost(response); }),
      cell<DescribeQuorumRequest, DescribeQuorumResponse>(
          "describe quorum", kBoth, kClusterRefused, {{{Op::kDescribe, Res::kCluster}}},
          [](DescribeQuorumRequest& request) {
            auto& topic = request.topics.emplace_back();
            topic.topic_name = "__cluster_metadata";
            topic.partitions.emplace_back();
          },
          [](const auto& response) { return topmost(response); }),
  };
}

// What nodes ask each other. Who may act for the cluster is told first, what is wrong with the rest after it.
template <class Asked, class Answered>
Cell node_cell(std::string_view name) {
  return cell<Asked, Answered>(
      name, kController, kClusterRefused, {{{Op::kClusterAction, Res::kCluster}}}, [](Asked&) {},
      [](const auto& response) { return topmost(response); });
}

std::vector<Cell> node_cells() {
  return {
      node_cell<VoteRequest, VoteResponse>("vote"),
      node_cell<BeginQuorumEpochRequest, BeginQuorumEpochResponse>("begin quorum epoch"),
      node_cell<EndQuorumEpochRequest, EndQuorumEpochResponse>("end quorum epoch"),
      node_cell<FetchRequest, FetchResponse>("fetch of the quorum"),
      node_cell<FetchSnapshotRequest, FetchSnapshotResponse>("fetch snapshot"),
      node_cell<AlterPartitionRequest, AlterPartitionResponse>("alter partition"),
      node_cell<EnvelopeRequest, EnvelopeResponse>("envelope"),
      node_cell<BrokerRegistrationRequest, BrokerRegistrationResponse>("broker registration"),
      node_cell<BrokerHeartbeatRequest, BrokerHeartbeatResponse>("broker heartbeat"),
      node_cell<AllocateProducerIdsRequest, AllocateProducerIdsResponse>("allocate producer ids"),
      node_cell<ControllerRegistrationRequest, ControllerRegistrationResponse>("controller registration"),
      node_cell<AssignReplicasToDirsRequest, AssignReplicasToDirsResponse>("assign replicas to dirs"),
      node_cell<UpdateRaftVoterRequest, UpdateRaftVoterResponse>("update raft voter"),
      cell<ElectLeadersRequest, ElectLeadersResponse>(
          "elect leaders", kBoth, kClusterRefused, {{{Op::kAlter, Res::kCluster}}},
          [](ElectLeadersRequest& request) { request.topic_partitions.emplace(); },
          [](const auto& response) { return topmost(response); }),
      cell<UnregisterBrokerRequest, UnregisterBrokerResponse>(
          "unregister a broker", kBoth, kClusterRefused, {{{Op::kAlter, Res::kCluster}}},
          [](UnregisterBrokerRequest& request) { request.broker_id = 99; },
          [](const auto& response) { return topmost(response); }),
      cell<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(
          "alter partition reassignments", kBoth, kClusterRefused, {{{Op::kAlter, Res::kCluster}}},
          [](AlterPartitionReassignmentsRequest& request) { name_t0(request.topics); },
          [](const auto& response) { return topmost(response); }),
      cell<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>(
          "list partition reassignments", kBoth, kClusterRefused, {{{Op::kDescribe, Res::kCluster}}},
          [](ListPartitionReassignmentsRequest& request) { request.topics.reset(); },
          [](const auto& response) { return topmost(response); }),
      cell<UpdateFeaturesRequest, UpdateFeaturesResponse>(
          "update features", kBoth, kClusterRefused, {{{Op::kAlter, Res::kCluster}}},
          [](UpdateFeaturesRequest& request) { request.validate_only = true; },
          [](const auto& response) { return topmost(response); }),
  };
}

std::vector<Cell> security_cells() {
  const auto top = [](const auto& response) { return topmost(response); };
  const auto first_result = [](const auto& response) { return response.results.at(0).error_code; };
  const Enough describes = {{{Op::kDescribe, Res::kCluster}}};
  const Enough alters = {{{Op::kAlter, Res::kCluster}}};
  // Filters of everything there is.
  const auto all = [](auto& filter) {
    filter.resource_type_filter = filter.pattern_type_filter = filter.operation = filter.permission_type = 1;
    filter.resource_name_filter.reset();
    filter.principal_filter.reset();
    filter.host_filter.reset();
  };
  return {
      cell<DescribeAclsRequest, DescribeAclsResponse>("describe acls", kBoth, kClusterRefused, describes, all,
                                                      top),
      cell<CreateAclsRequest, CreateAclsResponse>(
          "create acls", kBoth, kClusterRefused, alters,
          [](CreateAclsRequest& request) {
            request.creations.push_back({.resource_type = 2,
                                         .resource_name = "t",
                                         .principal = "User:alice",
                                         .host = "*",
                                         .operation = 3,
                                         .permission_type = 3});
          },
          first_result),
      cell<DeleteAclsRequest, DeleteAclsResponse>(
          "delete acls", kBoth, kClusterRefused, alters,
          [all](DeleteAclsRequest& request) { all(request.filters.emplace_back()); },
          [](const auto& response) { return response.filter_results.at(0).error_code; }),
      cell<DescribeClientQuotasRequest, DescribeClientQuotasResponse>(
          "describe client quotas", kBroker, kClusterRefused, {{{Op::kDescribeConfigs, Res::kCluster}}},
          [](DescribeClientQuotasRequest&) {}, top),
      cell<AlterClientQuotasRequest, AlterClientQuotasResponse>(
          "alter client quotas", kBoth, kClusterRefused, {{{Op::kAlterConfigs, Res::kCluster}}},
          [](AlterClientQuotasRequest& request) {
            auto& entry = request.entries.emplace_back();
            entry.entity.push_back({"user", "alice"});
            entry.ops.push_back({"producer_byte_rate", 1000, false});
          },
          [](const auto& response) { return response.entries.at(0).error_code; }),
      cell<DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse>(
          "describe scram credentials", kBroker, kClusterRefused, describes,
          [](DescribeUserScramCredentialsRequest& request) { request.users.reset(); }, top),
      cell<AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse>(
          "alter scram credentials", kBoth, kClusterRefused, alters,
          [](AlterUserScramCredentialsRequest& request) {
            request.deletions = {{"nobody", 2}};
          },
          first_result),
  };
}

std::vector<Cell> group_cells() {
  const auto grouped = [](auto& request) { request.group_id = "g"; };
  const auto top = [](const auto& response) { return topmost(response); };
  const Enough reads = {{{Op::kRead, Res::kGroup}}};
  return {
      cell<JoinGroupRequest, JoinGroupResponse>(
          "join group", kBroker, kGroupRefused, reads,
          [](JoinGroupRequest& request) {
            request.group_id = "g";
            request.session_timeout_ms = 10'000;
            request.protocol_type = "consumer";
            request.protocols.emplace_back().name = "range";
          },
          top),
      cell<SyncGroupRequest, SyncGroupResponse>(
          "sync group", kBroker, kGroupRefused, reads,
          [](SyncGroupRequest& request) {
            request.group_id = "g";
            request.protocol_type = "consumer";
            request.protocol_name = "range";
          },
          top),
      cell<HeartbeatRequest, HeartbeatResponse>("heartbeat", kBroker, kGroupRefused, reads, grouped, top),
      cell<LeaveGroupRequest, LeaveGroupResponse>("leave group", kBroker, kGroupRefused, reads, grouped, top),
      cell<DescribeGroupsRequest, DescribeGroupsResponse>(
          "describe groups", kBroker, kGroupRefused, {{{Op::kDescribe, Res::kGroup}}},
          [](DescribeGroupsRequest& request) { request.groups = {"g"}; },
          [](const auto& response) { return response.groups.at(0).error_code; }),
      cell<ListGroupsRequest, ListGroupsResponse>(
          "list groups", kBroker, kGroupRefused,
          {{{Op::kDescribe, Res::kCluster}}, {{Op::kDescribe, Res::kGroup}}}, [](ListGroupsRequest&) {},
          [](const ListGroupsResponse& response) {
            return response.groups.empty() ? kGroupRefused : ErrorCode::kNone;
          }),
      // Of a group that is not there, since the others are to find theirs.
      cell<DeleteGroupsRequest, DeleteGroupsResponse>(
          "delete groups", kBroker, kGroupRefused, {{{Op::kDelete, Res::kGroup}}},
          [](DeleteGroupsRequest& request) { request.groups_names = {"other"}; },
          [](const auto& response) { return response.results.at(0).error_code; }),
  };
}

std::vector<Cell> coordinator_cells() {
  const auto find = [](int8_t type, std::string_view key) {
    return [type, key](FindCoordinatorRequest& request) {
      request.key_type = type;
      request.coordinator_keys = {key};
    };
  };
  const auto found = [](const auto& response) { return response.coordinators.at(0).error_code; };
  const Enough acts = {{{Op::kClusterAction, Res::kCluster}}};
  return {
      cell<FindCoordinatorRequest, FindCoordinatorResponse>("find the coordinator of a group", kBroker,
                                                            kGroupRefused, {{{Op::kDescribe, Res::kGroup}}},
                                                            find(0, "g"), found),
      cell<FindCoordinatorRequest, FindCoordinatorResponse>(
          "find the coordinator of a transaction", kBroker, kTransactionRefused,
          {{{Op::kDescribe, Res::kTransactionalId}}}, find(1, "x"), found),
      cell<FindCoordinatorRequest, FindCoordinatorResponse>("find the coordinator of a share group", kBroker,
                                                            kClusterRefused, acts,
                                                            find(2, "g:AAAAAAAAAAEAAAAAAAAAAQ:0"), found),
  };
}

std::vector<Cell> offset_cells() {
  return {
      cell<OffsetCommitRequest, OffsetCommitResponse>(
          "offset commit", kBroker, kGroupRefused, {{{Op::kRead, Res::kGroup}, {Op::kRead, Res::kTopic}}},
          [](OffsetCommitRequest& request) {
            request.group_id = "g";
            request.generation_id_or_member_epoch = -1;
            name_t0(request.topics);
            request.topics[0].partitions[0].committed_offset = 1;
          },
          [](const auto& response) { return first_partition(response); }, 9),
      cell<OffsetFetchRequest, OffsetFetchResponse>(
          "offset fetch", kBroker, kGroupRefused,
          {{{Op::kDescribe, Res::kGroup}, {Op::kDescribe, Res::kTopic}}},
          [](OffsetFetchRequest& request) {
            auto& group = request.groups.emplace_back();
            group.group_id = "g";
            group.topics.emplace();
            auto& topic = group.topics->emplace_back();
            topic.name = "t";
            topic.partition_indexes = {0};
          },
          [](const OffsetFetchResponse& response) {
            const auto& group = response.groups.at(0);
            return group.error_code != 0 ? group.error_code : first_partition(group);
          },
          9),
      cell<OffsetFetchRequest, OffsetFetchResponse>(
          "offset fetch of all topics", kBroker, kGroupRefused,
          {{{Op::kDescribe, Res::kGroup}, {Op::kDescribe, Res::kTopic}}},
          [](OffsetFetchRequest& request) {
            auto& group = request.groups.emplace_back();
            group.group_id = "g";
            group.topics.reset();
          },
          [](const OffsetFetchResponse& response) {
            const auto& group = response.groups.at(0);
            if (group.error_code != 0) return code_of(group.error_code);
            return group.topics.empty() ? kTopicRefused : ErrorCode::kNone;
          },
          9),
      // Of a partition that the group has nothing of.
      cell<OffsetDeleteRequest, OffsetDeleteResponse>(
          "offset delete", kBroker, kGroupRefused, {{{Op::kDelete, Res::kGroup}, {Op::kRead, Res::kTopic}}},
          [](OffsetDeleteRequest& request) {
            request.group_id = "g";
            auto& topic = request.topics.emplace_back();
            topic.name = "u";
            topic.partitions.emplace_back();
          },
          [](const OffsetDeleteResponse& response) {
            return response.error_code != 0 ? response.error_code : first_partition(response);
          }),
  };
}

std::vector<Cell> topic_cells() {
  const auto create = [](CreateTopicsRequest& request) {
    request.validate_only = true;
    auto& topic = request.topics.emplace_back();
    topic.name = "made";
    topic.num_partitions = 1;
    topic.replication_factor = 1;
  };
  const auto remove = [](DeleteTopicsRequest& request) { request.topics.emplace_back().name = "none"; };
  return {
      cell<CreateTopicsRequest, CreateTopicsResponse>(
          "create topics", kBoth, kTopicRefused,
          {{{Op::kCreate, Res::kCluster}}, {{Op::kCreate, Res::kTopic}}}, create,
          [](const auto& response) { return response.topics.at(0).error_code; }),
      cell<CreateTopicsRequest, CreateTopicsResponse>(
          "create topics and be told of them", kBoth, kTopicRefused,
          {{{Op::kCreate, Res::kCluster}, {Op::kDescribeConfigs, Res::kTopic}},
           {{Op::kCreate, Res::kTopic}, {Op::kDescribeConfigs, Res::kTopic}}},
          create,
          [](const CreateTopicsResponse& response) {
            const auto& topic = response.topics.at(0);
            return topic.error_code != 0 ? topic.error_code : topic.topic_config_error_code;
          }),
      cell<DeleteTopicsRequest, DeleteTopicsResponse>(
          "delete topics", kBoth, kTopicRefused,
          {{{Op::kDelete, Res::kCluster}}, {{Op::kDelete, Res::kTopic}}, {{Op::kDescribe, Res::kTopic}}},
          remove, [](const auto& response) { return response.responses.at(0).error_code; }),
      cell<CreatePartitionsRequest, CreatePartitionsResponse>(
          "create partitions", kBoth, kTopicRefused, {{{Op::kAlter, Res::kTopic}}},
          [](CreatePartitionsRequest& request) {
            auto& topic = request.topics.emplace_back();
            topic.name = "t";
            topic.count = 2;
            topic.assignments.reset();
          },
          [](const auto& response) { return response.results.at(0).error_code; }),
  };
}

struct Kind {
  ConfigResourceType type;
  std::string_view name;
  Res resource;
  ErrorCode refusal;
};
constexpr Kind kKinds[] = {
    {ConfigResourceType::kTopic, "t", Res::kTopic, kTopicRefused},
    {ConfigResourceType::kGroup, "g", Res::kGroup, kGroupRefused},
    {ConfigResourceType::kBroker, "", Res::kCluster, kClusterRefused},
    {ConfigResourceType::kClientMetrics, "m", Res::kCluster, kClusterRefused},
};
constexpr Kind kLoggers = {ConfigResourceType::kBrokerLogger, "1", Res::kCluster, kClusterRefused};

Cell describe_configs_cell(const Kind& kind) {
  return cell<DescribeConfigsRequest, DescribeConfigsResponse>(
      "describe configs", kBoth, kind.refusal, {{{Op::kDescribeConfigs, kind.resource}}},
      [kind](DescribeConfigsRequest& request) {
        request.resources = {{static_cast<int8_t>(kind.type), kind.name, {}}};
      },
      [](const auto& response) { return response.results.at(0).error_code; });
}

template <class Asked, class Answered>
Cell alter_configs_cell(const Kind& kind, ListenerKind on, Op operation = Op::kAlterConfigs) {
  return cell<Asked, Answered>(
      "alter configs", on, kind.refusal, {{{operation, kind.resource}}},
      [kind](Asked& request) {
        request.validate_only = true;
        auto& resource = request.resources.emplace_back();
        resource.resource_type = static_cast<int8_t>(kind.type);
        resource.resource_name = kind.name;
      },
      [](const auto& response) { return response.responses.at(0).error_code; });
}

std::vector<Cell> config_cells() {
  using Replace = AlterConfigsRequest;
  using Replaced = AlterConfigsResponse;
  using Alter = IncrementalAlterConfigsRequest;
  using Altered = IncrementalAlterConfigsResponse;
  std::vector<Cell> cells;
  for (const Kind& kind : kKinds) {
    cells.push_back(describe_configs_cell(kind));
    cells.push_back(alter_configs_cell<Replace, Replaced>(kind, kBoth));
    cells.push_back(alter_configs_cell<Alter, Altered>(kind, kBoth));
  }
  cells.push_back(describe_configs_cell(kLoggers));
  cells.push_back(alter_configs_cell<Alter, Altered>(kLoggers, kBroker));
  cells.push_back(alter_configs_cell<Alter, Altered>(kLoggers, kController, Op::kClusterAction));
  cells.push_back(cell<ListConfigResourcesRequest, ListConfigResourcesResponse>(
      "list config resources", kBroker, kClusterRefused, {{{Op::kDescribeConfigs, Res::kCluster}}},
      [](ListConfigResourcesRequest&) {}, [](const auto& response) { return topmost(response); }));
  return cells;
}

}  // namespace

std::vector<Cell> authorization_cells() {
  std::vector<Cell> all;
  for (auto part : {data_cells, producer_cells, metadata_cells, cluster_cells, node_cells, security_cells,
                    group_cells, coordinator_cells, offset_cells, topic_cells, config_cells}) {
    std::vector<Cell> cells = part();
    std::move(cells.begin(), cells.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace klamm::broker::testing
