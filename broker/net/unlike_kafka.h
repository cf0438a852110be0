// What a peer probably is whose first bytes are not a Kafka frame: said in the log line that explains why its
// connection was closed, since this is how a client with the wrong port or protocol shows.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "broker/config/security_protocol.h"

namespace klamm::broker::net {

// Whether these may be the first bytes of a TLS handshake record.
inline bool begins_tls(std::span<const uint8_t, 4> size_word) {
  return size_word[0] == 0x16 && size_word[1] == 0x03;
}

// What the listener expected instead.
struct Expected {
  SecurityProtocol protocol = SecurityProtocol::kPlaintext;
  size_t size_max = 0;        // of a frame
  bool before_login = false;  // where frames are shorter than later
};

std::string why_not_a_frame(std::span<const uint8_t, 4> size_word, const Expected& expected);

}  // namespace klamm::broker::net
