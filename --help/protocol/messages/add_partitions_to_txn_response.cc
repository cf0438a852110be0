// Generated from protocol/schema/24_add_partitions_to_txn.kmsg; not to be edited.
#include "protocol/messages/add_partitions_to_txn_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AddPartitionsToTxnResponse::AddPartitionsToTxnPartitionResult::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  partition_error_code = reader.i16();
  if (version >= 3) {
    reader.skip_tags();
  }
}

void AddPartitionsToTxnResponse::AddPartitionsToTxnPartitionResult::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.i16(partition_error_code);
  if (version >= 3) {
    writer.no_tags();
  }
}

void AddPartitionsToTxnResponse::AddPartitionsToTxnTopicResult::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 3;
  name = reader.string(flexible);
  results_by_partition.resize(reader.array(flexible, version >= 3 ? 7 : 6, sizeof(AddPartitionsToTxnPartitionResult)));
  for (auto& element : results_by_partition) element.read(reader, version);
  if (version >= 3) {
    reader.skip_tags();
  }
}

void AddPartitionsToTxnResponse::AddPartitionsToTxnTopicResult::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  writer.string(flexible, name);
  writer.array(flexible, results_by_partition.size());
  for (const auto& element : results_by_partition) element.write(writer, version);
  if (version >= 3) {
    writer.no_tags();
  }
}

void AddPartitionsToTxnResponse::AddPartitionsToTxnResult::read(Reader& reader, int16_t version) {
  transactional_id = reader.string(true);
  topic_results.resize(reader.array(true, 3, sizeof(AddPartitionsToTxnTopicResult)));
  for (auto& element : topic_results) element.read(reader, version);
  reader.skip_tags();
}

void AddPartitionsToTxnResponse::AddPartitionsToTxnResult::write(Writer& writer, int16_t version) const {
  writer.string(true, transactional_id);
  writer.array(true, topic_results.size());
  for (const auto& element : topic_results) element.write(writer, version);
  writer.no_tags();
}

void AddPartitionsToTxnResponse::read(Reader& reader, int16_t version) {
  *this = AddPartitionsToTxnResponse{};
  const bool flexible = version >= 3;
  throttle_time_ms = reader.i32();
  if (version >= 4) {
    error_code = reader.i16();
  }
  if (version >= 4) {
    results_by_transaction.resize(reader.array(flexible, 3, sizeof(AddPartitionsToTxnResult)));
    for (auto& element : results_by_transaction) element.read(reader, version);
  }
  if (version <= 3) {
    results_by_topic_v3_and_below.resize(reader.array(flexible, version >= 3 ? 3 : 6, sizeof(AddPartitionsToTxnTopicResult)));
    for (auto& element : results_by_topic_v3_and_below) element.read(reader, version);
  }
  if (version >= 3) {
    reader.skip_tags();
  }
}

void AddPartitionsToTxnResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  writer.i32(throttle_time_ms);
  if (version >= 4) {
    writer.i16(error_code);
  }
  if (version >= 4) {
    writer.array(flexible, results_by_transaction.size());
    for (const auto& element : results_by_transaction) element.write(writer, version);
  }
  if (version <= 3) {
    writer.array(flexible, results_by_topic_v3_and_below.size());
    for (const auto& element : results_by_topic_v3_and_below) element.write(writer, version);
  }
  if (version >= 3) {
    writer.no_tags();
  }
}

bool recode_add_partitions_to_txn_response(ByteView in, int16_t version, Bytes& out) {
  return recode<AddPartitionsToTxnResponse>(in, version, out);
}

}  // namespace klamm::protocol
