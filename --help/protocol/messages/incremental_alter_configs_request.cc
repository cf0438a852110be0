// Generated from protocol/schema/44_incremental_alter_configs.kmsg; not to be edited.
#include "protocol/messages/incremental_alter_configs_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void IncrementalAlterConfigsRequest::AlterableConfig::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  name = reader.string(flexible);
  config_operation = reader.i8();
  value = reader.nullable_string(flexible);
  if (version >= 1) {
    reader.skip_tags();
  }
}

void IncrementalAlterConfigsRequest::AlterableConfig::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.string(flexible, name);
  writer.i8(config_operation);
  writer.nullable_string(flexible, value);
  if (version >= 1) {
    writer.no_tags();
  }
}

void IncrementalAlterConfigsRequest::AlterConfigsResource::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  resource_type = reader.i8();
  resource_name = reader.string(flexible);
  configs.resize(reader.array(flexible, version >= 1 ? 4 : 5, sizeof(AlterableConfig)));
  for (auto& element : configs) element.read(reader, version);
  if (version >= 1) {
    reader.skip_tags();
  }
}

void IncrementalAlterConfigsRequest::AlterConfigsResource::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.i8(resource_type);
  writer.string(flexible, resource_name);
  writer.array(flexible, configs.size());
  for (const auto& element : configs) element.write(writer, version);
  if (version >= 1) {
    writer.no_tags();
  }
}

void IncrementalAlterConfigsRequest::read(Reader& reader, int16_t version) {
  *this = IncrementalAlterConfigsRequest{};
  const bool flexible = version >= 1;
  resources.resize(reader.array(flexible, version >= 1 ? 4 : 7, sizeof(AlterConfigsResource)));
  for (auto& element : resources) element.read(reader, version);
  validate_only = reader.boolean();
  if (version >= 1) {
    reader.skip_tags();
  }
}

void IncrementalAlterConfigsRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.array(flexible, resources.size());
  for (const auto& element : resources) element.write(writer, version);
  writer.boolean(validate_only);
  if (version >= 1) {
    writer.no_tags();
  }
}

bool recode_incremental_alter_configs_request(ByteView in, int16_t version, Bytes& out) {
  return recode<IncrementalAlterConfigsRequest>(in, version, out);
}

}  // namespace klamm::protocol
