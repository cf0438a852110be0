#include "security/peer_text.h"

#include <cstdint>

#include "security/utf8.h"

namespace klamm::security {

namespace {

// Terminals obey U+0080 to U+009F as they do the controls below U+0020.
bool is_control(char32_t character) { return character < 0x20 || (character >= 0x7f && character < 0xa0); }

std::string in_digits(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string shown;
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    shown += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return shown;
}

// The first character of `rest`, as it is shown. What is no UTF-8 would make the journal of systemd hide the
// whole line.
std::string take_shown(std::string_view& rest) {
  const std::string_view before = rest;
  const char32_t character = take_character(rest);
  const std::string_view bytes = before.substr(0, before.size() - rest.size());
  if (character == '"') return "\\\"";
  return is_control(character) || !is_utf8(bytes) ? in_digits(bytes) : std::string(bytes);
}

}  // namespace

std::string quote_peer(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::string piece = take_shown(text);
    if (shown.size() + piece.size() > kPeerTextMax) return '"' + shown + "...\"";
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
