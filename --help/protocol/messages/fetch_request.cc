// Generated from protocol/schema/01_fetch.kmsg; not to be edited.
#include "protocol/messages/fetch_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void FetchRequest::ReplicaState::read(Reader& reader, int16_t) {
  replica_id = reader.i32();
  replica_epoch = reader.i64();
  reader.skip_tags();
}

void FetchRequest::ReplicaState::write(Writer& writer, int16_t) const {
  writer.i32(replica_id);
  writer.i64(replica_epoch);
  writer.no_tags();
}

void FetchRequest::FetchPartition::read(Reader& reader, int16_t version) {
  partition = reader.i32();
  if (version >= 9) {
    current_leader_epoch = reader.i32();
  }
  fetch_offset = reader.i64();
  if (version >= 12) {
    last_fetched_epoch = reader.i32();
  }
  if (version >= 5) {
    log_start_offset = reader.i64();
  }
  partition_max_bytes = reader.i32();
  if (version >= 12) {
    for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
      const Reader::Tag tag = reader.begin_tag();
      if (tag.number == 0 && version >= 17) {
        replica_directory_id = reader.uuid();
      } else if (tag.number == 1 && version >= 18) {
        high_watermark = reader.i64();
      } else {
        reader.skip_rest();
      }
      reader.end_tag(tag);
    }
  }
}

void FetchRequest::FetchPartition::write(Writer& writer, int16_t version) const {
  writer.i32(partition);
  if (version >= 9) {
    writer.i32(current_leader_epoch);
  }
  writer.i64(fetch_offset);
  if (version >= 12) {
    writer.i32(last_fetched_epoch);
  }
  if (version >= 5) {
    writer.i64(log_start_offset);
  }
  writer.i32(partition_max_bytes);
  if (version >= 12) {
    const bool has_replica_directory_id = version >= 17 && !replica_directory_id.is_zero();
    const bool has_high_watermark = version >= 18 && high_watermark != INT64_MAX;
    writer.uvarint(has_replica_directory_id + has_high_watermark);
    if (has_replica_directory_id) {
      const size_t tag = writer.begin_tag(0);
      writer.uuid(replica_directory_id);
      writer.end_tag(tag);
    }
    if (has_high_watermark) {
      const size_t tag = writer.begin_tag(1);
      writer.i64(high_watermark);
      writer.end_tag(tag);
    }
  }
}

void FetchRequest::FetchTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 12;
  if (version <= 12) {
    topic = reader.string(flexible);
  }
  if (version >= 13) {
    topic_id = reader.uuid();
  }
  partitions.resize(reader.array(flexible, version >= 12 ? 33 : version >= 9 ? 28 : version >= 5 ? 24 : 16, sizeof(FetchPartition)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 12) {
    reader.skip_tags();
  }
}

void FetchRequest::FetchTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 12;
  if (version <= 12) {
    writer.string(flexible, topic);
  }
  if (version >= 13) {
    writer.uuid(topic_id);
  }
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 12) {
    writer.no_tags();
  }
}

void FetchRequest::ForgottenTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 12;
  if (version <= 12) {
    topic = reader.string(flexible);
  }
  if (version >= 13) {
    topic_id = reader.uuid();
  }
  partitions.resize(reader.array(flexible, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  if (version >= 12) {
    reader.skip_tags();
  }
}

void FetchRequest::ForgottenTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 12;
  if (version <= 12) {
    writer.string(flexible, topic);
  }
  if (version >= 13) {
    writer.uuid(topic_id);
  }
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  if (version >= 12) {
    writer.no_tags();
  }
}

void FetchRequest::read(Reader& reader, int16_t version) {
  *this = FetchRequest{};
  const bool flexible = version >= 12;
  if (version <= 14) {
    replica_id = reader.i32();
  }
  max_wait_ms = reader.i32();
  min_bytes = reader.i32();
  max_bytes = reader.i32();
  isolation_level = reader.i8();
  if (version >= 7) {
    session_id = reader.i32();
  }
  if (version >= 7) {
    session_epoch = reader.i32();
  }
  topics.resize(reader.array(flexible, version >= 13 ? 18 : version >= 12 ? 3 : 6, sizeof(FetchTopic)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 7) {
    forgotten_topics_data.resize(reader.array(flexible, version >= 13 ? 18 : version >= 12 ? 3 : 6, sizeof(ForgottenTopic)));
    for (auto& element : forgotten_topics_data) element.read(reader, version);
  }
  if (version >= 11) {
    rack_id = reader.string(flexible);
  }
  if (version >= 12) {
    for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
      const Reader::Tag tag = reader.begin_tag();
      if (tag.number == 0) {
        cluster_id = reader.nullable_string(true);
      } else if (tag.number == 1 && version >= 15) {
        replica_state.read(reader, version);
      } else {
        reader.skip_rest();
      }
      reader.end_tag(tag);
    }
  }
}

void FetchRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 12;
  if (version <= 14) {
    writer.i32(replica_id);
  }
  writer.i32(max_wait_ms);
  writer.i32(min_bytes);
  writer.i32(max_bytes);
  writer.i8(isolation_level);
  if (version >= 7) {
    writer.i32(session_id);
  }
  if (version >= 7) {
    writer.i32(session_epoch);
  }
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 7) {
    writer.array(flexible, forgotten_topics_data.size());
    for (const auto& element : forgotten_topics_data) element.write(writer, version);
  }
  if (version >= 11) {
    writer.string(flexible, rack_id);
  }
  if (version >= 12) {
    const bool has_cluster_id = cluster_id.has_value();
    const bool has_replica_state = version >= 15 && !(replica_state == ReplicaState{});
    writer.uvarint(has_cluster_id + has_replica_state);
    if (has_cluster_id) {
      const size_t tag = writer.begin_tag(0);
      writer.nullable_string(true, cluster_id);
      writer.end_tag(tag);
    }
    if (has_replica_state) {
      const size_t tag = writer.begin_tag(1);
      replica_state.write(writer, version);
      writer.end_tag(tag);
    }
  }
}

bool recode_fetch_request(ByteView in, int16_t version, Bytes& out) {
  return recode<FetchRequest>(in, version, out);
}

}  // namespace klamm::protocol
