// Generated from protocol/schema/62_broker_registration.kmsg; not to be edited.
#include "protocol/messages/broker_registration_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void BrokerRegistrationRequest::Listener::read(Reader& reader, int16_t) {
  name = reader.string(true);
  host = reader.string(true);
  port = reader.u16();
  security_protocol = reader.i16();
  reader.skip_tags();
}

void BrokerRegistrationRequest::Listener::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.string(true, host);
  writer.u16(port);
  writer.i16(security_protocol);
  writer.no_tags();
}

void BrokerRegistrationRequest::Feature::read(Reader& reader, int16_t) {
  name = reader.string(true);
  min_supported_version = reader.i16();
  max_supported_version = reader.i16();
  reader.skip_tags();
}

void BrokerRegistrationRequest::Feature::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.i16(min_supported_version);
  writer.i16(max_supported_version);
  writer.no_tags();
}

void BrokerRegistrationRequest::read(Reader& reader, int16_t version) {
  *this = BrokerRegistrationRequest{};
  broker_id = reader.i32();
  cluster_id = reader.string(true);
  incarnation_id = reader.uuid();
  listeners.resize(reader.array(true, 7, sizeof(Listener)));
  for (auto& element : listeners) element.read(reader, version);
  features.resize(reader.array(true, 6, sizeof(Feature)));
  for (auto& element : features) element.read(reader, version);
  rack = reader.nullable_string(true);
  if (version >= 1) {
    is_migrating_zk_broker = reader.boolean();
  }
  if (version >= 2) {
    log_dirs.resize(reader.array(true, 16, sizeof(Uuid)));
    for (auto& element : log_dirs) element = reader.uuid();
  }
  if (version >= 3) {
    previous_broker_epoch = reader.i64();
  }
  reader.skip_tags();
}

void BrokerRegistrationRequest::write(Writer& writer, int16_t version) const {
  writer.i32(broker_id);
  writer.string(true, cluster_id);
  writer.uuid(incarnation_id);
  writer.array(true, listeners.size());
  for (const auto& element : listeners) element.write(writer, version);
  writer.array(true, features.size());
  for (const auto& element : features) element.write(writer, version);
  writer.nullable_string(true, rack);
  if (version >= 1) {
    writer.boolean(is_migrating_zk_broker);
  }
  if (version >= 2) {
    writer.array(true, log_dirs.size());
    for (const auto& element : log_dirs) writer.uuid(element);
  }
  if (version >= 3) {
    writer.i64(previous_broker_epoch);
  }
  writer.no_tags();
}

bool recode_broker_registration_request(ByteView in, int16_t version, Bytes& out) {
  return recode<BrokerRegistrationRequest>(in, version, out);
}

}  // namespace klamm::protocol
