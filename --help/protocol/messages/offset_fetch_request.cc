// Generated from protocol/schema/09_offset_fetch.kmsg; not to be edited.
#include "protocol/messages/offset_fetch_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void OffsetFetchRequest::OffsetFetchRequestTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 6;
  name = reader.string(flexible);
  partition_indexes.resize(reader.array(flexible, 4, sizeof(int32_t)));
  for (auto& element : partition_indexes) element = reader.i32();
  if (version >= 6) {
    reader.skip_tags();
  }
}

void OffsetFetchRequest::OffsetFetchRequestTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 6;
  writer.string(flexible, name);
  writer.array(flexible, partition_indexes.size());
  for (const auto& element : partition_indexes) writer.i32(element);
  if (version >= 6) {
    writer.no_tags();
  }
}

void OffsetFetchRequest::OffsetFetchRequestTopics::read(Reader& reader, int16_t version) {
  if (version <= 9) {
    name = reader.string(true);
  }
  if (version >= 10) {
    topic_id = reader.uuid();
  }
  partition_indexes.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partition_indexes) element = reader.i32();
  reader.skip_tags();
}

void OffsetFetchRequest::OffsetFetchRequestTopics::write(Writer& writer, int16_t version) const {
  if (version <= 9) {
    writer.string(true, name);
  }
  if (version >= 10) {
    writer.uuid(topic_id);
  }
  writer.array(true, partition_indexes.size());
  for (const auto& element : partition_indexes) writer.i32(element);
  writer.no_tags();
}

void OffsetFetchRequest::OffsetFetchRequestGroup::read(Reader& reader, int16_t version) {
  group_id = reader.string(true);
  if (version >= 9) {
    member_id = reader.nullable_string(true);
  }
  if (version >= 9) {
    member_epoch = reader.i32();
  }
  topics.reset();
  if (auto count = reader.nullable_array(true, version >= 10 ? 18 : 3, sizeof(OffsetFetchRequestTopics))) {
    topics.emplace(*count);
    for (auto& element : *topics) element.read(reader, version);
  }
  reader.skip_tags();
}

void OffsetFetchRequest::OffsetFetchRequestGroup::write(Writer& writer, int16_t version) const {
  writer.string(true, group_id);
  if (version >= 9) {
    writer.nullable_string(true, member_id);
  }
  if (version >= 9) {
    writer.i32(member_epoch);
  }
  if (topics) {
    writer.array(true, topics->size());
    for (const auto& element : *topics) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  writer.no_tags();
}

void OffsetFetchRequest::read(Reader& reader, int16_t version) {
  *this = OffsetFetchRequest{};
  const bool flexible = version >= 6;
  if (version <= 7) {
    group_id = reader.string(flexible);
  }
  if (version <= 7) {
    topics.reset();
    if (auto count = reader.nullable_array(flexible, version >= 6 ? 3 : 6, sizeof(OffsetFetchRequestTopic))) {
      topics.emplace(*count);
      for (auto& element : *topics) element.read(reader, version);
    } else if (!(version >= 2)) {
      reader.fail();
    }
  }
  if (version >= 8) {
    groups.resize(reader.array(flexible, version >= 9 ? 8 : 3, sizeof(OffsetFetchRequestGroup)));
    for (auto& element : groups) element.read(reader, version);
  }
  if (version >= 7) {
    require_stable = reader.boolean();
  }
  if (version >= 6) {
    reader.skip_tags();
  }
}

void OffsetFetchRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 6;
  if (version <= 7) {
    writer.string(flexible, group_id);
  }
  if (version <= 7) {
    if (topics) {
      writer.array(flexible, topics->size());
      for (const auto& element : *topics) element.write(writer, version);
    } else {
      if (version >= 2) {
        writer.null_array(flexible);
      } else {
        writer.array(flexible, 0);
      }
    }
  }
  if (version >= 8) {
    writer.array(flexible, groups.size());
    for (const auto& element : groups) element.write(writer, version);
  }
  if (version >= 7) {
    writer.boolean(require_stable);
  }
  if (version >= 6) {
    writer.no_tags();
  }
}

bool recode_offset_fetch_request(ByteView in, int16_t version, Bytes& out) {
  return recode<OffsetFetchRequest>(in, version, out);
}

}  // namespace klamm::protocol
