// Generated from protocol/schema/74_list_config_resources.kmsg; not to be edited.
#include "protocol/messages/list_config_resources_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ListConfigResourcesRequest::read(Reader& reader, int16_t version) {
  *this = ListConfigResourcesRequest{};
  if (version >= 1) {
    resource_types.resize(reader.array(true, 1, sizeof(int8_t)));
    for (auto& element : resource_types) element = reader.i8();
  }
  reader.skip_tags();
}

void ListConfigResourcesRequest::write(Writer& writer, int16_t version) const {
  if (version >= 1) {
    writer.array(true, resource_types.size());
    for (const auto& element : resource_types) writer.i8(element);
  }
  writer.no_tags();
}

bool recode_list_config_resources_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ListConfigResourcesRequest>(in, version, out);
}

}  // namespace klamm::protocol
