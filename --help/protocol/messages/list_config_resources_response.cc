// Generated from protocol/schema/74_list_config_resources.kmsg; not to be edited.
#include "protocol/messages/list_config_resources_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ListConfigResourcesResponse::ConfigResource::read(Reader& reader, int16_t version) {
  resource_name = reader.string(true);
  if (version >= 1) {
    resource_type = reader.i8();
  }
  reader.skip_tags();
}

void ListConfigResourcesResponse::ConfigResource::write(Writer& writer, int16_t version) const {
  writer.string(true, resource_name);
  if (version >= 1) {
    writer.i8(resource_type);
  }
  writer.no_tags();
}

void ListConfigResourcesResponse::read(Reader& reader, int16_t version) {
  *this = ListConfigResourcesResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  config_resources.resize(reader.array(true, version >= 1 ? 3 : 2, sizeof(ConfigResource)));
  for (auto& element : config_resources) element.read(reader, version);
  reader.skip_tags();
}

void ListConfigResourcesResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.array(true, config_resources.size());
  for (const auto& element : config_resources) element.write(writer, version);
  writer.no_tags();
}

bool recode_list_config_resources_response(ByteView in, int16_t version, Bytes& out) {
  return recode<ListConfigResourcesResponse>(in, version, out);
}

}  // namespace klamm::protocol
