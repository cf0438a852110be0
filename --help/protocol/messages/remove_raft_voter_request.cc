// Generated from protocol/schema/81_remove_raft_voter.kmsg; not to be edited.
#include "protocol/messages/remove_raft_voter_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void RemoveRaftVoterRequest::read(Reader& reader, int16_t) {
  *this = RemoveRaftVoterRequest{};
  cluster_id = reader.nullable_string(true);
  voter_id = reader.i32();
  voter_directory_id = reader.uuid();
  reader.skip_tags();
}

void RemoveRaftVoterRequest::write(Writer& writer, int16_t) const {
  writer.nullable_string(true, cluster_id);
  writer.i32(voter_id);
  writer.uuid(voter_directory_id);
  writer.no_tags();
}

bool recode_remove_raft_voter_request(ByteView in, int16_t version, Bytes& out) {
  return recode<RemoveRaftVoterRequest>(in, version, out);
}

}  // namespace klamm::protocol
