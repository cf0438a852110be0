// Characters of UTF-8 text, one after the other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace klamm::security {

inline constexpr char32_t kReplacementCharacter = 0xFFFD;

// Takes the first character off `rest`, which is not empty. Bytes that are no character (overlong forms and
// halves of surrogate pairs among them) give the replacement character, as where Java decodes them.
char32_t take_character(std::string_view& rest);
// A number that is no character's becomes the replacement character.
void append_character(std::string& to, char32_t character);
bool is_utf8(std::string_view text);

}  // namespace klamm::security
