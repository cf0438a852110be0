// Generated from protocol/schema/43_elect_leaders.kmsg; not to be edited.
#include "protocol/messages/elect_leaders_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ElectLeadersRequest::TopicPartitions::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  topic = reader.string(flexible);
  partitions.resize(reader.array(flexible, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void ElectLeadersRequest::TopicPartitions::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, topic);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  if (version >= 2) {
    writer.no_tags();
  }
}

void ElectLeadersRequest::read(Reader& reader, int16_t version) {
  *this = ElectLeadersRequest{};
  const bool flexible = version >= 2;
  if (version >= 1) {
    election_type = reader.i8();
  }
  topic_partitions.reset();
  if (auto count = reader.nullable_array(flexible, version >= 2 ? 3 : 6, sizeof(TopicPartitions))) {
    topic_partitions.emplace(*count);
    for (auto& element : *topic_partitions) element.read(reader, version);
  }
  timeout_ms = reader.i32();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void ElectLeadersRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  if (version >= 1) {
    writer.i8(election_type);
  }
  if (topic_partitions) {
    writer.array(flexible, topic_partitions->size());
    for (const auto& element : *topic_partitions) element.write(writer, version);
  } else {
    writer.null_array(flexible);
  }
  writer.i32(timeout_ms);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_elect_leaders_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ElectLeadersRequest>(in, version, out);
}

}  // namespace klamm::protocol
