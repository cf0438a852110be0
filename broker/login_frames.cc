#include "broker/login_frames.h"

#include <string>

#include "protocol/messages/api_versions_request.h"
#include "protocol/messages/api_versions_response.h"
#include "protocol/messages/sasl_authenticate_response.h"
#include "protocol/messages/sasl_handshake_response.h"

namespace klamm::broker {
namespace {

template <class Response>
Bytes frame_of(const protocol::RequestHeader& header, int16_t version, const Response& response) {
  Bytes frame;
  protocol::append_response(frame, version, header.correlation_id, response);
  return frame;
}

}  // namespace

Bytes handshake_frame(const protocol::RequestHeader& header, protocol::ErrorCode error,
                      const std::vector<std::string>& mechanisms) {
  protocol::SaslHandshakeResponse response;
  response.error_code = protocol::wire_value(error);
  response.mechanisms.assign(mechanisms.begin(), mechanisms.end());
  return frame_of(header, header.api_version, response);
}

Bytes token_frame(const protocol::RequestHeader& header, ByteView token, int64_t lifetime_ms) {
  protocol::SaslAuthenticateResponse response;
  response.auth_bytes = token;
  response.session_lifetime_ms = lifetime_ms;
  return frame_of(header, header.api_version, response);
}

Bytes authenticate_error_frame(const protocol::RequestHeader& header, protocol::ErrorCode error,
                               std::string_view message) {
  protocol::SaslAuthenticateResponse response;
  response.error_code = protocol::wire_value(error);
  response.error_message = message;
  return frame_of(header, header.api_version, response);
}

Bytes api_versions_error_frame(const protocol::RequestHeader& header, protocol::ErrorCode error) {
  using protocol::ApiVersionsRequest;
  const bool known = header.api_version >= ApiVersionsRequest::kVersionMin &&
                     header.api_version <= ApiVersionsRequest::kVersionMax;
  protocol::ApiVersionsResponse response;
  response.error_code = protocol::wire_value(error);
  return frame_of(header, known ? header.api_version : int16_t{0}, response);
}

Bytes raw_token_frame(ByteView token) {
  Bytes frame;
  const size_t start = protocol::begin_frame(frame);
  frame.insert(frame.end(), token.begin(), token.end());
  protocol::end_frame(frame, start, {});
  return frame;
}

bool read_header(protocol::Reader& reader, protocol::RequestHeader& header) {
  header.read(reader);
  return reader.ok();
}

}  // namespace klamm::broker
