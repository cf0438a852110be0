// Generated from protocol/schema/19_create_topics.kmsg; not to be edited.
#include "protocol/messages/create_topics_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void CreateTopicsResponse::CreatableTopicConfigs::read(Reader& reader, int16_t) {
  name = reader.string(true);
  value = reader.nullable_string(true);
  read_only = reader.boolean();
  config_source = reader.i8();
  is_sensitive = reader.boolean();
  reader.skip_tags();
}

void CreateTopicsResponse::CreatableTopicConfigs::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.nullable_string(true, value);
  writer.boolean(read_only);
  writer.i8(config_source);
  writer.boolean(is_sensitive);
  writer.no_tags();
}

void CreateTopicsResponse::CreatableTopicResult::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 5;
  name = reader.string(flexible);
  if (version >= 7) {
    topic_id = reader.uuid();
  }
  error_code = reader.i16();
  error_message = reader.nullable_string(flexible);
  if (version >= 5) {
    num_partitions = reader.i32();
  }
  if (version >= 5) {
    replication_factor = reader.i16();
  }
  if (version >= 5) {
    configs.reset();
    if (auto count = reader.nullable_array(flexible, 6, sizeof(CreatableTopicConfigs))) {
      configs.emplace(*count);
      for (auto& element : *configs) element.read(reader, version);
    }
  }
  if (version >= 5) {
    for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
      const Reader::Tag tag = reader.begin_tag();
      if (tag.number == 0) {
        topic_config_error_code = reader.i16();
      } else {
        reader.skip_rest();
      }
      reader.end_tag(tag);
    }
  }
}

void CreateTopicsResponse::CreatableTopicResult::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 5;
  writer.string(flexible, name);
  if (version >= 7) {
    writer.uuid(topic_id);
  }
  writer.i16(error_code);
  writer.nullable_string(flexible, error_message);
  if (version >= 5) {
    writer.i32(num_partitions);
  }
  if (version >= 5) {
    writer.i16(replication_factor);
  }
  if (version >= 5) {
    if (configs) {
      writer.array(flexible, configs->size());
      for (const auto& element : *configs) element.write(writer, version);
    } else {
      writer.null_array(flexible);
    }
  }
  if (version >= 5) {
    const bool has_topic_config_error_code = topic_config_error_code != 0;
    writer.uvarint(has_topic_config_error_code);
    if (has_topic_config_error_code) {
      const size_t tag = writer.begin_tag(0);
      writer.i16(topic_config_error_code);
      writer.end_tag(tag);
    }
  }
}

void CreateTopicsResponse::read(Reader& reader, int16_t version) {
  *this = CreateTopicsResponse{};
  const bool flexible = version >= 5;
  throttle_time_ms = reader.i32();
  topics.resize(reader.array(flexible, version >= 7 ? 28 : version >= 5 ? 12 : 6, sizeof(CreatableTopicResult)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 5) {
    reader.skip_tags();
  }
}

void CreateTopicsResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 5;
  writer.i32(throttle_time_ms);
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 5) {
    writer.no_tags();
  }
}

bool recode_create_topics_response(ByteView in, int16_t version, Bytes& out) {
  return recode<CreateTopicsResponse>(in, version, out);
}

}  // namespace klamm::protocol
