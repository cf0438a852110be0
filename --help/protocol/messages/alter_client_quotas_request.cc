// Generated from protocol/schema/49_alter_client_quotas.kmsg; not to be edited.
#include "protocol/messages/alter_client_quotas_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AlterClientQuotasRequest::EntityData::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  entity_type = reader.string(flexible);
  entity_name = reader.nullable_string(flexible);
  if (version >= 1) {
    reader.skip_tags();
  }
}

void AlterClientQuotasRequest::EntityData::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.string(flexible, entity_type);
  writer.nullable_string(flexible, entity_name);
  if (version >= 1) {
    writer.no_tags();
  }
}

void AlterClientQuotasRequest::OpData::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  key = reader.string(flexible);
  value = reader.f64();
  remove = reader.boolean();
  if (version >= 1) {
    reader.skip_tags();
  }
}

void AlterClientQuotasRequest::OpData::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.string(flexible, key);
  writer.f64(value);
  writer.boolean(remove);
  if (version >= 1) {
    writer.no_tags();
  }
}

void AlterClientQuotasRequest::EntryData::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  entity.resize(reader.array(flexible, version >= 1 ? 3 : 4, sizeof(EntityData)));
  for (auto& element : entity) element.read(reader, version);
  ops.resize(reader.array(flexible, 11, sizeof(OpData)));
  for (auto& element : ops) element.read(reader, version);
  if (version >= 1) {
    reader.skip_tags();
  }
}

void AlterClientQuotasRequest::EntryData::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.array(flexible, entity.size());
  for (const auto& element : entity) element.write(writer, version);
  writer.array(flexible, ops.size());
  for (const auto& element : ops) element.write(writer, version);
  if (version >= 1) {
    writer.no_tags();
  }
}

void AlterClientQuotasRequest::read(Reader& reader, int16_t version) {
  *this = AlterClientQuotasRequest{};
  const bool flexible = version >= 1;
  entries.resize(reader.array(flexible, version >= 1 ? 3 : 8, sizeof(EntryData)));
  for (auto& element : entries) element.read(reader, version);
  validate_only = reader.boolean();
  if (version >= 1) {
    reader.skip_tags();
  }
}

void AlterClientQuotasRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.array(flexible, entries.size());
  for (const auto& element : entries) element.write(writer, version);
  writer.boolean(validate_only);
  if (version >= 1) {
    writer.no_tags();
  }
}

bool recode_alter_client_quotas_request(ByteView in, int16_t version, Bytes& out) {
  return recode<AlterClientQuotasRequest>(in, version, out);
}

}  // namespace klamm::protocol
