// Generated from protocol/schema/15_describe_groups.kmsg; not to be edited.
#include "protocol/messages/describe_groups_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeGroupsRequest::read(Reader& reader, int16_t version) {
  *this = DescribeGroupsRequest{};
  const bool flexible = version >= 5;
  groups.resize(reader.array(flexible, version >= 5 ? 1 : 2, sizeof(std::string_view)));
  for (auto& element : groups) element = reader.string(flexible);
  if (version >= 3) {
    include_authorized_operations = reader.boolean();
  }
  if (version >= 5) {
    reader.skip_tags();
  }
}

void DescribeGroupsRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 5;
  writer.array(flexible, groups.size());
  for (const auto& element : groups) writer.string(flexible, element);
  if (version >= 3) {
    writer.boolean(include_authorized_operations);
  }
  if (version >= 5) {
    writer.no_tags();
  }
}

bool recode_describe_groups_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeGroupsRequest>(in, version, out);
}

}  // namespace klamm::protocol
