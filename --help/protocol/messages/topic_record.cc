// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/topic_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void TopicRecord::read(Reader& reader, int16_t) {
  *this = TopicRecord{};
  name = reader.string(true);
  topic_id = reader.uuid();
  reader.skip_tags();
}

void TopicRecord::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.uuid(topic_id);
  writer.no_tags();
}

bool recode_topic_record(ByteView in, int16_t version, Bytes& out) {
  return recode<TopicRecord>(in, version, out);
}

}  // namespace klamm::protocol
