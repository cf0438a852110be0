// Generated from protocol/schema/57_update_features.kmsg; not to be edited.
#include "protocol/messages/update_features_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void UpdateFeaturesResponse::UpdatableFeatureResult::read(Reader& reader, int16_t) {
  feature = reader.string(true);
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  reader.skip_tags();
}

void UpdateFeaturesResponse::UpdatableFeatureResult::write(Writer& writer, int16_t) const {
  writer.string(true, feature);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.no_tags();
}

void UpdateFeaturesResponse::read(Reader& reader, int16_t version) {
  *this = UpdateFeaturesResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  if (version <= 1) {
    results.resize(reader.array(true, 5, sizeof(UpdatableFeatureResult)));
    for (auto& element : results) element.read(reader, version);
  }
  reader.skip_tags();
}

void UpdateFeaturesResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  if (version <= 1) {
    writer.array(true, results.size());
    for (const auto& element : results) element.write(writer, version);
  }
  writer.no_tags();
}

bool recode_update_features_response(ByteView in, int16_t version, Bytes& out) {
  return recode<UpdateFeaturesResponse>(in, version, out);
}

}  // namespace klamm::protocol
