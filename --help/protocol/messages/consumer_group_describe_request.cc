// Generated from protocol/schema/69_consumer_group_describe.kmsg; not to be edited.
#include "protocol/messages/consumer_group_describe_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConsumerGroupDescribeRequest::read(Reader& reader, int16_t) {
  *this = ConsumerGroupDescribeRequest{};
  group_ids.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : group_ids) element = reader.string(true);
  include_authorized_operations = reader.boolean();
  reader.skip_tags();
}

void ConsumerGroupDescribeRequest::write(Writer& writer, int16_t) const {
  writer.array(true, group_ids.size());
  for (const auto& element : group_ids) writer.string(true, element);
  writer.boolean(include_authorized_operations);
  writer.no_tags();
}

bool recode_consumer_group_describe_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ConsumerGroupDescribeRequest>(in, version, out);
}

}  // namespace klamm::protocol
