// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/consumer_group_regular_expression_key.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConsumerGroupRegularExpressionKey::read(Reader& reader, int16_t) {
  *this = ConsumerGroupRegularExpressionKey{};
  group_id = reader.string(false);
  regular_expression = reader.string(false);
}

void ConsumerGroupRegularExpressionKey::write(Writer& writer, int16_t) const {
  writer.string(false, group_id);
  writer.string(false, regular_expression);
}

bool recode_consumer_group_regular_expression_key(ByteView in, int16_t version, Bytes& out) {
  return recode<ConsumerGroupRegularExpressionKey>(in, version, out);
}

}  // namespace klamm::protocol
