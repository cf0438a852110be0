// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/register_broker_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void RegisterBrokerRecord::BrokerEndpoint::read(Reader& reader, int16_t) {
  name = reader.string(true);
  host = reader.string(true);
  port = reader.u16();
  security_protocol = reader.i16();
  reader.skip_tags();
}

void RegisterBrokerRecord::BrokerEndpoint::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.string(true, host);
  writer.u16(port);
  writer.i16(security_protocol);
  writer.no_tags();
}

void RegisterBrokerRecord::BrokerFeature::read(Reader& reader, int16_t) {
  name = reader.string(true);
  min_supported_version = reader.i16();
  max_supported_version = reader.i16();
  reader.skip_tags();
}

void RegisterBrokerRecord::BrokerFeature::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.i16(min_supported_version);
  writer.i16(max_supported_version);
  writer.no_tags();
}

void RegisterBrokerRecord::read(Reader& reader, int16_t version) {
  *this = RegisterBrokerRecord{};
  broker_id = reader.i32();
  if (version >= 2) {
    is_migrating_zk_broker = reader.boolean();
  }
  incarnation_id = reader.uuid();
  broker_epoch = reader.i64();
  end_points.resize(reader.array(true, 7, sizeof(BrokerEndpoint)));
  for (auto& element : end_points) element.read(reader, version);
  features.resize(reader.array(true, 6, sizeof(BrokerFeature)));
  for (auto& element : features) element.read(reader, version);
  rack = reader.nullable_string(true);
  fenced = reader.boolean();
  if (version >= 1) {
    in_controlled_shutdown = reader.boolean();
  }
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0 && version >= 3) {
      log_dirs.resize(reader.array(true, 16, sizeof(Uuid)));
      for (auto& element : log_dirs) element = reader.uuid();
    } else if (tag.number == 1 && version >= 4) {
      cordoned_log_dirs.reset();
      if (auto count = reader.nullable_array(true, 16, sizeof(Uuid))) {
        cordoned_log_dirs.emplace(*count);
        for (auto& element : *cordoned_log_dirs) element = reader.uuid();
      }
    } else {
      reader.skip_rest();
    }
    reader.end_tag(tag);
  }
}

void RegisterBrokerRecord::write(Writer& writer, int16_t version) const {
  writer.i32(broker_id);
  if (version >= 2) {
    writer.boolean(is_migrating_zk_broker);
  }
  writer.uuid(incarnation_id);
  writer.i64(broker_epoch);
  writer.array(true, end_points.size());
  for (const auto& element : end_points) element.write(writer, version);
  writer.array(true, features.size());
  for (const auto& element : features) element.write(writer, version);
  writer.nullable_string(true, rack);
  writer.boolean(fenced);
  if (version >= 1) {
    writer.boolean(in_controlled_shutdown);
  }
  const bool has_log_dirs = version >= 3 && !log_dirs.empty();
  const bool has_cordoned_log_dirs = version >= 4 && cordoned_log_dirs;
  writer.uvarint(has_log_dirs + has_cordoned_log_dirs);
  if (has_log_dirs) {
    const size_t tag = writer.begin_tag(0);
    writer.array(true, log_dirs.size());
    for (const auto& element : log_dirs) writer.uuid(element);
    writer.end_tag(tag);
  }
  if (has_cordoned_log_dirs) {
    const size_t tag = writer.begin_tag(1);
    if (cordoned_log_dirs) {
      writer.array(true, cordoned_log_dirs->size());
      for (const auto& element : *cordoned_log_dirs) writer.uuid(element);
    } else {
      writer.null_array(true);
    }
    writer.end_tag(tag);
  }
}

bool recode_register_broker_record(ByteView in, int16_t version, Bytes& out) {
  return recode<RegisterBrokerRecord>(in, version, out);
}

}  // namespace klamm::protocol
