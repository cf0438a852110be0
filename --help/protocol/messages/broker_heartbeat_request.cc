// Generated from protocol/schema/63_broker_heartbeat.kmsg; not to be edited.
#include "protocol/messages/broker_heartbeat_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void BrokerHeartbeatRequest::read(Reader& reader, int16_t version) {
  *this = BrokerHeartbeatRequest{};
  broker_id = reader.i32();
  broker_epoch = reader.i64();
  current_metadata_offset = reader.i64();
  want_fence = reader.boolean();
  want_shut_down = reader.boolean();
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0 && version >= 1) {
      offline_log_dirs.resize(reader.array(true, 16, sizeof(Uuid)));
      for (auto& element : offline_log_dirs) element = reader.uuid();
    } else if (tag.number == 1 && version >= 2) {
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

void BrokerHeartbeatRequest::write(Writer& writer, int16_t version) const {
  writer.i32(broker_id);
  writer.i64(broker_epoch);
  writer.i64(current_metadata_offset);
  writer.boolean(want_fence);
  writer.boolean(want_shut_down);
  const bool has_offline_log_dirs = version >= 1 && !offline_log_dirs.empty();
  const bool has_cordoned_log_dirs = version >= 2 && cordoned_log_dirs;
  writer.uvarint(has_offline_log_dirs + has_cordoned_log_dirs);
  if (has_offline_log_dirs) {
    const size_t tag = writer.begin_tag(0);
    writer.array(true, offline_log_dirs.size());
    for (const auto& element : offline_log_dirs) writer.uuid(element);
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

bool recode_broker_heartbeat_request(ByteView in, int16_t version, Bytes& out) {
  return recode<BrokerHeartbeatRequest>(in, version, out);
}

}  // namespace klamm::protocol
