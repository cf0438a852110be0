// Generated from protocol/schema/65_describe_transactions.kmsg; not to be edited.
#include "protocol/messages/describe_transactions_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeTransactionsResponse::TopicData::read(Reader& reader, int16_t) {
  topic = reader.string(true);
  partitions.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  reader.skip_tags();
}

void DescribeTransactionsResponse::TopicData::write(Writer& writer, int16_t) const {
  writer.string(true, topic);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  writer.no_tags();
}

void DescribeTransactionsResponse::TransactionState::read(Reader& reader, int16_t version) {
  error_code = reader.i16();
  transactional_id = reader.string(true);
  transaction_state = reader.string(true);
  transaction_timeout_ms = reader.i32();
  transaction_start_time_ms = reader.i64();
  producer_id = reader.i64();
  producer_epoch = reader.i16();
  topics.resize(reader.array(true, 3, sizeof(TopicData)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void DescribeTransactionsResponse::TransactionState::write(Writer& writer, int16_t version) const {
  writer.i16(error_code);
  writer.string(true, transactional_id);
  writer.string(true, transaction_state);
  writer.i32(transaction_timeout_ms);
  writer.i64(transaction_start_time_ms);
  writer.i64(producer_id);
  writer.i16(producer_epoch);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

void DescribeTransactionsResponse::read(Reader& reader, int16_t version) {
  *this = DescribeTransactionsResponse{};
  throttle_time_ms = reader.i32();
  transaction_states.resize(reader.array(true, 28, sizeof(TransactionState)));
  for (auto& element : transaction_states) element.read(reader, version);
  reader.skip_tags();
}

void DescribeTransactionsResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.array(true, transaction_states.size());
  for (const auto& element : transaction_states) element.write(writer, version);
  writer.no_tags();
}

bool recode_describe_transactions_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeTransactionsResponse>(in, version, out);
}

}  // namespace klamm::protocol
