// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/metadata_record.h"

#include "base/check.h"

namespace klamm::protocol {
namespace {

constexpr uint32_t kFrameVersion = 1;

template <class Record>
std::optional<MetadataRecord> read_body(Reader& reader, uint32_t version) {
  if (version < Record::kVersionMin || version > Record::kVersionMax) return std::nullopt;
  std::optional<MetadataRecord> record{std::in_place, std::in_place_type<Record>};
  std::get<Record>(*record).read(reader, static_cast<int16_t>(version));
  if (!reader.ok() || reader.remaining() != 0) return std::nullopt;
  return record;
}

}  // namespace

std::optional<MetadataRecord> read_metadata_record(ByteView value) {
  Reader reader(value);
  if (reader.uvarint() != kFrameVersion) return std::nullopt;
  const uint32_t key = reader.uvarint();
  const uint32_t version = reader.uvarint();
  if (!reader.ok()) return std::nullopt;
  switch (key) {
    case RegisterBrokerRecord::kKey: return read_body<RegisterBrokerRecord>(reader, version);
    case UnregisterBrokerRecord::kKey: return read_body<UnregisterBrokerRecord>(reader, version);
    case TopicRecord::kKey: return read_body<TopicRecord>(reader, version);
    case PartitionRecord::kKey: return read_body<PartitionRecord>(reader, version);
    case ConfigRecord::kKey: return read_body<ConfigRecord>(reader, version);
    case PartitionChangeRecord::kKey: return read_body<PartitionChangeRecord>(reader, version);
    case FenceBrokerRecord::kKey: return read_body<FenceBrokerRecord>(reader, version);
    case UnfenceBrokerRecord::kKey: return read_body<UnfenceBrokerRecord>(reader, version);
    case RemoveTopicRecord::kKey: return read_body<RemoveTopicRecord>(reader, version);
    case DelegationTokenRecord::kKey: return read_body<DelegationTokenRecord>(reader, version);
    case UserScramCredentialRecord::kKey: return read_body<UserScramCredentialRecord>(reader, version);
    case FeatureLevelRecord::kKey: return read_body<FeatureLevelRecord>(reader, version);
    case ClientQuotaRecord::kKey: return read_body<ClientQuotaRecord>(reader, version);
    case ProducerIdsRecord::kKey: return read_body<ProducerIdsRecord>(reader, version);
    case BrokerRegistrationChangeRecord::kKey: return read_body<BrokerRegistrationChangeRecord>(reader, version);
    case AccessControlEntryRecord::kKey: return read_body<AccessControlEntryRecord>(reader, version);
    case RemoveAccessControlEntryRecord::kKey: return read_body<RemoveAccessControlEntryRecord>(reader, version);
    case NoOpRecord::kKey: return read_body<NoOpRecord>(reader, version);
    case ZkMigrationStateRecord::kKey: return read_body<ZkMigrationStateRecord>(reader, version);
    case RemoveUserScramCredentialRecord::kKey: return read_body<RemoveUserScramCredentialRecord>(reader, version);
    case BeginTransactionRecord::kKey: return read_body<BeginTransactionRecord>(reader, version);
    case EndTransactionRecord::kKey: return read_body<EndTransactionRecord>(reader, version);
    case AbortTransactionRecord::kKey: return read_body<AbortTransactionRecord>(reader, version);
    case RemoveDelegationTokenRecord::kKey: return read_body<RemoveDelegationTokenRecord>(reader, version);
    case RegisterControllerRecord::kKey: return read_body<RegisterControllerRecord>(reader, version);
    case ClearElrRecord::kKey: return read_body<ClearElrRecord>(reader, version);
    default: return std::nullopt;
  }
}

void write_metadata_record(Writer& writer, const MetadataRecord& record, int16_t version) {
  std::visit([&]<class Record>(const Record& known) {
    KLAMM_CHECK(version >= Record::kVersionMin && version <= Record::kVersionMax);
    writer.uvarint(kFrameVersion);
    writer.uvarint(Record::kKey);
    writer.uvarint(static_cast<uint32_t>(version));
    known.write(writer, version);
  }, record);
}

}  // namespace klamm::protocol
