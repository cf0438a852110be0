// Generated from protocol/schema/transaction_records.kmsg; not to be edited.
#include "protocol/messages/transaction_log_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void TransactionLogValue::PartitionsSchema::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  topic = reader.string(flexible);
  partition_ids.resize(reader.array(flexible, 4, sizeof(int32_t)));
  for (auto& element : partition_ids) element = reader.i32();
  if (version >= 1) {
    reader.skip_tags();
  }
}

void TransactionLogValue::PartitionsSchema::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.string(flexible, topic);
  writer.array(flexible, partition_ids.size());
  for (const auto& element : partition_ids) writer.i32(element);
  if (version >= 1) {
    writer.no_tags();
  }
}

void TransactionLogValue::read(Reader& reader, int16_t version) {
  *this = TransactionLogValue{};
  const bool flexible = version >= 1;
  producer_id = reader.i64();
  producer_epoch = reader.i16();
  transaction_timeout_ms = reader.i32();
  transaction_status = reader.i8();
  transaction_partitions.reset();
  if (auto count = reader.nullable_array(flexible, version >= 1 ? 3 : 6, sizeof(PartitionsSchema))) {
    transaction_partitions.emplace(*count);
    for (auto& element : *transaction_partitions) element.read(reader, version);
  }
  transaction_last_update_timestamp_ms = reader.i64();
  transaction_start_timestamp_ms = reader.i64();
  if (version >= 1) {
    for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
      const Reader::Tag tag = reader.begin_tag();
      if (tag.number == 0) {
        previous_producer_id = reader.i64();
      } else if (tag.number == 1) {
        next_producer_id = reader.i64();
      } else if (tag.number == 2) {
        client_transaction_version = reader.i16();
      } else if (tag.number == 3) {
        next_producer_epoch = reader.i16();
      } else {
        reader.skip_rest();
      }
      reader.end_tag(tag);
    }
  }
}

void TransactionLogValue::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.i64(producer_id);
  writer.i16(producer_epoch);
  writer.i32(transaction_timeout_ms);
  writer.i8(transaction_status);
  if (transaction_partitions) {
    writer.array(flexible, transaction_partitions->size());
    for (const auto& element : *transaction_partitions) element.write(writer, version);
  } else {
    writer.null_array(flexible);
  }
  writer.i64(transaction_last_update_timestamp_ms);
  writer.i64(transaction_start_timestamp_ms);
  if (version >= 1) {
    const bool has_previous_producer_id = previous_producer_id != -1;
    const bool has_next_producer_id = next_producer_id != -1;
    const bool has_client_transaction_version = client_transaction_version != 0;
    const bool has_next_producer_epoch = next_producer_epoch != -1;
    writer.uvarint(has_previous_producer_id + has_next_producer_id + has_client_transaction_version + has_next_producer_epoch);
    if (has_previous_producer_id) {
      const size_t tag = writer.begin_tag(0);
      writer.i64(previous_producer_id);
      writer.end_tag(tag);
    }
    if (has_next_producer_id) {
      const size_t tag = writer.begin_tag(1);
      writer.i64(next_producer_id);
      writer.end_tag(tag);
    }
    if (has_client_transaction_version) {
      const size_t tag = writer.begin_tag(2);
      writer.i16(client_transaction_version);
      writer.end_tag(tag);
    }
    if (has_next_producer_epoch) {
      const size_t tag = writer.begin_tag(3);
      writer.i16(next_producer_epoch);
      writer.end_tag(tag);
    }
  }
}

bool recode_transaction_log_value(ByteView in, int16_t version, Bytes& out) {
  return recode<TransactionLogValue>(in, version, out);
}

}  // namespace klamm::protocol
