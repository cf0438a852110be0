// Generated from protocol/schema/82_update_raft_voter.kmsg; not to be edited.
#include "protocol/messages/update_raft_voter_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void UpdateRaftVoterResponse::CurrentLeader::read(Reader& reader, int16_t) {
  leader_id = reader.i32();
  leader_epoch = reader.i32();
  host = reader.string(true);
  port = reader.i32();
  reader.skip_tags();
}

void UpdateRaftVoterResponse::CurrentLeader::write(Writer& writer, int16_t) const {
  writer.i32(leader_id);
  writer.i32(leader_epoch);
  writer.string(true, host);
  writer.i32(port);
  writer.no_tags();
}

void UpdateRaftVoterResponse::read(Reader& reader, int16_t version) {
  *this = UpdateRaftVoterResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0) {
      current_leader.read(reader, version);
    } else {
      reader.skip_rest();
    }
    reader.end_tag(tag);
  }
}

void UpdateRaftVoterResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  const bool has_current_leader = !(current_leader == CurrentLeader{});
  writer.uvarint(has_current_leader);
  if (has_current_leader) {
    const size_t tag = writer.begin_tag(0);
    current_leader.write(writer, version);
    writer.end_tag(tag);
  }
}

bool recode_update_raft_voter_response(ByteView in, int16_t version, Bytes& out) {
  return recode<UpdateRaftVoterResponse>(in, version, out);
}

}  // namespace klamm::protocol
