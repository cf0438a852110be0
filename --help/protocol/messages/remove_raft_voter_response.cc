// Generated from protocol/schema/81_remove_raft_voter.kmsg; not to be edited.
#include "protocol/messages/remove_raft_voter_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void RemoveRaftVoterResponse::read(Reader& reader, int16_t) {
  *this = RemoveRaftVoterResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  reader.skip_tags();
}

void RemoveRaftVoterResponse::write(Writer& writer, int16_t) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.no_tags();
}

bool recode_remove_raft_voter_response(ByteView in, int16_t version, Bytes& out) {
  return recode<RemoveRaftVoterResponse>(in, version, out);
}

}  // namespace klamm::protocol
