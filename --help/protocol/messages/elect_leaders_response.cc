// Generated from protocol/schema/43_elect_leaders.kmsg; not to be edited.
#include "protocol/messages/elect_leaders_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ElectLeadersResponse::PartitionResult::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  partition_id = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(flexible);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void ElectLeadersResponse::PartitionResult::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i32(partition_id);
  writer.i16(error_code);
  writer.nullable_string(flexible, error_message);
  if (version >= 2) {
    writer.no_tags();
  }
}

void ElectLeadersResponse::ReplicaElectionResult::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  topic = reader.string(flexible);
  partition_result.resize(reader.array(flexible, 8, sizeof(PartitionResult)));
  for (auto& element : partition_result) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void ElectLeadersResponse::ReplicaElectionResult::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, topic);
  writer.array(flexible, partition_result.size());
  for (const auto& element : partition_result) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

void ElectLeadersResponse::read(Reader& reader, int16_t version) {
  *this = ElectLeadersResponse{};
  const bool flexible = version >= 2;
  throttle_time_ms = reader.i32();
  if (version >= 1) {
    error_code = reader.i16();
  }
  replica_election_results.resize(reader.array(flexible, version >= 2 ? 3 : 6, sizeof(ReplicaElectionResult)));
  for (auto& element : replica_election_results) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void ElectLeadersResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i32(throttle_time_ms);
  if (version >= 1) {
    writer.i16(error_code);
  }
  writer.array(flexible, replica_election_results.size());
  for (const auto& element : replica_election_results) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_elect_leaders_response(ByteView in, int16_t version, Bytes& out) {
  return recode<ElectLeadersResponse>(in, version, out);
}

}  // namespace klamm::protocol
