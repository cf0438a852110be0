// Generated from protocol/schema/03_metadata.kmsg; not to be edited.
#include "protocol/messages/metadata_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void MetadataRequest::MetadataRequestTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 9;
  if (version >= 10) {
    topic_id = reader.uuid();
  }
  name = version >= 10 ? reader.nullable_string(flexible) : reader.string(flexible);
  if (version >= 9) {
    reader.skip_tags();
  }
}

void MetadataRequest::MetadataRequestTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 9;
  if (version >= 10) {
    writer.uuid(topic_id);
  }
  if (name || version >= 10) {
    writer.nullable_string(flexible, name);
  } else {
    writer.string(flexible, {});
  }
  if (version >= 9) {
    writer.no_tags();
  }
}

void MetadataRequest::read(Reader& reader, int16_t version) {
  *this = MetadataRequest{};
  const bool flexible = version >= 9;
  topics.reset();
  if (auto count = reader.nullable_array(flexible, version >= 10 ? 18 : 2, sizeof(MetadataRequestTopic))) {
    topics.emplace(*count);
    for (auto& element : *topics) element.read(reader, version);
  } else if (!(version >= 1)) {
    reader.fail();
  }
  if (version >= 4) {
    allow_auto_topic_creation = reader.boolean();
  }
  if (version >= 8 && version <= 10) {
    include_cluster_authorized_operations = reader.boolean();
  }
  if (version >= 8) {
    include_topic_authorized_operations = reader.boolean();
  }
  if (version >= 9) {
    reader.skip_tags();
  }
}

void MetadataRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 9;
  if (topics) {
    writer.array(flexible, topics->size());
    for (const auto& element : *topics) element.write(writer, version);
  } else {
    if (version >= 1) {
      writer.null_array(flexible);
    } else {
      writer.array(flexible, 0);
    }
  }
  if (version >= 4) {
    writer.boolean(allow_auto_topic_creation);
  }
  if (version >= 8 && version <= 10) {
    writer.boolean(include_cluster_authorized_operations);
  }
  if (version >= 8) {
    writer.boolean(include_topic_authorized_operations);
  }
  if (version >= 9) {
    writer.no_tags();
  }
}

bool recode_metadata_request(ByteView in, int16_t version, Bytes& out) {
  return recode<MetadataRequest>(in, version, out);
}

}  // namespace klamm::protocol
