// Generated from protocol/schema/control_records.kmsg; not to be edited.
#include "protocol/messages/voters_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void VotersRecord::Endpoint::read(Reader& reader, int16_t) {
  name = reader.string(true);
  host = reader.string(true);
  port = reader.u16();
  reader.skip_tags();
}

void VotersRecord::Endpoint::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.string(true, host);
  writer.u16(port);
  writer.no_tags();
}

void VotersRecord::KRaftVersionFeature::read(Reader& reader, int16_t) {
  min_supported_version = reader.i16();
  max_supported_version = reader.i16();
  reader.skip_tags();
}

void VotersRecord::KRaftVersionFeature::write(Writer& writer, int16_t) const {
  writer.i16(min_supported_version);
  writer.i16(max_supported_version);
  writer.no_tags();
}

void VotersRecord::Voter::read(Reader& reader, int16_t version) {
  voter_id = reader.i32();
  voter_directory_id = reader.uuid();
  endpoints.resize(reader.array(true, 5, sizeof(Endpoint)));
  for (auto& element : endpoints) element.read(reader, version);
  kraft_version_feature.read(reader, version);
  reader.skip_tags();
}

void VotersRecord::Voter::write(Writer& writer, int16_t version) const {
  writer.i32(voter_id);
  writer.uuid(voter_directory_id);
  writer.array(true, endpoints.size());
  for (const auto& element : endpoints) element.write(writer, version);
  kraft_version_feature.write(writer, version);
  writer.no_tags();
}

void VotersRecord::read(Reader& reader, int16_t version) {
  *this = VotersRecord{};
  version = reader.i16();
  voters.resize(reader.array(true, 27, sizeof(Voter)));
  for (auto& element : voters) element.read(reader, version);
  reader.skip_tags();
}

void VotersRecord::write(Writer& writer, int16_t version) const {
  writer.i16(version);
  writer.array(true, voters.size());
  for (const auto& element : voters) element.write(writer, version);
  writer.no_tags();
}

bool recode_voters_record(ByteView in, int16_t version, Bytes& out) {
  return recode<VotersRecord>(in, version, out);
}

}  // namespace klamm::protocol
