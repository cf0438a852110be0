// Generated from protocol/schema/57_update_features.kmsg; not to be edited.
#include "protocol/messages/update_features_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void UpdateFeaturesRequest::FeatureUpdateKey::read(Reader& reader, int16_t version) {
  feature = reader.string(true);
  max_version_level = reader.i16();
  if (version <= 0) {
    allow_downgrade = reader.boolean();
  }
  if (version >= 1) {
    upgrade_type = reader.i8();
  }
  reader.skip_tags();
}

void UpdateFeaturesRequest::FeatureUpdateKey::write(Writer& writer, int16_t version) const {
  writer.string(true, feature);
  writer.i16(max_version_level);
  if (version <= 0) {
    writer.boolean(allow_downgrade);
  }
  if (version >= 1) {
    writer.i8(upgrade_type);
  }
  writer.no_tags();
}

void UpdateFeaturesRequest::read(Reader& reader, int16_t version) {
  *this = UpdateFeaturesRequest{};
  timeout_ms = reader.i32();
  feature_updates.resize(reader.array(true, 5, sizeof(FeatureUpdateKey)));
  for (auto& element : feature_updates) element.read(reader, version);
  if (version >= 1) {
    validate_only = reader.boolean();
  }
  reader.skip_tags();
}

void UpdateFeaturesRequest::write(Writer& writer, int16_t version) const {
  writer.i32(timeout_ms);
  writer.array(true, feature_updates.size());
  for (const auto& element : feature_updates) element.write(writer, version);
  if (version >= 1) {
    writer.boolean(validate_only);
  }
  writer.no_tags();
}

bool recode_update_features_request(ByteView in, int16_t version, Bytes& out) {
  return recode<UpdateFeaturesRequest>(in, version, out);
}

}  // namespace klamm::protocol
