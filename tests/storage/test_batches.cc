#include "tests/storage/test_batches.h"

#include <algorithm>

#include "base/crc32c.h"
#include "protocol/wire.h"

namespace klamm::storage {

TestBatch& TestBatch::marker(bool aborted, int32_t coordinator_epoch) {
  attributes_ |= 0x30;
  sequence_ = -1;
  protocol::Writer key(marker_key_);
  key.i16(0);
  key.i16(aborted ? 0 : 1);
  protocol::Writer value(marker_value_);
  value.i16(0);
  value.i32(coordinator_epoch);
  return *this;
}

void TestBatch::write_record(Bytes& out, int32_t delta) const {
  Bytes record;
  protocol::Writer writer(record);
  writer.i8(0);
  writer.varlong(delta * step_);
  writer.varint(delta);
  if (marker_key_.empty()) {
    writer.varint(-1);
    const Bytes value(value_size_, static_cast<uint8_t>(fill_));
    writer.varint(static_cast<int32_t>(value.size()));
    writer.raw(value);
  } else {
    writer.varint(static_cast<int32_t>(marker_key_.size()));
    writer.raw(marker_key_);
    writer.varint(static_cast<int32_t>(marker_value_.size()));
    writer.raw(marker_value_);
  }
  writer.varint(0);
  protocol::Writer(out).varint(static_cast<int32_t>(record.size()));
  out.insert(out.end(), record.begin(), record.end());
}

Bytes TestBatch::bytes() const {
  Bytes out;
  protocol::Writer writer(out);
  writer.i64(base_offset_);
  writer.i32(0);
  writer.i32(epoch_);
  writer.i8(2);
  writer.u32(0);
  writer.i16(attributes_);
  writer.i32(count_ - 1);
  writer.i64(timestamp_);
  writer.i64(timestamp_ + std::max<int64_t>(0, (count_ - 1) * step_));
  writer.i64(producer_id_);
  writer.i16(static_cast<int16_t>(producer_epoch_));
  writer.i32(sequence_);
  writer.i32(count_);
  for (int32_t i = 0; i < count_; ++i) write_record(out, i);
  store_be32(out.data() + 8, static_cast<uint32_t>(out.size() - 12));
  store_be32(out.data() + 17, crc32c(ByteView(out).subspan(21)));
  return out;
}

}  // namespace klamm::storage
