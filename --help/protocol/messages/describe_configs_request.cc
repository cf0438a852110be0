// Generated from protocol/schema/32_describe_configs.kmsg; not to be edited.
#include "protocol/messages/describe_configs_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeConfigsRequest::DescribeConfigsResource::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 4;
  resource_type = reader.i8();
  resource_name = reader.string(flexible);
  configuration_keys.reset();
  if (auto count = reader.nullable_array(flexible, version >= 4 ? 1 : 2, sizeof(std::string_view))) {
    configuration_keys.emplace(*count);
    for (auto& element : *configuration_keys) element = reader.string(flexible);
  }
  if (version >= 4) {
    reader.skip_tags();
  }
}

void DescribeConfigsRequest::DescribeConfigsResource::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.i8(resource_type);
  writer.string(flexible, resource_name);
  if (configuration_keys) {
    writer.array(flexible, configuration_keys->size());
    for (const auto& element : *configuration_keys) writer.string(flexible, element);
  } else {
    writer.null_array(flexible);
  }
  if (version >= 4) {
    writer.no_tags();
  }
}

void DescribeConfigsRequest::read(Reader& reader, int16_t version) {
  *this = DescribeConfigsRequest{};
  const bool flexible = version >= 4;
  resources.resize(reader.array(flexible, version >= 4 ? 4 : 7, sizeof(DescribeConfigsResource)));
  for (auto& element : resources) element.read(reader, version);
  include_synonyms = reader.boolean();
  if (version >= 3) {
    include_documentation = reader.boolean();
  }
  if (version >= 4) {
    reader.skip_tags();
  }
}

void DescribeConfigsRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.array(flexible, resources.size());
  for (const auto& element : resources) element.write(writer, version);
  writer.boolean(include_synonyms);
  if (version >= 3) {
    writer.boolean(include_documentation);
  }
  if (version >= 4) {
    writer.no_tags();
  }
}

bool recode_describe_configs_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeConfigsRequest>(in, version, out);
}

}  // namespace klamm::protocol
