// Generated from protocol/schema/00_produce.kmsg; not to be edited.
#include "protocol/messages/produce_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ProduceRequest::PartitionProduceData::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 9;
  index = reader.i32();
  records = reader.nullable_records(flexible);
  if (version >= 9) {
    reader.skip_tags();
  }
}

void ProduceRequest::PartitionProduceData::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 9;
  writer.i32(index);
  writer.records(flexible, records);
  if (version >= 9) {
    writer.no_tags();
  }
}

void ProduceRequest::TopicProduceData::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 9;
  if (version <= 12) {
    name = reader.string(flexible);
  }
  if (version >= 13) {
    topic_id = reader.uuid();
  }
  partition_data.resize(reader.array(flexible, version >= 9 ? 6 : 8, sizeof(PartitionProduceData)));
  for (auto& element : partition_data) element.read(reader, version);
  if (version >= 9) {
    reader.skip_tags();
  }
}

void ProduceRequest::TopicProduceData::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 9;
  if (version <= 12) {
    writer.string(flexible, name);
  }
  if (version >= 13) {
    writer.uuid(topic_id);
  }
  writer.array(flexible, partition_data.size());
  for (const auto& element : partition_data) element.write(writer, version);
  if (version >= 9) {
    writer.no_tags();
  }
}

void ProduceRequest::read(Reader& reader, int16_t version) {
  *this = ProduceRequest{};
  const bool flexible = version >= 9;
  transactional_id = reader.nullable_string(flexible);
  acks = reader.i16();
  timeout_ms = reader.i32();
  topic_data.resize(reader.array(flexible, version >= 13 ? 18 : version >= 9 ? 3 : 6, sizeof(TopicProduceData)));
  for (auto& element : topic_data) element.read(reader, version);
  if (version >= 9) {
    reader.skip_tags();
  }
}

void ProduceRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 9;
  writer.nullable_string(flexible, transactional_id);
  writer.i16(acks);
  writer.i32(timeout_ms);
  writer.array(flexible, topic_data.size());
  for (const auto& element : topic_data) element.write(writer, version);
  if (version >= 9) {
    writer.no_tags();
  }
}

bool recode_produce_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ProduceRequest>(in, version, out);
}

}  // namespace klamm::protocol
