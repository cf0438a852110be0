// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/feature_level_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void FeatureLevelRecord::read(Reader& reader, int16_t) {
  *this = FeatureLevelRecord{};
  name = reader.string(true);
  feature_level = reader.i16();
  reader.skip_tags();
}

void FeatureLevelRecord::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.i16(feature_level);
  writer.no_tags();
}

bool recode_feature_level_record(ByteView in, int16_t version, Bytes& out) {
  return recode<FeatureLevelRecord>(in, version, out);
}

}  // namespace klamm::protocol
