// Messages as bytes, the way they travel between simulated clients and coordinators.
#pragma once

#include <optional>

#include "base/check.h"
#include "protocol/wire.h"

namespace klamm::sim::groups {

template <class Message>
Bytes encode(const Message& message, int16_t version) {
  Bytes bytes;
  protocol::Writer writer(bytes);
  message.write(writer, version);
  return bytes;
}

// Views the bytes.
template <class Message>
Message decode(ByteView bytes, int16_t version) {
  protocol::Reader reader(bytes);
  Message message;
  message.read(reader, version);
  CHECK(reader.ok());
  return message;
}

}  // namespace klamm::sim::groups
