// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/broker_registration_change_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void BrokerRegistrationChangeRecord::read(Reader& reader, int16_t version) {
  *this = BrokerRegistrationChangeRecord{};
  broker_id = reader.i32();
  broker_epoch = reader.i64();
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0) {
      fenced = reader.i8();
    } else if (tag.number == 1 && version >= 1) {
      in_controlled_shutdown = reader.i8();
    } else if (tag.number == 2 && version >= 2) {
      log_dirs.resize(reader.array(true, 16, sizeof(Uuid)));
      for (auto& element : log_dirs) element = reader.uuid();
    } else if (tag.number == 3 && version >= 3) {
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

void BrokerRegistrationChangeRecord::write(Writer& writer, int16_t version) const {
  writer.i32(broker_id);
  writer.i64(broker_epoch);
  const bool has_fenced = fenced != 0;
  const bool has_in_controlled_shutdown = version >= 1 && in_controlled_shutdown != 0;
  const bool has_log_dirs = version >= 2 && !log_dirs.empty();
  const bool has_cordoned_log_dirs = version >= 3 && cordoned_log_dirs;
  writer.uvarint(has_fenced + has_in_controlled_shutdown + has_log_dirs + has_cordoned_log_dirs);
  if (has_fenced) {
    const size_t tag = writer.begin_tag(0);
    writer.i8(fenced);
    writer.end_tag(tag);
  }
  if (has_in_controlled_shutdown) {
    const size_t tag = writer.begin_tag(1);
    writer.i8(in_controlled_shutdown);
    writer.end_tag(tag);
  }
  if (has_log_dirs) {
    const size_t tag = writer.begin_tag(2);
    writer.array(true, log_dirs.size());
    for (const auto& element : log_dirs) writer.uuid(element);
    writer.end_tag(tag);
  }
  if (has_cordoned_log_dirs) {
    const size_t tag = writer.begin_tag(3);
    if (cordoned_log_dirs) {
      writer.array(true, cordoned_log_dirs->size());
      for (const auto& element : *cordoned_log_dirs) writer.uuid(element);
    } else {
      writer.null_array(true);
    }
    writer.end_tag(tag);
  }
}

bool recode_broker_registration_change_record(ByteView in, int16_t version, Bytes& out) {
  return recode<BrokerRegistrationChangeRecord>(in, version, out);
}

}  // namespace klamm::protocol
