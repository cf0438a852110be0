// Generated from protocol/schema/24_add_partitions_to_txn.kmsg; not to be edited.
#include "protocol/messages/add_partitions_to_txn_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AddPartitionsToTxnRequest::AddPartitionsToTxnTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 3;
  name = reader.string(flexible);
  partitions.resize(reader.array(flexible, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  if (version >= 3) {
    reader.skip_tags();
  }
}

void AddPartitionsToTxnRequest::AddPartitionsToTxnTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  writer.string(flexible, name);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  if (version >= 3) {
    writer.no_tags();
  }
}

void AddPartitionsToTxnRequest::AddPartitionsToTxnTransaction::read(Reader& reader, int16_t version) {
  transactional_id = reader.string(true);
  producer_id = reader.i64();
  producer_epoch = reader.i16();
  verify_only = reader.boolean();
  topics.resize(reader.array(true, 3, sizeof(AddPartitionsToTxnTopic)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void AddPartitionsToTxnRequest::AddPartitionsToTxnTransaction::write(Writer& writer, int16_t version) const {
  writer.string(true, transactional_id);
  writer.i64(producer_id);
  writer.i16(producer_epoch);
  writer.boolean(verify_only);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

void AddPartitionsToTxnRequest::read(Reader& reader, int16_t version) {
  *this = AddPartitionsToTxnRequest{};
  const bool flexible = version >= 3;
  if (version >= 4) {
    transactions.resize(reader.array(flexible, 14, sizeof(AddPartitionsToTxnTransaction)));
    for (auto& element : transactions) element.read(reader, version);
  }
  if (version <= 3) {
    v3_and_below_transactional_id = reader.string(flexible);
  }
  if (version <= 3) {
    v3_and_below_producer_id = reader.i64();
  }
  if (version <= 3) {
    v3_and_below_producer_epoch = reader.i16();
  }
  if (version <= 3) {
    v3_and_below_topics.resize(reader.array(flexible, version >= 3 ? 3 : 6, sizeof(AddPartitionsToTxnTopic)));
    for (auto& element : v3_and_below_topics) element.read(reader, version);
  }
  if (version >= 3) {
    reader.skip_tags();
  }
}

void AddPartitionsToTxnRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  if (version >= 4) {
    writer.array(flexible, transactions.size());
    for (const auto& element : transactions) element.write(writer, version);
  }
  if (version <= 3) {
    writer.string(flexible, v3_and_below_transactional_id);
  }
  if (version <= 3) {
    writer.i64(v3_and_below_producer_id);
  }
  if (version <= 3) {
    writer.i16(v3_and_below_producer_epoch);
  }
  if (version <= 3) {
    writer.array(flexible, v3_and_below_topics.size());
    for (const auto& element : v3_and_below_topics) element.write(writer, version);
  }
  if (version >= 3) {
    writer.no_tags();
  }
}

bool recode_add_partitions_to_txn_request(ByteView in, int16_t version, Bytes& out) {
  return recode<AddPartitionsToTxnRequest>(in, version, out);
}

}  // namespace klamm::protocol
