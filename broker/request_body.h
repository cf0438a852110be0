// The body of a request as the message that it is.
#pragma once

#include "broker/api.h"
#include "broker/request.h"

namespace klamm::broker {

// That a connection is closed for a body that cannot be read.
void log_unreadable(const Request& request);

// Decodes the body in the request's version. False when it is not one whole message: then the connection is
// closed, as Kafka does. Trailing bytes are ignored, as Kafka does too.
template <class Message>
bool read_body(const Request& request, Message& message) {
  protocol::Reader reader(request.body, decoded_size_max(request.header.api_key));
  message.read(reader, request.header.api_version);
  if (!reader.ok()) log_unreadable(request);
  return reader.ok();
}

}  // namespace klamm::broker
