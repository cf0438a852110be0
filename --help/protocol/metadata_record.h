// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
// The values of __cluster_metadata's records: a frame version (1), the key, the version, the record.
#pragma once

#include <optional>
#include <variant>

#include "protocol/messages/register_broker_record.h"
#include "protocol/messages/unregister_broker_record.h"
#include "protocol/messages/topic_record.h"
#include "protocol/messages/partition_record.h"
#include "protocol/messages/config_record.h"
#include "protocol/messages/partition_change_record.h"
#include "protocol/messages/fence_broker_record.h"
#include "protocol/messages/unfence_broker_record.h"
#include "protocol/messages/remove_topic_record.h"
#include "protocol/messages/delegation_token_record.h"
#include "protocol/messages/user_scram_credential_record.h"
#include "protocol/messages/feature_level_record.h"
#include "protocol/messages/client_quota_record.h"
#include "protocol/messages/producer_ids_record.h"
#include "protocol/messages/broker_registration_change_record.h"
#include "protocol/messages/access_control_entry_record.h"
#include "protocol/messages/remove_access_control_entry_record.h"
#include "protocol/messages/no_op_record.h"
#include "protocol/messages/zk_migration_state_record.h"
#include "protocol/messages/remove_user_scram_credential_record.h"
#include "protocol/messages/begin_transaction_record.h"
#include "protocol/messages/end_transaction_record.h"
#include "protocol/messages/abort_transaction_record.h"
#include "protocol/messages/remove_delegation_token_record.h"
#include "protocol/messages/register_controller_record.h"
#include "protocol/messages/clear_elr_record.h"

namespace klamm::protocol {

using MetadataRecord = std::variant<
    RegisterBrokerRecord,
    UnregisterBrokerRecord,
    TopicRecord,
    PartitionRecord,
    ConfigRecord,
    PartitionChangeRecord,
    FenceBrokerRecord,
    UnfenceBrokerRecord,
    RemoveTopicRecord,
    DelegationTokenRecord,
    UserScramCredentialRecord,
    FeatureLevelRecord,
    ClientQuotaRecord,
    ProducerIdsRecord,
    BrokerRegistrationChangeRecord,
    AccessControlEntryRecord,
    RemoveAccessControlEntryRecord,
    NoOpRecord,
    ZkMigrationStateRecord,
    RemoveUserScramCredentialRecord,
    BeginTransactionRecord,
    EndTransactionRecord,
    AbortTransactionRecord,
    RemoveDelegationTokenRecord,
    RegisterControllerRecord,
    ClearElrRecord>;

// Strings and byte fields of the record are views into `value`. Nothing comes back for an unknown frame, key or
// version, for a record that does not parse, and for bytes left over.
std::optional<MetadataRecord> read_metadata_record(ByteView value);
void write_metadata_record(Writer& writer, const MetadataRecord& record, int16_t version);

}  // namespace klamm::protocol
