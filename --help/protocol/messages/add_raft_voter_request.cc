// Generated from protocol/schema/80_add_raft_voter.kmsg; not to be edited.
#include "protocol/messages/add_raft_voter_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AddRaftVoterRequest::Listener::read(Reader& reader, int16_t) {
  name = reader.string(true);
  host = reader.string(true);
  port = reader.u16();
  reader.skip_tags();
}

void AddRaftVoterRequest::Listener::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.string(true, host);
  writer.u16(port);
  writer.no_tags();
}

void AddRaftVoterRequest::read(Reader& reader, int16_t version) {
  *this = AddRaftVoterRequest{};
  cluster_id = reader.nullable_string(true);
  timeout_ms = reader.i32();
  voter_id = reader.i32();
  voter_directory_id = reader.uuid();
  listeners.resize(reader.array(true, 5, sizeof(Listener)));
  for (auto& element : listeners) element.read(reader, version);
  if (version >= 1) {
    ack_when_committed = reader.boolean();
  }
  reader.skip_tags();
}

void AddRaftVoterRequest::write(Writer& writer, int16_t version) const {
  writer.nullable_string(true, cluster_id);
  writer.i32(timeout_ms);
  writer.i32(voter_id);
  writer.uuid(voter_directory_id);
  writer.array(true, listeners.size());
  for (const auto& element : listeners) element.write(writer, version);
  if (version >= 1) {
    writer.boolean(ack_when_committed);
  }
  writer.no_tags();
}

bool recode_add_raft_voter_request(ByteView in, int16_t version, Bytes& out) {
  return recode<AddRaftVoterRequest>(in, version, out);
}

}  // namespace klamm::protocol
