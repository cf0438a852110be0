// Generated from protocol/schema/80_add_raft_voter.kmsg; not to be edited.
#include "protocol/messages/add_raft_voter_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AddRaftVoterResponse::read(Reader& reader, int16_t) {
  *this = AddRaftVoterResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  reader.skip_tags();
}

void AddRaftVoterResponse::write(Writer& writer, int16_t) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.no_tags();
}

bool recode_add_raft_voter_response(ByteView in, int16_t version, Bytes& out) {
  return recode<AddRaftVoterResponse>(in, version, out);
}

}  // namespace klamm::protocol
