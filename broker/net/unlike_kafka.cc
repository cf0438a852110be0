#include "broker/net/unlike_kafka.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/bytes.h"

namespace klamm::broker::net {

std::string why_not_a_frame(std::span<const uint8_t, 4> size_word, size_t size_max) {
  static constexpr std::array<std::string_view, 6> kHttp = {"GET ", "POST", "HEAD", "PUT ", "PRI ", "OPTI"};
  std::string_view text = as_text(size_word);
  if (size_word[0] == 0x16 && size_word[1] == 0x03) {
    return "it speaks TLS, which this listener does not (security.protocol of the client, or the port, is "
           "wrong)";
  }
  if (std::find(kHttp.begin(), kHttp.end(), text) != kHttp.end()) {
    return "it speaks HTTP, and this is a Kafka listener";
  }
  auto size = static_cast<int32_t>(load_be32(size_word.data()));
  if (size < 0) return fmt::format("it announced a request of {} bytes: not the Kafka protocol", size);
  return fmt::format("it announced a request of {} bytes, and socket.request.max.bytes is {}", size,
                     size_max);
}

}  // namespace klamm::broker::net
