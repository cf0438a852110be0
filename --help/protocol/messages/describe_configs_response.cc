// Generated from protocol/schema/32_describe_configs.kmsg; not to be edited.
#include "protocol/messages/describe_configs_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeConfigsResponse::DescribeConfigsSynonym::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 4;
  name = reader.string(flexible);
  value = reader.nullable_string(flexible);
  source = reader.i8();
  if (version >= 4) {
    reader.skip_tags();
  }
}

void DescribeConfigsResponse::DescribeConfigsSynonym::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.string(flexible, name);
  writer.nullable_string(flexible, value);
  writer.i8(source);
  if (version >= 4) {
    writer.no_tags();
  }
}

void DescribeConfigsResponse::DescribeConfigsResourceResult::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 4;
  name = reader.string(flexible);
  value = reader.nullable_string(flexible);
  read_only = reader.boolean();
  config_source = reader.i8();
  is_sensitive = reader.boolean();
  synonyms.resize(reader.array(flexible, version >= 4 ? 4 : 5, sizeof(DescribeConfigsSynonym)));
  for (auto& element : synonyms) element.read(reader, version);
  if (version >= 3) {
    config_type = reader.i8();
  }
  if (version >= 3) {
    documentation = reader.nullable_string(flexible);
  }
  if (version >= 4) {
    reader.skip_tags();
  }
}

void DescribeConfigsResponse::DescribeConfigsResourceResult::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.string(flexible, name);
  writer.nullable_string(flexible, value);
  writer.boolean(read_only);
  writer.i8(config_source);
  writer.boolean(is_sensitive);
  writer.array(flexible, synonyms.size());
  for (const auto& element : synonyms) element.write(writer, version);
  if (version >= 3) {
    writer.i8(config_type);
  }
  if (version >= 3) {
    writer.nullable_string(flexible, documentation);
  }
  if (version >= 4) {
    writer.no_tags();
  }
}

void DescribeConfigsResponse::DescribeConfigsResult::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 4;
  error_code = reader.i16();
  error_message = reader.nullable_string(flexible);
  resource_type = reader.i8();
  resource_name = reader.string(flexible);
  configs.resize(reader.array(flexible, version >= 4 ? 9 : version >= 3 ? 14 : 11, sizeof(DescribeConfigsResourceResult)));
  for (auto& element : configs) element.read(reader, version);
  if (version >= 4) {
    reader.skip_tags();
  }
}

void DescribeConfigsResponse::DescribeConfigsResult::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.i16(error_code);
  writer.nullable_string(flexible, error_message);
  writer.i8(resource_type);
  writer.string(flexible, resource_name);
  writer.array(flexible, configs.size());
  for (const auto& element : configs) element.write(writer, version);
  if (version >= 4) {
    writer.no_tags();
  }
}

void DescribeConfigsResponse::read(Reader& reader, int16_t version) {
  *this = DescribeConfigsResponse{};
  const bool flexible = version >= 4;
  throttle_time_ms = reader.i32();
  results.resize(reader.array(flexible, version >= 4 ? 7 : 11, sizeof(DescribeConfigsResult)));
  for (auto& element : results) element.read(reader, version);
  if (version >= 4) {
    reader.skip_tags();
  }
}

void DescribeConfigsResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.i32(throttle_time_ms);
  writer.array(flexible, results.size());
  for (const auto& element : results) element.write(writer, version);
  if (version >= 4) {
    writer.no_tags();
  }
}

bool recode_describe_configs_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeConfigsResponse>(in, version, out);
}

}  // namespace klamm::protocol
