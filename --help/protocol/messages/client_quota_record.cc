// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/client_quota_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ClientQuotaRecord::EntityData::read(Reader& reader, int16_t) {
  entity_type = reader.string(true);
  entity_name = reader.nullable_string(true);
  reader.skip_tags();
}

void ClientQuotaRecord::EntityData::write(Writer& writer, int16_t) const {
  writer.string(true, entity_type);
  writer.nullable_string(true, entity_name);
  writer.no_tags();
}

void ClientQuotaRecord::read(Reader& reader, int16_t version) {
  *this = ClientQuotaRecord{};
  entity.resize(reader.array(true, 3, sizeof(EntityData)));
  for (auto& element : entity) element.read(reader, version);
  key = reader.string(true);
  value = reader.f64();
  remove = reader.boolean();
  reader.skip_tags();
}

void ClientQuotaRecord::write(Writer& writer, int16_t version) const {
  writer.array(true, entity.size());
  for (const auto& element : entity) element.write(writer, version);
  writer.string(true, key);
  writer.f64(value);
  writer.boolean(remove);
  writer.no_tags();
}

bool recode_client_quota_record(ByteView in, int16_t version, Bytes& out) {
  return recode<ClientQuotaRecord>(in, version, out);
}

}  // namespace klamm::protocol
