// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/remove_topic_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void RemoveTopicRecord::read(Reader& reader, int16_t) {
  *this = RemoveTopicRecord{};
  topic_id = reader.uuid();
  reader.skip_tags();
}

void RemoveTopicRecord::write(Writer& writer, int16_t) const {
  writer.uuid(topic_id);
  writer.no_tags();
}

bool recode_remove_topic_record(ByteView in, int16_t version, Bytes& out) {
  return recode<RemoveTopicRecord>(in, version, out);
}

}  // namespace klamm::protocol
