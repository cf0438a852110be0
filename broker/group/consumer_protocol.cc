#include "broker/group/consumer_protocol.h"

#include "protocol/messages/consumer_protocol_subscription.h"
#include "protocol/reader.h"

namespace klamm::broker::group {

std::optional<std::vector<std::string_view>> subscribed_topics(ByteView subscription) {
  protocol::Reader reader(subscription);
  reader.i16();  // the version, which does not matter for the part that all have
  protocol::ConsumerProtocolSubscription read;
  read.read(reader, 0);
  if (!reader.ok()) return std::nullopt;
  return std::move(read.topics);
}

}  // namespace klamm::broker::group
