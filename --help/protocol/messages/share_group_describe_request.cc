// Generated from protocol/schema/77_share_group_describe.kmsg; not to be edited.
#include "protocol/messages/share_group_describe_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ShareGroupDescribeRequest::read(Reader& reader, int16_t) {
  *this = ShareGroupDescribeRequest{};
  group_ids.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : group_ids) element = reader.string(true);
  include_authorized_operations = reader.boolean();
  reader.skip_tags();
}

void ShareGroupDescribeRequest::write(Writer& writer, int16_t) const {
  writer.array(true, group_ids.size());
  for (const auto& element : group_ids) writer.string(true, element);
  writer.boolean(include_authorized_operations);
  writer.no_tags();
}

bool recode_share_group_describe_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ShareGroupDescribeRequest>(in, version, out);
}

}  // namespace klamm::protocol
