// What a login answers, as frames with their sizes in front, and how it reads what it is asked.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "protocol/errors.h"
#include "protocol/frame.h"

namespace klamm::broker {

// SaslHandshake: the mechanisms that are enabled, whatever the error.
Bytes handshake_frame(const protocol::RequestHeader& header, protocol::ErrorCode error,
                      const std::vector<std::string>& mechanisms);
// SaslAuthenticate. `lifetime_ms` is left out in version 0.
Bytes token_frame(const protocol::RequestHeader& header, ByteView token, int64_t lifetime_ms);
Bytes authenticate_error_frame(const protocol::RequestHeader& header, protocol::ErrorCode error,
                               std::string_view message);
// ApiVersions where it does not belong.
Bytes api_versions_error_frame(const protocol::RequestHeader& header, protocol::ErrorCode error);
// A token alone, as it is between clients and servers that agreed on SaslHandshake version 0.
Bytes raw_token_frame(ByteView token);

// The header of a request; fails for what is none.
bool read_header(protocol::Reader& reader, protocol::RequestHeader& header);

// The body, if the version is one that is known.
template <class Request>
bool read_login_request(protocol::Reader& reader, const protocol::RequestHeader& header, Request& request) {
  if (header.api_version < Request::kVersionMin || header.api_version > Request::kVersionMax) return false;
  request.read(reader, header.api_version);
  return reader.ok();
}

}  // namespace klamm::broker
