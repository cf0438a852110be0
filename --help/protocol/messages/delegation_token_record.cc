// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/delegation_token_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DelegationTokenRecord::read(Reader& reader, int16_t) {
  *this = DelegationTokenRecord{};
  owner = reader.string(true);
  requester = reader.string(true);
  renewers.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : renewers) element = reader.string(true);
  issue_timestamp = reader.i64();
  max_timestamp = reader.i64();
  expiration_timestamp = reader.i64();
  token_id = reader.string(true);
  reader.skip_tags();
}

void DelegationTokenRecord::write(Writer& writer, int16_t) const {
  writer.string(true, owner);
  writer.string(true, requester);
  writer.array(true, renewers.size());
  for (const auto& element : renewers) writer.string(true, element);
  writer.i64(issue_timestamp);
  writer.i64(max_timestamp);
  writer.i64(expiration_timestamp);
  writer.string(true, token_id);
  writer.no_tags();
}

bool recode_delegation_token_record(ByteView in, int16_t version, Bytes& out) {
  return recode<DelegationTokenRecord>(in, version, out);
}

}  // namespace klamm::protocol
