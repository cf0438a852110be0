#include "security/utf8.h"

#include <optional>

namespace klamm::security {
namespace {

bool is_surrogate(char32_t character) { return character >= 0xD800 && character < 0xE000; }

// How many bytes a character has that begins with `first`, and what it is not less than; 0 for a byte that
// begins none.
struct Form {
  size_t size;
  char32_t least;
};
Form form_of(uint8_t first) {
  if (first < 0x80) return {1, 0};
  if (first >= 0xC2 && first < 0xE0) return {2, 0x80};
  if (first >= 0xE0 && first < 0xF0) return {3, 0x800};
  if (first >= 0xF0 && first < 0xF5) return {4, 0x10000};
  return {0, 0};
}

// Takes what is there of a character; nothing when it is not whole or none.
std::optional<char32_t> take_strictly(std::string_view& rest) {
  const uint8_t first = static_cast<uint8_t>(rest.front());
  const Form form = form_of(first);
  rest.remove_prefix(1);
  if (form.size == 0) return std::nullopt;
  char32_t character = form.size == 1 ? first : first & (0xFFu >> (form.size + 1));
  for (size_t i = 1; i < form.size; ++i) {
    if (rest.empty() || (static_cast<uint8_t>(rest.front()) & 0xC0) != 0x80) return std::nullopt;
    character = character << 6 | (static_cast<uint8_t>(rest.front()) & 0x3F);
    rest.remove_prefix(1);
  }
  if (character < form.least || character > 0x10FFFF || is_surrogate(character)) return std::nullopt;
  return character;
}

}  // namespace

char32_t take_character(std::string_view& rest) {
  return take_strictly(rest).value_or(kReplacementCharacter);
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    if (!take_strictly(text)) return false;
  }
  return true;
}

void append_character(std::string& to, char32_t character) {
  if (character > 0x10FFFF || is_surrogate(character)) character = kReplacementCharacter;
  if (character < 0x80) {
    to.push_back(static_cast<char>(character));
    return;
  }
  if (character < 0x800) {
    to.push_back(static_cast<char>(0xC0 | character >> 6));
  } else if (character < 0x10000) {
    to.push_back(static_cast<char>(0xE0 | character >> 12));
    to.push_back(static_cast<char>(0x80 | (character >> 6 & 0x3F)));
  } else {
    to.push_back(static_cast<char>(0xF0 | character >> 18));
    to.push_back(static_cast<char>(0x80 | (character >> 12 & 0x3F)));
    to.push_back(static_cast<char>(0x80 | (character >> 6 & 0x3F)));
  }
  to.push_back(static_cast<char>(0x80 | (character & 0x3F)));
}

}  // namespace klamm::security
