// Generated from protocol/schema/82_update_raft_voter.kmsg; not to be edited.
#include "protocol/messages/update_raft_voter_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void UpdateRaftVoterRequest::Listener::read(Reader& reader, int16_t) {
  name = reader.string(true);
  host = reader.string(true);
  port = reader.u16();
  reader.skip_tags();
}

void UpdateRaftVoterRequest::Listener::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.string(true, host);
  writer.u16(port);
  writer.no_tags();
}

void UpdateRaftVoterRequest::KRaftVersionFeature::read(Reader& reader, int16_t) {
  min_supported_version = reader.i16();
  max_supported_version = reader.i16();
  reader.skip_tags();
}

void UpdateRaftVoterRequest::KRaftVersionFeature::write(Writer& writer, int16_t) const {
  writer.i16(min_supported_version);
  writer.i16(max_supported_version);
  writer.no_tags();
}

void UpdateRaftVoterRequest::read(Reader& reader, int16_t version) {
  *this = UpdateRaftVoterRequest{};
  cluster_id = reader.nullable_string(true);
  current_leader_epoch = reader.i32();
  voter_id = reader.i32();
  voter_directory_id = reader.uuid();
  listeners.resize(reader.array(true, 5, sizeof(Listener)));
  for (auto& element : listeners) element.read(reader, version);
  kraft_version_feature.read(reader, version);
  reader.skip_tags();
}

void UpdateRaftVoterRequest::write(Writer& writer, int16_t version) const {
  writer.nullable_string(true, cluster_id);
  writer.i32(current_leader_epoch);
  writer.i32(voter_id);
  writer.uuid(voter_directory_id);
  writer.array(true, listeners.size());
  for (const auto& element : listeners) element.write(writer, version);
  kraft_version_feature.write(writer, version);
  writer.no_tags();
}

bool recode_update_raft_voter_request(ByteView in, int16_t version, Bytes& out) {
  return recode<UpdateRaftVoterRequest>(in, version, out);
}

}  // namespace klamm::protocol
