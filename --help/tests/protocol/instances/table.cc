// Generated from protocol/schema; not to be edited. In the order of protocol/catalog.h.
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {

void write_random_produce_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_produce_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_fetch_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_fetch_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_list_offsets_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_list_offsets_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_metadata_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_metadata_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_offset_commit_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_offset_commit_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_offset_fetch_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_offset_fetch_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_find_coordinator_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_find_coordinator_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_join_group_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_join_group_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_heartbeat_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_heartbeat_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_leave_group_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_leave_group_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_sync_group_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_sync_group_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_groups_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_groups_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_list_groups_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_list_groups_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_sasl_handshake_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_sasl_handshake_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_api_versions_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_api_versions_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_create_topics_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_create_topics_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_delete_topics_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_delete_topics_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_delete_records_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_delete_records_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_init_producer_id_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_init_producer_id_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_offset_for_leader_epoch_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_offset_for_leader_epoch_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_add_partitions_to_txn_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_add_partitions_to_txn_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_add_offsets_to_txn_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_add_offsets_to_txn_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_end_txn_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_end_txn_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_write_txn_markers_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_write_txn_markers_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_txn_offset_commit_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_txn_offset_commit_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_acls_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_acls_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_create_acls_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_create_acls_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_delete_acls_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_delete_acls_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_configs_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_configs_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_alter_configs_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_alter_configs_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_alter_replica_log_dirs_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_alter_replica_log_dirs_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_log_dirs_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_log_dirs_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_sasl_authenticate_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_sasl_authenticate_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_create_partitions_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_create_partitions_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_create_delegation_token_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_create_delegation_token_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_renew_delegation_token_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_renew_delegation_token_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_expire_delegation_token_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_expire_delegation_token_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_delegation_token_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_delegation_token_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_delete_groups_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_delete_groups_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_elect_leaders_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_elect_leaders_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_incremental_alter_configs_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_incremental_alter_configs_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_alter_partition_reassignments_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_alter_partition_reassignments_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_list_partition_reassignments_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_list_partition_reassignments_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_offset_delete_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_offset_delete_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_client_quotas_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_client_quotas_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_alter_client_quotas_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_alter_client_quotas_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_user_scram_credentials_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_user_scram_credentials_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_alter_user_scram_credentials_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_alter_user_scram_credentials_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_vote_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_vote_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_begin_quorum_epoch_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_begin_quorum_epoch_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_end_quorum_epoch_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_end_quorum_epoch_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_quorum_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_quorum_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_alter_partition_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_alter_partition_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_update_features_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_update_features_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_envelope_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_envelope_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_fetch_snapshot_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_fetch_snapshot_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_cluster_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_cluster_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_producers_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_producers_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_broker_registration_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_broker_registration_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_broker_heartbeat_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_broker_heartbeat_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_unregister_broker_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_unregister_broker_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_transactions_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_transactions_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_list_transactions_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_list_transactions_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_allocate_producer_ids_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_allocate_producer_ids_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_heartbeat_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_heartbeat_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_describe_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_describe_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_controller_registration_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_controller_registration_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_get_telemetry_subscriptions_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_get_telemetry_subscriptions_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_push_telemetry_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_push_telemetry_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_assign_replicas_to_dirs_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_assign_replicas_to_dirs_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_list_config_resources_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_list_config_resources_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_topic_partitions_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_topic_partitions_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_group_heartbeat_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_group_heartbeat_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_group_describe_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_group_describe_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_fetch_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_fetch_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_acknowledge_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_acknowledge_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_add_raft_voter_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_add_raft_voter_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_remove_raft_voter_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_remove_raft_voter_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_update_raft_voter_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_update_raft_voter_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_initialize_share_group_state_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_initialize_share_group_state_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_read_share_group_state_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_read_share_group_state_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_write_share_group_state_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_write_share_group_state_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_delete_share_group_state_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_delete_share_group_state_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_read_share_group_state_summary_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_read_share_group_state_summary_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_streams_group_heartbeat_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_streams_group_heartbeat_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_streams_group_describe_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_streams_group_describe_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_share_group_offsets_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_describe_share_group_offsets_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_alter_share_group_offsets_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_alter_share_group_offsets_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_delete_share_group_offsets_request(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_delete_share_group_offsets_response(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_protocol_assignment(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_protocol_subscription(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_default_principal_data(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_end_txn_marker(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_leader_change_message(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_snapshot_header_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_snapshot_footer_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_kraft_version_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_voters_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_legacy_offset_commit_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_legacy_offset_commit_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_offset_commit_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_offset_commit_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_group_metadata_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_group_metadata_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_metadata_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_metadata_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_partition_metadata_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_partition_metadata_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_member_metadata_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_member_metadata_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_target_assignment_metadata_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_target_assignment_metadata_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_target_assignment_member_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_target_assignment_member_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_current_member_assignment_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_current_member_assignment_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_group_member_metadata_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_group_member_metadata_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_group_metadata_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_group_metadata_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_group_target_assignment_metadata_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_group_target_assignment_metadata_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_group_target_assignment_member_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_group_target_assignment_member_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_group_current_member_assignment_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_group_current_member_assignment_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_group_state_partition_metadata_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_group_state_partition_metadata_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_regular_expression_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_consumer_group_regular_expression_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_streams_group_metadata_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_streams_group_metadata_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_streams_group_member_metadata_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_streams_group_member_metadata_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_streams_group_target_assignment_metadata_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_streams_group_target_assignment_metadata_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_streams_group_target_assignment_member_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_streams_group_target_assignment_member_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_streams_group_current_member_assignment_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_streams_group_current_member_assignment_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_streams_group_topology_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_streams_group_topology_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_register_broker_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_unregister_broker_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_topic_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_partition_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_config_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_partition_change_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_fence_broker_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_unfence_broker_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_remove_topic_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_delegation_token_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_user_scram_credential_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_feature_level_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_client_quota_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_producer_ids_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_broker_registration_change_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_access_control_entry_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_remove_access_control_entry_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_no_op_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_zk_migration_state_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_remove_user_scram_credential_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_begin_transaction_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_end_transaction_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_abort_transaction_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_remove_delegation_token_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_register_controller_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_clear_elr_record(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_snapshot_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_snapshot_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_update_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_share_update_value(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_transaction_log_key(InstanceRandom& random, int16_t version, Bytes& out);
void write_random_transaction_log_value(InstanceRandom& random, int16_t version, Bytes& out);

namespace {
const WriteRandom kWriteRandom[] = {
  write_random_produce_request,
  write_random_produce_response,
  write_random_fetch_request,
  write_random_fetch_response,
  write_random_list_offsets_request,
  write_random_list_offsets_response,
  write_random_metadata_request,
  write_random_metadata_response,
  write_random_offset_commit_request,
  write_random_offset_commit_response,
  write_random_offset_fetch_request,
  write_random_offset_fetch_response,
  write_random_find_coordinator_request,
  write_random_find_coordinator_response,
  write_random_join_group_request,
  write_random_join_group_response,
  write_random_heartbeat_request,
  write_random_heartbeat_response,
  write_random_leave_group_request,
  write_random_leave_group_response,
  write_random_sync_group_request,
  write_random_sync_group_response,
  write_random_describe_groups_request,
  write_random_describe_groups_response,
  write_random_list_groups_request,
  write_random_list_groups_response,
  write_random_sasl_handshake_request,
  write_random_sasl_handshake_response,
  write_random_api_versions_request,
  write_random_api_versions_response,
  write_random_create_topics_request,
  write_random_create_topics_response,
  write_random_delete_topics_request,
  write_random_delete_topics_response,
  write_random_delete_records_request,
  write_random_delete_records_response,
  write_random_init_producer_id_request,
  write_random_init_producer_id_response,
  write_random_offset_for_leader_epoch_request,
  write_random_offset_for_leader_epoch_response,
  write_random_add_partitions_to_txn_request,
  write_random_add_partitions_to_txn_response,
  write_random_add_offsets_to_txn_request,
  write_random_add_offsets_to_txn_response,
  write_random_end_txn_request,
  write_random_end_txn_response,
  write_random_write_txn_markers_request,
  write_random_write_txn_markers_response,
  write_random_txn_offset_commit_request,
  write_random_txn_offset_commit_response,
  write_random_describe_acls_request,
  write_random_describe_acls_response,
  write_random_create_acls_request,
  write_random_create_acls_response,
  write_random_delete_acls_request,
  write_random_delete_acls_response,
  write_random_describe_configs_request,
  write_random_describe_configs_response,
  write_random_alter_configs_request,
  write_random_alter_configs_response,
  write_random_alter_replica_log_dirs_request,
  write_random_alter_replica_log_dirs_response,
  write_random_describe_log_dirs_request,
  write_random_describe_log_dirs_response,
  write_random_sasl_authenticate_request,
  write_random_sasl_authenticate_response,
  write_random_create_partitions_request,
  write_random_create_partitions_response,
  write_random_create_delegation_token_request,
  write_random_create_delegation_token_response,
  write_random_renew_delegation_token_request,
  write_random_renew_delegation_token_response,
  write_random_expire_delegation_token_request,
  write_random_expire_delegation_token_response,
  write_random_describe_delegation_token_request,
  write_random_describe_delegation_token_response,
  write_random_delete_groups_request,
  write_random_delete_groups_response,
  write_random_elect_leaders_request,
  write_random_elect_leaders_response,
  write_random_incremental_alter_configs_request,
  write_random_incremental_alter_configs_response,
  write_random_alter_partition_reassignments_request,
  write_random_alter_partition_reassignments_response,
  write_random_list_partition_reassignments_request,
  write_random_list_partition_reassignments_response,
  write_random_offset_delete_request,
  write_random_offset_delete_response,
  write_random_describe_client_quotas_request,
  write_random_describe_client_quotas_response,
  write_random_alter_client_quotas_request,
  write_random_alter_client_quotas_response,
  write_random_describe_user_scram_credentials_request,
  write_random_describe_user_scram_credentials_response,
  write_random_alter_user_scram_credentials_request,
  write_random_alter_user_scram_credentials_response,
  write_random_vote_request,
  write_random_vote_response,
  write_random_begin_quorum_epoch_request,
  write_random_begin_quorum_epoch_response,
  write_random_end_quorum_epoch_request,
  write_random_end_quorum_epoch_response,
  write_random_describe_quorum_request,
  write_random_describe_quorum_response,
  write_random_alter_partition_request,
  write_random_alter_partition_response,
  write_random_update_features_request,
  write_random_update_features_response,
  write_random_envelope_request,
  write_random_envelope_response,
  write_random_fetch_snapshot_request,
  write_random_fetch_snapshot_response,
  write_random_describe_cluster_request,
  write_random_describe_cluster_response,
  write_random_describe_producers_request,
  write_random_describe_producers_response,
  write_random_broker_registration_request,
  write_random_broker_registration_response,
  write_random_broker_heartbeat_request,
  write_random_broker_heartbeat_response,
  write_random_unregister_broker_request,
  write_random_unregister_broker_response,
  write_random_describe_transactions_request,
  write_random_describe_transactions_response,
  write_random_list_transactions_request,
  write_random_list_transactions_response,
  write_random_allocate_producer_ids_request,
  write_random_allocate_producer_ids_response,
  write_random_consumer_group_heartbeat_request,
  write_random_consumer_group_heartbeat_response,
  write_random_consumer_group_describe_request,
  write_random_consumer_group_describe_response,
  write_random_controller_registration_request,
  write_random_controller_registration_response,
  write_random_get_telemetry_subscriptions_request,
  write_random_get_telemetry_subscriptions_response,
  write_random_push_telemetry_request,
  write_random_push_telemetry_response,
  write_random_assign_replicas_to_dirs_request,
  write_random_assign_replicas_to_dirs_response,
  write_random_list_config_resources_request,
  write_random_list_config_resources_response,
  write_random_describe_topic_partitions_request,
  write_random_describe_topic_partitions_response,
  write_random_share_group_heartbeat_request,
  write_random_share_group_heartbeat_response,
  write_random_share_group_describe_request,
  write_random_share_group_describe_response,
  write_random_share_fetch_request,
  write_random_share_fetch_response,
  write_random_share_acknowledge_request,
  write_random_share_acknowledge_response,
  write_random_add_raft_voter_request,
  write_random_add_raft_voter_response,
  write_random_remove_raft_voter_request,
  write_random_remove_raft_voter_response,
  write_random_update_raft_voter_request,
  write_random_update_raft_voter_response,
  write_random_initialize_share_group_state_request,
  write_random_initialize_share_group_state_response,
  write_random_read_share_group_state_request,
  write_random_read_share_group_state_response,
  write_random_write_share_group_state_request,
  write_random_write_share_group_state_response,
  write_random_delete_share_group_state_request,
  write_random_delete_share_group_state_response,
  write_random_read_share_group_state_summary_request,
  write_random_read_share_group_state_summary_response,
  write_random_streams_group_heartbeat_request,
  write_random_streams_group_heartbeat_response,
  write_random_streams_group_describe_request,
  write_random_streams_group_describe_response,
  write_random_describe_share_group_offsets_request,
  write_random_describe_share_group_offsets_response,
  write_random_alter_share_group_offsets_request,
  write_random_alter_share_group_offsets_response,
  write_random_delete_share_group_offsets_request,
  write_random_delete_share_group_offsets_response,
  write_random_consumer_protocol_assignment,
  write_random_consumer_protocol_subscription,
  write_random_default_principal_data,
  write_random_end_txn_marker,
  write_random_leader_change_message,
  write_random_snapshot_header_record,
  write_random_snapshot_footer_record,
  write_random_kraft_version_record,
  write_random_voters_record,
  write_random_legacy_offset_commit_key,
  write_random_legacy_offset_commit_value,
  write_random_offset_commit_key,
  write_random_offset_commit_value,
  write_random_group_metadata_key,
  write_random_group_metadata_value,
  write_random_consumer_group_metadata_key,
  write_random_consumer_group_metadata_value,
  write_random_consumer_group_partition_metadata_key,
  write_random_consumer_group_partition_metadata_value,
  write_random_consumer_group_member_metadata_key,
  write_random_consumer_group_member_metadata_value,
  write_random_consumer_group_target_assignment_metadata_key,
  write_random_consumer_group_target_assignment_metadata_value,
  write_random_consumer_group_target_assignment_member_key,
  write_random_consumer_group_target_assignment_member_value,
  write_random_consumer_group_current_member_assignment_key,
  write_random_consumer_group_current_member_assignment_value,
  write_random_share_group_member_metadata_key,
  write_random_share_group_member_metadata_value,
  write_random_share_group_metadata_key,
  write_random_share_group_metadata_value,
  write_random_share_group_target_assignment_metadata_key,
  write_random_share_group_target_assignment_metadata_value,
  write_random_share_group_target_assignment_member_key,
  write_random_share_group_target_assignment_member_value,
  write_random_share_group_current_member_assignment_key,
  write_random_share_group_current_member_assignment_value,
  write_random_share_group_state_partition_metadata_key,
  write_random_share_group_state_partition_metadata_value,
  write_random_consumer_group_regular_expression_key,
  write_random_consumer_group_regular_expression_value,
  write_random_streams_group_metadata_key,
  write_random_streams_group_metadata_value,
  write_random_streams_group_member_metadata_key,
  write_random_streams_group_member_metadata_value,
  write_random_streams_group_target_assignment_metadata_key,
  write_random_streams_group_target_assignment_metadata_value,
  write_random_streams_group_target_assignment_member_key,
  write_random_streams_group_target_assignment_member_value,
  write_random_streams_group_current_member_assignment_key,
  write_random_streams_group_current_member_assignment_value,
  write_random_streams_group_topology_key,
  write_random_streams_group_topology_value,
  write_random_register_broker_record,
  write_random_unregister_broker_record,
  write_random_topic_record,
  write_random_partition_record,
  write_random_config_record,
  write_random_partition_change_record,
  write_random_fence_broker_record,
  write_random_unfence_broker_record,
  write_random_remove_topic_record,
  write_random_delegation_token_record,
  write_random_user_scram_credential_record,
  write_random_feature_level_record,
  write_random_client_quota_record,
  write_random_producer_ids_record,
  write_random_broker_registration_change_record,
  write_random_access_control_entry_record,
  write_random_remove_access_control_entry_record,
  write_random_no_op_record,
  write_random_zk_migration_state_record,
  write_random_remove_user_scram_credential_record,
  write_random_begin_transaction_record,
  write_random_end_transaction_record,
  write_random_abort_transaction_record,
  write_random_remove_delegation_token_record,
  write_random_register_controller_record,
  write_random_clear_elr_record,
  write_random_share_snapshot_key,
  write_random_share_snapshot_value,
  write_random_share_update_key,
  write_random_share_update_value,
  write_random_transaction_log_key,
  write_random_transaction_log_value,
};
}  // namespace

std::span<const WriteRandom> write_random() { return kWriteRandom; }

}  // namespace klamm::protocol
