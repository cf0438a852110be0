// Generated from protocol/schema/44_incremental_alter_configs.kmsg; not to be edited.
#include "protocol/messages/incremental_alter_configs_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void IncrementalAlterConfigsResponse::AlterConfigsResourceResponse::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  error_code = reader.i16();
  error_message = reader.nullable_string(flexible);
  resource_type = reader.i8();
  resource_name = reader.string(flexible);
  if (version >= 1) {
    reader.skip_tags();
  }
}

void IncrementalAlterConfigsResponse::AlterConfigsResourceResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.i16(error_code);
  writer.nullable_string(flexible, error_message);
  writer.i8(resource_type);
  writer.string(flexible, resource_name);
  if (version >= 1) {
    writer.no_tags();
  }
}

void IncrementalAlterConfigsResponse::read(Reader& reader, int16_t version) {
  *this = IncrementalAlterConfigsResponse{};
  const bool flexible = version >= 1;
  throttle_time_ms = reader.i32();
  responses.resize(reader.array(flexible, version >= 1 ? 6 : 7, sizeof(AlterConfigsResourceResponse)));
  for (auto& element : responses) element.read(reader, version);
  if (version >= 1) {
    reader.skip_tags();
  }
}

void IncrementalAlterConfigsResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.i32(throttle_time_ms);
  writer.array(flexible, responses.size());
  for (const auto& element : responses) element.write(writer, version);
  if (version >= 1) {
    writer.no_tags();
  }
}

bool recode_incremental_alter_configs_response(ByteView in, int16_t version, Bytes& out) {
  return recode<IncrementalAlterConfigsResponse>(in, version, out);
}

}  // namespace klamm::protocol
