// Generated from protocol/schema/48_describe_client_quotas.kmsg; not to be edited.
#include "protocol/messages/describe_client_quotas_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeClientQuotasResponse::EntityData::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  entity_type = reader.string(flexible);
  entity_name = reader.nullable_string(flexible);
  if (version >= 1) {
    reader.skip_tags();
  }
}

void DescribeClientQuotasResponse::EntityData::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.string(flexible, entity_type);
  writer.nullable_string(flexible, entity_name);
  if (version >= 1) {
    writer.no_tags();
  }
}

void DescribeClientQuotasResponse::ValueData::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  key = reader.string(flexible);
  value = reader.f64();
  if (version >= 1) {
    reader.skip_tags();
  }
}

void DescribeClientQuotasResponse::ValueData::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.string(flexible, key);
  writer.f64(value);
  if (version >= 1) {
    writer.no_tags();
  }
}

void DescribeClientQuotasResponse::EntryData::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  entity.resize(reader.array(flexible, version >= 1 ? 3 : 4, sizeof(EntityData)));
  for (auto& element : entity) element.read(reader, version);
  values.resize(reader.array(flexible, 10, sizeof(ValueData)));
  for (auto& element : values) element.read(reader, version);
  if (version >= 1) {
    reader.skip_tags();
  }
}

void DescribeClientQuotasResponse::EntryData::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.array(flexible, entity.size());
  for (const auto& element : entity) element.write(writer, version);
  writer.array(flexible, values.size());
  for (const auto& element : values) element.write(writer, version);
  if (version >= 1) {
    writer.no_tags();
  }
}

void DescribeClientQuotasResponse::read(Reader& reader, int16_t version) {
  *this = DescribeClientQuotasResponse{};
  const bool flexible = version >= 1;
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(flexible);
  entries.reset();
  if (auto count = reader.nullable_array(flexible, version >= 1 ? 3 : 8, sizeof(EntryData))) {
    entries.emplace(*count);
    for (auto& element : *entries) element.read(reader, version);
  }
  if (version >= 1) {
    reader.skip_tags();
  }
}

void DescribeClientQuotasResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.nullable_string(flexible, error_message);
  if (entries) {
    writer.array(flexible, entries->size());
    for (const auto& element : *entries) element.write(writer, version);
  } else {
    writer.null_array(flexible);
  }
  if (version >= 1) {
    writer.no_tags();
  }
}

bool recode_describe_client_quotas_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeClientQuotasResponse>(in, version, out);
}

}  // namespace klamm::protocol
