// Generated from protocol/schema/control_records.kmsg; not to be edited.
#include "protocol/messages/leader_change_message.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void LeaderChangeMessage::Voter::read(Reader& reader, int16_t version) {
  voter_id = reader.i32();
  if (version >= 1) {
    voter_directory_id = reader.uuid();
  }
  reader.skip_tags();
}

void LeaderChangeMessage::Voter::write(Writer& writer, int16_t version) const {
  writer.i32(voter_id);
  if (version >= 1) {
    writer.uuid(voter_directory_id);
  }
  writer.no_tags();
}

void LeaderChangeMessage::read(Reader& reader, int16_t version) {
  *this = LeaderChangeMessage{};
  version = reader.i16();
  leader_id = reader.i32();
  voters.resize(reader.array(true, version >= 1 ? 21 : 5, sizeof(Voter)));
  for (auto& element : voters) element.read(reader, version);
  granting_voters.resize(reader.array(true, version >= 1 ? 21 : 5, sizeof(Voter)));
  for (auto& element : granting_voters) element.read(reader, version);
  reader.skip_tags();
}

void LeaderChangeMessage::write(Writer& writer, int16_t version) const {
  writer.i16(version);
  writer.i32(leader_id);
  writer.array(true, voters.size());
  for (const auto& element : voters) element.write(writer, version);
  writer.array(true, granting_voters.size());
  for (const auto& element : granting_voters) element.write(writer, version);
  writer.no_tags();
}

bool recode_leader_change_message(ByteView in, int16_t version, Bytes& out) {
  return recode<LeaderChangeMessage>(in, version, out);
}

}  // namespace klamm::protocol
