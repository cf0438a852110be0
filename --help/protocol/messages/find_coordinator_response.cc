// Generated from protocol/schema/10_find_coordinator.kmsg; not to be edited.
#include "protocol/messages/find_coordinator_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void FindCoordinatorResponse::Coordinator::read(Reader& reader, int16_t) {
  key = reader.string(true);
  node_id = reader.i32();
  host = reader.string(true);
  port = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  reader.skip_tags();
}

void FindCoordinatorResponse::Coordinator::write(Writer& writer, int16_t) const {
  writer.string(true, key);
  writer.i32(node_id);
  writer.string(true, host);
  writer.i32(port);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.no_tags();
}

void FindCoordinatorResponse::read(Reader& reader, int16_t version) {
  *this = FindCoordinatorResponse{};
  const bool flexible = version >= 3;
  if (version >= 1) {
    throttle_time_ms = reader.i32();
  }
  if (version <= 3) {
    error_code = reader.i16();
  }
  if (version >= 1 && version <= 3) {
    error_message = reader.nullable_string(flexible);
  }
  if (version <= 3) {
    node_id = reader.i32();
  }
  if (version <= 3) {
    host = reader.string(flexible);
  }
  if (version <= 3) {
    port = reader.i32();
  }
  if (version >= 4) {
    coordinators.resize(reader.array(flexible, 14, sizeof(Coordinator)));
    for (auto& element : coordinators) element.read(reader, version);
  }
  if (version >= 3) {
    reader.skip_tags();
  }
}

void FindCoordinatorResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  if (version >= 1) {
    writer.i32(throttle_time_ms);
  }
  if (version <= 3) {
    writer.i16(error_code);
  }
  if (version >= 1 && version <= 3) {
    writer.nullable_string(flexible, error_message);
  }
  if (version <= 3) {
    writer.i32(node_id);
  }
  if (version <= 3) {
    writer.string(flexible, host);
  }
  if (version <= 3) {
    writer.i32(port);
  }
  if (version >= 4) {
    writer.array(flexible, coordinators.size());
    for (const auto& element : coordinators) element.write(writer, version);
  }
  if (version >= 3) {
    writer.no_tags();
  }
}

bool recode_find_coordinator_response(ByteView in, int16_t version, Bytes& out) {
  return recode<FindCoordinatorResponse>(in, version, out);
}

}  // namespace klamm::protocol
