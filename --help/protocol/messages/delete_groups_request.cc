// Generated from protocol/schema/42_delete_groups.kmsg; not to be edited.
#include "protocol/messages/delete_groups_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DeleteGroupsRequest::read(Reader& reader, int16_t version) {
  *this = DeleteGroupsRequest{};
  const bool flexible = version >= 2;
  groups_names.resize(reader.array(flexible, version >= 2 ? 1 : 2, sizeof(std::string_view)));
  for (auto& element : groups_names) element = reader.string(flexible);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DeleteGroupsRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.array(flexible, groups_names.size());
  for (const auto& element : groups_names) writer.string(flexible, element);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_delete_groups_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DeleteGroupsRequest>(in, version, out);
}

}  // namespace klamm::protocol
