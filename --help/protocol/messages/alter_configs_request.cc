// Generated from protocol/schema/33_alter_configs.kmsg; not to be edited.
#include "protocol/messages/alter_configs_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AlterConfigsRequest::AlterableConfig::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  name = reader.string(flexible);
  value = reader.nullable_string(flexible);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void AlterConfigsRequest::AlterableConfig::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, name);
  writer.nullable_string(flexible, value);
  if (version >= 2) {
    writer.no_tags();
  }
}

void AlterConfigsRequest::AlterConfigsResource::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  resource_type = reader.i8();
  resource_name = reader.string(flexible);
  configs.resize(reader.array(flexible, version >= 2 ? 3 : 4, sizeof(AlterableConfig)));
  for (auto& element : configs) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void AlterConfigsRequest::AlterConfigsResource::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i8(resource_type);
  writer.string(flexible, resource_name);
  writer.array(flexible, configs.size());
  for (const auto& element : configs) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

void AlterConfigsRequest::read(Reader& reader, int16_t version) {
  *this = AlterConfigsRequest{};
  const bool flexible = version >= 2;
  resources.resize(reader.array(flexible, version >= 2 ? 4 : 7, sizeof(AlterConfigsResource)));
  for (auto& element : resources) element.read(reader, version);
  validate_only = reader.boolean();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void AlterConfigsRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.array(flexible, resources.size());
  for (const auto& element : resources) element.write(writer, version);
  writer.boolean(validate_only);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_alter_configs_request(ByteView in, int16_t version, Bytes& out) {
  return recode<AlterConfigsRequest>(in, version, out);
}

}  // namespace klamm::protocol
