// Generated from protocol/schema/18_api_versions.kmsg; not to be edited.
#include "protocol/messages/api_versions_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ApiVersionsResponse::ApiVersion::read(Reader& reader, int16_t version) {
  api_key = reader.i16();
  min_version = reader.i16();
  max_version = reader.i16();
  if (version >= 3) {
    reader.skip_tags();
  }
}

void ApiVersionsResponse::ApiVersion::write(Writer& writer, int16_t version) const {
  writer.i16(api_key);
  writer.i16(min_version);
  writer.i16(max_version);
  if (version >= 3) {
    writer.no_tags();
  }
}

void ApiVersionsResponse::SupportedFeatureKey::read(Reader& reader, int16_t) {
  name = reader.string(true);
  min_version = reader.i16();
  max_version = reader.i16();
  reader.skip_tags();
}

void ApiVersionsResponse::SupportedFeatureKey::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.i16(min_version);
  writer.i16(max_version);
  writer.no_tags();
}

void ApiVersionsResponse::FinalizedFeatureKey::read(Reader& reader, int16_t) {
  name = reader.string(true);
  max_version_level = reader.i16();
  min_version_level = reader.i16();
  reader.skip_tags();
}

void ApiVersionsResponse::FinalizedFeatureKey::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.i16(max_version_level);
  writer.i16(min_version_level);
  writer.no_tags();
}

void ApiVersionsResponse::read(Reader& reader, int16_t version) {
  *this = ApiVersionsResponse{};
  const bool flexible = version >= 3;
  error_code = reader.i16();
  api_keys.resize(reader.array(flexible, version >= 3 ? 7 : 6, sizeof(ApiVersion)));
  for (auto& element : api_keys) element.read(reader, version);
  if (version >= 1) {
    throttle_time_ms = reader.i32();
  }
  if (version >= 3) {
    for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
      const Reader::Tag tag = reader.begin_tag();
      if (tag.number == 0) {
        supported_features.resize(reader.array(true, 6, sizeof(SupportedFeatureKey)));
        for (auto& element : supported_features) element.read(reader, version);
      } else if (tag.number == 1) {
        finalized_features_epoch = reader.i64();
      } else if (tag.number == 2) {
        finalized_features.resize(reader.array(true, 6, sizeof(FinalizedFeatureKey)));
        for (auto& element : finalized_features) element.read(reader, version);
      } else if (tag.number == 3) {
        zk_migration_ready = reader.boolean();
      } else {
        reader.skip_rest();
      }
      reader.end_tag(tag);
    }
  }
}

void ApiVersionsResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  writer.i16(error_code);
  writer.array(flexible, api_keys.size());
  for (const auto& element : api_keys) element.write(writer, version);
  if (version >= 1) {
    writer.i32(throttle_time_ms);
  }
  if (version >= 3) {
    const bool has_supported_features = !supported_features.empty();
    const bool has_finalized_features_epoch = finalized_features_epoch != -1;
    const bool has_finalized_features = !finalized_features.empty();
    const bool has_zk_migration_ready = zk_migration_ready;
    writer.uvarint(has_supported_features + has_finalized_features_epoch + has_finalized_features + has_zk_migration_ready);
    if (has_supported_features) {
      const size_t tag = writer.begin_tag(0);
      writer.array(true, supported_features.size());
      for (const auto& element : supported_features) element.write(writer, version);
      writer.end_tag(tag);
    }
    if (has_finalized_features_epoch) {
      const size_t tag = writer.begin_tag(1);
      writer.i64(finalized_features_epoch);
      writer.end_tag(tag);
    }
    if (has_finalized_features) {
      const size_t tag = writer.begin_tag(2);
      writer.array(true, finalized_features.size());
      for (const auto& element : finalized_features) element.write(writer, version);
      writer.end_tag(tag);
    }
    if (has_zk_migration_ready) {
      const size_t tag = writer.begin_tag(3);
      writer.boolean(zk_migration_ready);
      writer.end_tag(tag);
    }
  }
}

bool recode_api_versions_response(ByteView in, int16_t version, Bytes& out) {
  return recode<ApiVersionsResponse>(in, version, out);
}

}  // namespace klamm::protocol
