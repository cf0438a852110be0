#include "protocol/record_batch_control.h"

#include "base/check.h"
#include "protocol/record_batch_builder.h"
#include "protocol/wire.h"

namespace klamm::protocol {
namespace {

Bytes control_key(ControlType type) {
  Bytes key;
  Writer writer(key);
  writer.i16(0);
  writer.i16(static_cast<int16_t>(type));
  return key;
}

}  // namespace

Bytes build_control_batch(Offset base_offset, Epoch leader_epoch, int64_t timestamp,
                          std::span<const ControlRecord> records) {
  CHECK(!records.empty());
  BatchFields fields;
  fields.base_offset = base_offset;
  fields.leader_epoch = leader_epoch;
  fields.is_control = true;
  RecordBatchBuilder builder(fields);
  for (const ControlRecord& record : records)
    builder.append(timestamp, control_key(record.type), record.value);
  return builder.build();
}

Bytes build_transaction_marker(Offset base_offset, Epoch leader_epoch, int64_t timestamp, ControlType type,
                               int64_t producer_id, int16_t producer_epoch, Epoch coordinator_epoch) {
  CHECK(type == ControlType::kAbort || type == ControlType::kCommit);
  BatchFields fields;
  fields.base_offset = base_offset;
  fields.leader_epoch = leader_epoch;
  fields.is_control = true;
  fields.is_transactional = true;
  fields.producer_id = producer_id;
  fields.producer_epoch = producer_epoch;
  Bytes value;
  Writer writer(value);
  writer.i16(0);
  writer.i32(coordinator_epoch.value);
  RecordBatchBuilder builder(fields);
  builder.append(timestamp, control_key(type), value);
  return builder.build();
}

std::optional<int16_t> control_type_of(std::optional<ByteView> key) {
  if (!key || key->size() < 4) return std::nullopt;
  // A version above ours keeps the type where it is; a negative one is none.
  if (static_cast<int16_t>(load_be16(key->data())) < 0) return std::nullopt;
  return static_cast<int16_t>(load_be16(key->data() + 2));
}

}  // namespace klamm::protocol
