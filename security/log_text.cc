#include "security/log_text.h"

#include <cstdint>

namespace klamm::security {
namespace {

constexpr size_t kSizeMax = 200;
constexpr std::string_view kDigits = "0123456789ABCDEF";

}  // namespace

std::string quoted(std::string_view text) {
  std::string shown = "'";
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    const bool plain = byte >= 0x20 && byte < 0x7F && c != '\'' && c != '\\';
    const size_t size = plain ? 1 : 4;
    if (shown.size() - 1 + size > kSizeMax) return shown + "...'";
    if (plain) {
      shown += c;
    } else {
      shown += "\\x";
      shown += kDigits[byte >> 4];
      shown += kDigits[byte & 15];
    }
  }
  return shown + "'";
}

std::string shown(std::string_view text) {
  std::string in_quotes = quoted(text);
  const bool is_as_it_is = std::string_view(in_quotes).substr(1, in_quotes.size() - 2) == text;
  return is_as_it_is ? std::string(text) : in_quotes;
}

}  // namespace klamm::security
