// Generated from protocol/schema/37_create_partitions.kmsg; not to be edited.
#include "protocol/messages/create_partitions_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void CreatePartitionsResponse::CreatePartitionsTopicResult::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  name = reader.string(flexible);
  error_code = reader.i16();
  error_message = reader.nullable_string(flexible);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void CreatePartitionsResponse::CreatePartitionsTopicResult::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, name);
  writer.i16(error_code);
  writer.nullable_string(flexible, error_message);
  if (version >= 2) {
    writer.no_tags();
  }
}

void CreatePartitionsResponse::read(Reader& reader, int16_t version) {
  *this = CreatePartitionsResponse{};
  const bool flexible = version >= 2;
  throttle_time_ms = reader.i32();
  results.resize(reader.array(flexible, version >= 2 ? 5 : 6, sizeof(CreatePartitionsTopicResult)));
  for (auto& element : results) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void CreatePartitionsResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i32(throttle_time_ms);
  writer.array(flexible, results.size());
  for (const auto& element : results) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_create_partitions_response(ByteView in, int16_t version, Bytes& out) {
  return recode<CreatePartitionsResponse>(in, version, out);
}

}  // namespace klamm::protocol
