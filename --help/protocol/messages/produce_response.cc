// Generated from protocol/schema/00_produce.kmsg; not to be edited.
#include "protocol/messages/produce_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ProduceResponse::BatchIndexAndErrorMessage::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 9;
  batch_index = reader.i32();
  batch_index_error_message = reader.nullable_string(flexible);
  if (version >= 9) {
    reader.skip_tags();
  }
}

void ProduceResponse::BatchIndexAndErrorMessage::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 9;
  writer.i32(batch_index);
  writer.nullable_string(flexible, batch_index_error_message);
  if (version >= 9) {
    writer.no_tags();
  }
}

void ProduceResponse::LeaderIdAndEpoch::read(Reader& reader, int16_t) {
  leader_id = reader.i32();
  leader_epoch = reader.i32();
  reader.skip_tags();
}

void ProduceResponse::LeaderIdAndEpoch::write(Writer& writer, int16_t) const {
  writer.i32(leader_id);
  writer.i32(leader_epoch);
  writer.no_tags();
}

void ProduceResponse::PartitionProduceResponse::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 9;
  index = reader.i32();
  error_code = reader.i16();
  base_offset = reader.i64();
  log_append_time_ms = reader.i64();
  if (version >= 5) {
    log_start_offset = reader.i64();
  }
  if (version >= 8) {
    record_errors.resize(reader.array(flexible, 6, sizeof(BatchIndexAndErrorMessage)));
    for (auto& element : record_errors) element.read(reader, version);
  }
  if (version >= 8) {
    error_message = reader.nullable_string(flexible);
  }
  if (version >= 9) {
    for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
      const Reader::Tag tag = reader.begin_tag();
      if (tag.number == 0 && version >= 10) {
        current_leader.read(reader, version);
      } else {
        reader.skip_rest();
      }
      reader.end_tag(tag);
    }
  }
}

void ProduceResponse::PartitionProduceResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 9;
  writer.i32(index);
  writer.i16(error_code);
  writer.i64(base_offset);
  writer.i64(log_append_time_ms);
  if (version >= 5) {
    writer.i64(log_start_offset);
  }
  if (version >= 8) {
    writer.array(flexible, record_errors.size());
    for (const auto& element : record_errors) element.write(writer, version);
  }
  if (version >= 8) {
    writer.nullable_string(flexible, error_message);
  }
  if (version >= 9) {
    const bool has_current_leader = version >= 10 && !(current_leader == LeaderIdAndEpoch{});
    writer.uvarint(has_current_leader);
    if (has_current_leader) {
      const size_t tag = writer.begin_tag(0);
      current_leader.write(writer, version);
      writer.end_tag(tag);
    }
  }
}

void ProduceResponse::TopicProduceResponse::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 9;
  if (version <= 12) {
    name = reader.string(flexible);
  }
  if (version >= 13) {
    topic_id = reader.uuid();
  }
  partition_responses.resize(reader.array(flexible, version >= 9 ? 33 : version >= 8 ? 36 : version >= 5 ? 30 : 22, sizeof(PartitionProduceResponse)));
  for (auto& element : partition_responses) element.read(reader, version);
  if (version >= 9) {
    reader.skip_tags();
  }
}

void ProduceResponse::TopicProduceResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 9;
  if (version <= 12) {
    writer.string(flexible, name);
  }
  if (version >= 13) {
    writer.uuid(topic_id);
  }
  writer.array(flexible, partition_responses.size());
  for (const auto& element : partition_responses) element.write(writer, version);
  if (version >= 9) {
    writer.no_tags();
  }
}

void ProduceResponse::NodeEndpoint::read(Reader& reader, int16_t) {
  node_id = reader.i32();
  host = reader.string(true);
  port = reader.i32();
  rack = reader.nullable_string(true);
  reader.skip_tags();
}

void ProduceResponse::NodeEndpoint::write(Writer& writer, int16_t) const {
  writer.i32(node_id);
  writer.string(true, host);
  writer.i32(port);
  writer.nullable_string(true, rack);
  writer.no_tags();
}

void ProduceResponse::read(Reader& reader, int16_t version) {
  *this = ProduceResponse{};
  const bool flexible = version >= 9;
  responses.resize(reader.array(flexible, version >= 13 ? 18 : version >= 9 ? 3 : 6, sizeof(TopicProduceResponse)));
  for (auto& element : responses) element.read(reader, version);
  throttle_time_ms = reader.i32();
  if (version >= 9) {
    for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
      const Reader::Tag tag = reader.begin_tag();
      if (tag.number == 0 && version >= 10) {
        node_endpoints.resize(reader.array(true, 11, sizeof(NodeEndpoint)));
        for (auto& element : node_endpoints) element.read(reader, version);
      } else {
        reader.skip_rest();
      }
      reader.end_tag(tag);
    }
  }
}

void ProduceResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 9;
  writer.array(flexible, responses.size());
  for (const auto& element : responses) element.write(writer, version);
  writer.i32(throttle_time_ms);
  if (version >= 9) {
    const bool has_node_endpoints = version >= 10 && !node_endpoints.empty();
    writer.uvarint(has_node_endpoints);
    if (has_node_endpoints) {
      const size_t tag = writer.begin_tag(0);
      writer.array(true, node_endpoints.size());
      for (const auto& element : node_endpoints) element.write(writer, version);
      writer.end_tag(tag);
    }
  }
}

bool recode_produce_response(ByteView in, int16_t version, Bytes& out) {
  return recode<ProduceResponse>(in, version, out);
}

}  // namespace klamm::protocol
