// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/streams_group_topology_key.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void StreamsGroupTopologyKey::read(Reader& reader, int16_t) {
  *this = StreamsGroupTopologyKey{};
  group_id = reader.string(false);
}

void StreamsGroupTopologyKey::write(Writer& writer, int16_t) const {
  writer.string(false, group_id);
}

bool recode_streams_group_topology_key(ByteView in, int16_t version, Bytes& out) {
  return recode<StreamsGroupTopologyKey>(in, version, out);
}

}  // namespace klamm::protocol
