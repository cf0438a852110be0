// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/consumer_group_regular_expression_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConsumerGroupRegularExpressionValue::read(Reader& reader, int16_t version) {
  *this = ConsumerGroupRegularExpressionValue{};
  topics.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : topics) element = reader.string(true);
  version = reader.i64();
  timestamp = reader.i64();
  reader.skip_tags();
}

void ConsumerGroupRegularExpressionValue::write(Writer& writer, int16_t version) const {
  writer.array(true, topics.size());
  for (const auto& element : topics) writer.string(true, element);
  writer.i64(version);
  writer.i64(timestamp);
  writer.no_tags();
}

bool recode_consumer_group_regular_expression_value(ByteView in, int16_t version, Bytes& out) {
  return recode<ConsumerGroupRegularExpressionValue>(in, version, out);
}

}  // namespace klamm::protocol
