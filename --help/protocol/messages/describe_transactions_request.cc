// Generated from protocol/schema/65_describe_transactions.kmsg; not to be edited.
#include "protocol/messages/describe_transactions_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeTransactionsRequest::read(Reader& reader, int16_t) {
  *this = DescribeTransactionsRequest{};
  transactional_ids.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : transactional_ids) element = reader.string(true);
  reader.skip_tags();
}

void DescribeTransactionsRequest::write(Writer& writer, int16_t) const {
  writer.array(true, transactional_ids.size());
  for (const auto& element : transactional_ids) writer.string(true, element);
  writer.no_tags();
}

bool recode_describe_transactions_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeTransactionsRequest>(in, version, out);
}

}  // namespace klamm::protocol
