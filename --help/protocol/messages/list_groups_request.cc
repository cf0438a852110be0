// Generated from protocol/schema/16_list_groups.kmsg; not to be edited.
#include "protocol/messages/list_groups_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ListGroupsRequest::read(Reader& reader, int16_t version) {
  *this = ListGroupsRequest{};
  const bool flexible = version >= 3;
  if (version >= 4) {
    states_filter.resize(reader.array(flexible, 1, sizeof(std::string_view)));
    for (auto& element : states_filter) element = reader.string(flexible);
  }
  if (version >= 5) {
    types_filter.resize(reader.array(flexible, 1, sizeof(std::string_view)));
    for (auto& element : types_filter) element = reader.string(flexible);
  }
  if (version >= 3) {
    reader.skip_tags();
  }
}

void ListGroupsRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  if (version >= 4) {
    writer.array(flexible, states_filter.size());
    for (const auto& element : states_filter) writer.string(flexible, element);
  }
  if (version >= 5) {
    writer.array(flexible, types_filter.size());
    for (const auto& element : types_filter) writer.string(flexible, element);
  }
  if (version >= 3) {
    writer.no_tags();
  }
}

bool recode_list_groups_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ListGroupsRequest>(in, version, out);
}

}  // namespace klamm::protocol
