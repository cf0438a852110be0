// Generated from protocol/schema/18_api_versions.kmsg; not to be edited.
#include "protocol/messages/api_versions_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ApiVersionsRequest::read(Reader& reader, int16_t version) {
  *this = ApiVersionsRequest{};
  const bool flexible = version >= 3;
  if (version >= 3) {
    client_software_name = reader.string(flexible);
  }
  if (version >= 3) {
    client_software_version = reader.string(flexible);
  }
  if (version >= 3) {
    reader.skip_tags();
  }
}

void ApiVersionsRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  if (version >= 3) {
    writer.string(flexible, client_software_name);
  }
  if (version >= 3) {
    writer.string(flexible, client_software_version);
  }
  if (version >= 3) {
    writer.no_tags();
  }
}

bool recode_api_versions_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ApiVersionsRequest>(in, version, out);
}

}  // namespace klamm::protocol
