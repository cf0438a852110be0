#include "broker/net/unlike_kafka.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/bytes.h"

namespace klamm::broker::net {
std::string why_not_a_frame(std::span<const uint8_t, 4> size_word, const Expected& expected) {
  static constexpr std::array<std::string_view, 6> kHttp = {"GET ", "POST", "HEAD", "PUT ", "PRI ", "OPTI"};
  std::string_view text = as_text(size_word);
  if (begins_tls(size_word) && !speaks_tls(expected.protocol)) {
    return fmt::format(
        "it speaks TLS, and this listener does not: set security.protocol={} in the client, or have it "
        "connect to a listener whose protocol is SSL or SASL_SSL",
        name_of(expected.protocol));
  }
  if (std::find(kHttp.begin(), kHttp.end(), text) != kHttp.end()) {
    return "it speaks HTTP, and this is a Kafka listener";
  }
  auto size = static_cast<int32_t>(load_be32(size_word.data()));
  if (size < 0) return fmt::format("it announced a request of {} bytes: not the Kafka protocol", size);
  if (expected.before_login) {
    return fmt::format(
        "it announced a request of {} bytes before it has logged in, when no more than {} are read: a client "
        "of this listener needs security.protocol={}",
        size, expected.size_max, name_of(expected.protocol));
  }
  return fmt::format("it announced a request of {} bytes, and socket.request.max.bytes is {}", size,
                     expected.size_max);
}

}  // namespace klamm::broker::net
