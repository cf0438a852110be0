// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/register_controller_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void RegisterControllerRecord::ControllerEndpoint::read(Reader& reader, int16_t) {
  name = reader.string(true);
  host = reader.string(true);
  port = reader.u16();
  security_protocol = reader.i16();
  reader.skip_tags();
}

void RegisterControllerRecord::ControllerEndpoint::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.string(true, host);
  writer.u16(port);
  writer.i16(security_protocol);
  writer.no_tags();
}

void RegisterControllerRecord::ControllerFeature::read(Reader& reader, int16_t) {
  name = reader.string(true);
  min_supported_version = reader.i16();
  max_supported_version = reader.i16();
  reader.skip_tags();
}

void RegisterControllerRecord::ControllerFeature::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.i16(min_supported_version);
  writer.i16(max_supported_version);
  writer.no_tags();
}

void RegisterControllerRecord::read(Reader& reader, int16_t version) {
  *this = RegisterControllerRecord{};
  controller_id = reader.i32();
  incarnation_id = reader.uuid();
  zk_migration_ready = reader.boolean();
  end_points.resize(reader.array(true, 7, sizeof(ControllerEndpoint)));
  for (auto& element : end_points) element.read(reader, version);
  features.resize(reader.array(true, 6, sizeof(ControllerFeature)));
  for (auto& element : features) element.read(reader, version);
  reader.skip_tags();
}

void RegisterControllerRecord::write(Writer& writer, int16_t version) const {
  writer.i32(controller_id);
  writer.uuid(incarnation_id);
  writer.boolean(zk_migration_ready);
  writer.array(true, end_points.size());
  for (const auto& element : end_points) element.write(writer, version);
  writer.array(true, features.size());
  for (const auto& element : features) element.write(writer, version);
  writer.no_tags();
}

bool recode_register_controller_record(ByteView in, int16_t version, Bytes& out) {
  return recode<RegisterControllerRecord>(in, version, out);
}

}  // namespace klamm::protocol
