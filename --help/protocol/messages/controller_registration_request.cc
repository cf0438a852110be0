// Generated from protocol/schema/70_controller_registration.kmsg; not to be edited.
#include "protocol/messages/controller_registration_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ControllerRegistrationRequest::Listener::read(Reader& reader, int16_t) {
  name = reader.string(true);
  host = reader.string(true);
  port = reader.u16();
  security_protocol = reader.i16();
  reader.skip_tags();
}

void ControllerRegistrationRequest::Listener::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.string(true, host);
  writer.u16(port);
  writer.i16(security_protocol);
  writer.no_tags();
}

void ControllerRegistrationRequest::Feature::read(Reader& reader, int16_t) {
  name = reader.string(true);
  min_supported_version = reader.i16();
  max_supported_version = reader.i16();
  reader.skip_tags();
}

void ControllerRegistrationRequest::Feature::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.i16(min_supported_version);
  writer.i16(max_supported_version);
  writer.no_tags();
}

void ControllerRegistrationRequest::read(Reader& reader, int16_t version) {
  *this = ControllerRegistrationRequest{};
  controller_id = reader.i32();
  incarnation_id = reader.uuid();
  zk_migration_ready = reader.boolean();
  listeners.resize(reader.array(true, 7, sizeof(Listener)));
  for (auto& element : listeners) element.read(reader, version);
  features.resize(reader.array(true, 6, sizeof(Feature)));
  for (auto& element : features) element.read(reader, version);
  reader.skip_tags();
}

void ControllerRegistrationRequest::write(Writer& writer, int16_t version) const {
  writer.i32(controller_id);
  writer.uuid(incarnation_id);
  writer.boolean(zk_migration_ready);
  writer.array(true, listeners.size());
  for (const auto& element : listeners) element.write(writer, version);
  writer.array(true, features.size());
  for (const auto& element : features) element.write(writer, version);
  writer.no_tags();
}

bool recode_controller_registration_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ControllerRegistrationRequest>(in, version, out);
}

}  // namespace klamm::protocol
