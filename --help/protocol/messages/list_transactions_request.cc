// Generated from protocol/schema/66_list_transactions.kmsg; not to be edited.
#include "protocol/messages/list_transactions_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ListTransactionsRequest::read(Reader& reader, int16_t version) {
  *this = ListTransactionsRequest{};
  state_filters.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : state_filters) element = reader.string(true);
  producer_id_filters.resize(reader.array(true, 8, sizeof(int64_t)));
  for (auto& element : producer_id_filters) element = reader.i64();
  if (version >= 1) {
    duration_filter = reader.i64();
  }
  if (version >= 2) {
    transactional_id_pattern = reader.nullable_string(true);
  }
  reader.skip_tags();
}

void ListTransactionsRequest::write(Writer& writer, int16_t version) const {
  writer.array(true, state_filters.size());
  for (const auto& element : state_filters) writer.string(true, element);
  writer.array(true, producer_id_filters.size());
  for (const auto& element : producer_id_filters) writer.i64(element);
  if (version >= 1) {
    writer.i64(duration_filter);
  }
  if (version >= 2) {
    writer.nullable_string(true, transactional_id_pattern);
  }
  writer.no_tags();
}

bool recode_list_transactions_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ListTransactionsRequest>(in, version, out);
}

}  // namespace klamm::protocol
