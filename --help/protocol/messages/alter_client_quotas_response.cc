// Generated from protocol/schema/49_alter_client_quotas.kmsg; not to be edited.
#include "protocol/messages/alter_client_quotas_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AlterClientQuotasResponse::EntityData::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  entity_type = reader.string(flexible);
  entity_name = reader.nullable_string(flexible);
  if (version >= 1) {
    reader.skip_tags();
  }
}

void AlterClientQuotasResponse::EntityData::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.string(flexible, entity_type);
  writer.nullable_string(flexible, entity_name);
  if (version >= 1) {
    writer.no_tags();
  }
}

void AlterClientQuotasResponse::EntryData::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  error_code = reader.i16();
  error_message = reader.nullable_string(flexible);
  entity.resize(reader.array(flexible, version >= 1 ? 3 : 4, sizeof(EntityData)));
  for (auto& element : entity) element.read(reader, version);
  if (version >= 1) {
    reader.skip_tags();
  }
}

void AlterClientQuotasResponse::EntryData::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.i16(error_code);
  writer.nullable_string(flexible, error_message);
  writer.array(flexible, entity.size());
  for (const auto& element : entity) element.write(writer, version);
  if (version >= 1) {
    writer.no_tags();
  }
}

void AlterClientQuotasResponse::read(Reader& reader, int16_t version) {
  *this = AlterClientQuotasResponse{};
  const bool flexible = version >= 1;
  throttle_time_ms = reader.i32();
  entries.resize(reader.array(flexible, version >= 1 ? 5 : 8, sizeof(EntryData)));
  for (auto& element : entries) element.read(reader, version);
  if (version >= 1) {
    reader.skip_tags();
  }
}

void AlterClientQuotasResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.i32(throttle_time_ms);
  writer.array(flexible, entries.size());
  for (const auto& element : entries) element.write(writer, version);
  if (version >= 1) {
    writer.no_tags();
  }
}

bool recode_alter_client_quotas_response(ByteView in, int16_t version, Bytes& out) {
  return recode<AlterClientQuotasResponse>(in, version, out);
}

}  // namespace klamm::protocol
