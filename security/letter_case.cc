#include "security/letter_case.h"

#include <algorithm>
#include <span>

#include "security/letter_case_table.h"
#include "security/utf8.h"

namespace klamm::security {
namespace {

constexpr char32_t kSigma = 0x3A3;
constexpr char32_t kSmallSigma = 0x3C3;
constexpr char32_t kFinalSigma = 0x3C2;
constexpr char32_t kDottedI = 0x130;
constexpr char32_t kDotAbove = 0x307;

char32_t mapped(std::span<const CaseRange> ranges, char32_t letter) {
  auto behind = std::upper_bound(ranges.begin(), ranges.end(), letter,
                                 [](char32_t at, const CaseRange& range) { return at < range.first; });
  if (behind == ranges.begin()) return letter;
  const CaseRange& range = behind[-1];
  if (letter > range.last || (letter - range.first) % range.step != 0) return letter;
  return static_cast<char32_t>(static_cast<int32_t>(letter) + range.distance);
}

const CapitalLetters* several_capitals(char32_t letter) {
  auto at =
      std::lower_bound(std::begin(kSeveralCapitals), std::end(kSeveralCapitals), letter,
                       [](const CapitalLetters& entry, char32_t sought) { return entry.small < sought; });
  return at != std::end(kSeveralCapitals) && at->small == letter ? at : nullptr;
}

// Of the two cases: what the end of a word is made of, where a sigma is concerned.
bool has_case(char32_t letter) {
  return mapped(kToLower, letter) != letter || mapped(kToUpper, letter) != letter ||
         several_capitals(letter) != nullptr;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower;
  lower.reserve(text.size());
  bool in_word = false;
  while (!text.empty()) {
    const char32_t letter = take_character(text);
    std::string_view behind = text;
    if (letter == kDottedI) {
      append_character(lower, 'i');
      append_character(lower, kDotAbove);
    } else if (letter == kSigma) {
      const bool ends_word = in_word && (behind.empty() || !has_case(take_character(behind)));
      append_character(lower, ends_word ? kFinalSigma : kSmallSigma);
    } else {
      append_character(lower, mapped(kToLower, letter));
    }
    in_word = has_case(letter);
  }
  return lower;
}

std::string upper_case(std::string_view text) {
  std::string upper;
  upper.reserve(text.size());
  while (!text.empty()) {
    const char32_t letter = take_character(text);
    const CapitalLetters* several = several_capitals(letter);
    if (several == nullptr) {
      append_character(upper, mapped(kToUpper, letter));
      continue;
    }
    for (char16_t capital : several->capitals) {
      if (capital != 0) append_character(upper, capital);
    }
  }
  return upper;
}

}  // namespace klamm::security
