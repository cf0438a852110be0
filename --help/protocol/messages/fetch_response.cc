// Generated from protocol/schema/01_fetch.kmsg; not to be edited.
#include "protocol/messages/fetch_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void FetchResponse::EpochEndOffset::read(Reader& reader, int16_t) {
  epoch = reader.i32();
  end_offset = reader.i64();
  reader.skip_tags();
}

void FetchResponse::EpochEndOffset::write(Writer& writer, int16_t) const {
  writer.i32(epoch);
  writer.i64(end_offset);
  writer.no_tags();
}

void FetchResponse::LeaderIdAndEpoch::read(Reader& reader, int16_t) {
  leader_id = reader.i32();
  leader_epoch = reader.i32();
  reader.skip_tags();
}

void FetchResponse::LeaderIdAndEpoch::write(Writer& writer, int16_t) const {
  writer.i32(leader_id);
  writer.i32(leader_epoch);
  writer.no_tags();
}

void FetchResponse::SnapshotId::read(Reader& reader, int16_t) {
  end_offset = reader.i64();
  epoch = reader.i32();
  reader.skip_tags();
}

void FetchResponse::SnapshotId::write(Writer& writer, int16_t) const {
  writer.i64(end_offset);
  writer.i32(epoch);
  writer.no_tags();
}

void FetchResponse::AbortedTransaction::read(Reader& reader, int16_t version) {
  producer_id = reader.i64();
  first_offset = reader.i64();
  if (version >= 12) {
    reader.skip_tags();
  }
}

void FetchResponse::AbortedTransaction::write(Writer& writer, int16_t version) const {
  writer.i64(producer_id);
  writer.i64(first_offset);
  if (version >= 12) {
    writer.no_tags();
  }
}

void FetchResponse::PartitionData::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 12;
  partition_index = reader.i32();
  error_code = reader.i16();
  high_watermark = reader.i64();
  last_stable_offset = reader.i64();
  if (version >= 5) {
    log_start_offset = reader.i64();
  }
  aborted_transactions.reset();
  if (auto count = reader.nullable_array(flexible, version >= 12 ? 17 : 16, sizeof(AbortedTransaction))) {
    aborted_transactions.emplace(*count);
    for (auto& element : *aborted_transactions) element.read(reader, version);
  }
  if (version >= 11) {
    preferred_read_replica = reader.i32();
  }
  records = reader.nullable_records(flexible);
  if (version >= 12) {
    for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
      const Reader::Tag tag = reader.begin_tag();
      if (tag.number == 0) {
        diverging_epoch.read(reader, version);
      } else if (tag.number == 1) {
        current_leader.read(reader, version);
      } else if (tag.number == 2) {
        snapshot_id.read(reader, version);
      } else {
        reader.skip_rest();
      }
      reader.end_tag(tag);
    }
  }
}

void FetchResponse::PartitionData::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 12;
  writer.i32(partition_index);
  writer.i16(error_code);
  writer.i64(high_watermark);
  writer.i64(last_stable_offset);
  if (version >= 5) {
    writer.i64(log_start_offset);
  }
  if (aborted_transactions) {
    writer.array(flexible, aborted_transactions->size());
    for (const auto& element : *aborted_transactions) element.write(writer, version);
  } else {
    writer.null_array(flexible);
  }
  if (version >= 11) {
    writer.i32(preferred_read_replica);
  }
  writer.records(flexible, records);
  if (version >= 12) {
    const bool has_diverging_epoch = !(diverging_epoch == EpochEndOffset{});
    const bool has_current_leader = !(current_leader == LeaderIdAndEpoch{});
    const bool has_snapshot_id = !(snapshot_id == SnapshotId{});
    writer.uvarint(has_diverging_epoch + has_current_leader + has_snapshot_id);
    if (has_diverging_epoch) {
      const size_t tag = writer.begin_tag(0);
      diverging_epoch.write(writer, version);
      writer.end_tag(tag);
    }
    if (has_current_leader) {
      const size_t tag = writer.begin_tag(1);
      current_leader.write(writer, version);
      writer.end_tag(tag);
    }
    if (has_snapshot_id) {
      const size_t tag = writer.begin_tag(2);
      snapshot_id.write(writer, version);
      writer.end_tag(tag);
    }
  }
}

void FetchResponse::FetchableTopicResponse::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 12;
  if (version <= 12) {
    topic = reader.string(flexible);
  }
  if (version >= 13) {
    topic_id = reader.uuid();
  }
  partitions.resize(reader.array(flexible, version >= 12 ? 37 : version >= 11 ? 42 : version >= 5 ? 38 : 30, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 12) {
    reader.skip_tags();
  }
}

void FetchResponse::FetchableTopicResponse::write(Writer& writer, int16_t version) const {
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

void FetchResponse::NodeEndpoint::read(Reader& reader, int16_t) {
  node_id = reader.i32();
  host = reader.string(true);
  port = reader.i32();
  rack = reader.nullable_string(true);
  reader.skip_tags();
}

void FetchResponse::NodeEndpoint::write(Writer& writer, int16_t) const {
  writer.i32(node_id);
  writer.string(true, host);
  writer.i32(port);
  writer.nullable_string(true, rack);
  writer.no_tags();
}

void FetchResponse::read(Reader& reader, int16_t version) {
  *this = FetchResponse{};
  const bool flexible = version >= 12;
  throttle_time_ms = reader.i32();
  if (version >= 7) {
    error_code = reader.i16();
  }
  if (version >= 7) {
    session_id = reader.i32();
  }
  responses.resize(reader.array(flexible, version >= 13 ? 18 : version >= 12 ? 3 : 6, sizeof(FetchableTopicResponse)));
  for (auto& element : responses) element.read(reader, version);
  if (version >= 12) {
    for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
      const Reader::Tag tag = reader.begin_tag();
      if (tag.number == 0 && version >= 16) {
        node_endpoints.resize(reader.array(true, 11, sizeof(NodeEndpoint)));
        for (auto& element : node_endpoints) element.read(reader, version);
      } else {
        reader.skip_rest();
      }
      reader.end_tag(tag);
    }
  }
}

void FetchResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 12;
  writer.i32(throttle_time_ms);
  if (version >= 7) {
    writer.i16(error_code);
  }
  if (version >= 7) {
    writer.i32(session_id);
  }
  writer.array(flexible, responses.size());
  for (const auto& element : responses) element.write(writer, version);
  if (version >= 12) {
    const bool has_node_endpoints = version >= 16 && !node_endpoints.empty();
    writer.uvarint(has_node_endpoints);
    if (has_node_endpoints) {
      const size_t tag = writer.begin_tag(0);
      writer.array(true, node_endpoints.size());
      for (const auto& element : node_endpoints) element.write(writer, version);
      writer.end_tag(tag);
    }
  }
}

bool recode_fetch_response(ByteView in, int16_t version, Bytes& out) {
  return recode<FetchResponse>(in, version, out);
}

}  // namespace klamm::protocol
