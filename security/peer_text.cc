#include "security/peer_text.h"

#include <cstdint>

namespace klamm::security {

namespace {

// Of the controls in UTF-8, those below U+0020, U+007F, and U+0080 to U+009F, which terminals obey too.
bool is_control(std::string_view text, size_t at) {
  const uint8_t byte = static_cast<uint8_t>(text[at]);
  if (byte < 0x20 || byte == 0x7f) return true;
  const bool is_high = byte >= 0x80 && byte < 0xa0;
  return is_high && at > 0 && static_cast<uint8_t>(text[at - 1]) == 0xc2;
}

std::string escaped(std::string_view text, size_t at) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const uint8_t byte = static_cast<uint8_t>(text[at]);
  if (is_control(text, at)) return {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
  if (byte == '"') return "\\\"";
  return {text[at]};
}

// A cut does not leave half a character.
void cut_character(std::string& text) {
  while (!text.empty() && (static_cast<uint8_t>(text.back()) & 0xc0) == 0x80) text.pop_back();
  if (!text.empty() && static_cast<uint8_t>(text.back()) >= 0xc0) text.pop_back();
}

}  // namespace

std::string quote_peer(std::string_view text) {
  std::string shown;
  for (size_t at = 0; at < text.size(); ++at) {
    const std::string piece = escaped(text, at);
    if (shown.size() + piece.size() > kPeerTextMax) {
      cut_character(shown);
      return '"' + shown + "...\"";
    }
    shown += piece;
  }
  return '"' + shown + '"';
}

std::string quote_peer(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) {
    if (all.size() > kPeerTextMax) break;
    all += (all.empty() ? "" : ", ") + text;
  }
  return quote_peer(all);
}

}  // namespace klamm::security
