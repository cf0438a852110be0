// Generated from protocol/schema/66_list_transactions.kmsg; not to be edited.
#include "protocol/messages/list_transactions_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ListTransactionsResponse::TransactionState::read(Reader& reader, int16_t) {
  transactional_id = reader.string(true);
  producer_id = reader.i64();
  transaction_state = reader.string(true);
  reader.skip_tags();
}

void ListTransactionsResponse::TransactionState::write(Writer& writer, int16_t) const {
  writer.string(true, transactional_id);
  writer.i64(producer_id);
  writer.string(true, transaction_state);
  writer.no_tags();
}

void ListTransactionsResponse::read(Reader& reader, int16_t version) {
  *this = ListTransactionsResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  unknown_state_filters.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : unknown_state_filters) element = reader.string(true);
  transaction_states.resize(reader.array(true, 11, sizeof(TransactionState)));
  for (auto& element : transaction_states) element.read(reader, version);
  reader.skip_tags();
}

void ListTransactionsResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.array(true, unknown_state_filters.size());
  for (const auto& element : unknown_state_filters) writer.string(true, element);
  writer.array(true, transaction_states.size());
  for (const auto& element : transaction_states) element.write(writer, version);
  writer.no_tags();
}

bool recode_list_transactions_response(ByteView in, int16_t version, Bytes& out) {
  return recode<ListTransactionsResponse>(in, version, out);
}

}  // namespace klamm::protocol
