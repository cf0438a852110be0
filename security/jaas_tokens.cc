#include "security/jaas_tokens.h"

#include <algorithm>
#include <cstdint>

#include "security/utf8.h"

namespace klamm::security {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_octal(char c) { return c >= '0' && c <= '7'; }
bool ends_line(char c) { return c == '\n' || c == '\r'; }
bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

}  // namespace

JaasToken JaasTokens::next() {
  skip_blanks_and_comments();
  JaasToken token;
  token.begin = at_;
  if (at_ < text_.size()) {
    const char c = text_[at_];
    if (is_digit(c) || c == '.' || c == '-') {
      take_number(token);
    } else if (is_word_at(at_, true)) {
      take_word(token);
    } else if (c == '"' || c == '\'') {
      take_quoted(token);
    } else {
      token.kind = JaasToken::Kind::kSign;
      token.sign = c;
      ++at_;
    }
  }
  token.end = at_;
  return token;
}

void JaasTokens::skip_blanks_and_comments() {
  while (at_ < text_.size()) {
    if (text_[at_] == '/') {
      skip_comment();
    } else if (is_blank(text_[at_])) {
      ++at_;
    } else {
      return;
    }
  }
}

void JaasTokens::skip_comment() {
  const std::string_view rest = text_.substr(at_);
  if (rest.starts_with("/*")) {
    const size_t end = text_.find("*/", at_ + 2);
    at_ = end == text_.npos ? text_.size() : end + 2;
    return;
  }
  if (!rest.starts_with("//")) slash_comment_ = at_;
  // Behind a single slash the next character is passed over, and be it the line's end.
  at_ = std::min(at_ + 2, text_.size());
  skip_line();
}

void JaasTokens::skip_line() {
  while (at_ < text_.size() && !ends_line(text_[at_])) ++at_;
}

// Characters outside ASCII are letters, but not the control characters from U+0080 to U+009F.
bool JaasTokens::is_word_at(size_t at, bool is_first) const {
  const uint8_t c = static_cast<uint8_t>(text_[at]);
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$') return true;
  if (c == '*') return words_ == Words::kWithStars;
  if (is_digit(text_[at]) || c == '.' || c == '-') return !is_first;
  if (c < 0x80) return false;
  const bool is_control = c == 0xC2 && at + 1 < text_.size() && static_cast<uint8_t>(text_[at + 1]) < 0xA0;
  const bool ends_control = at > 0 && static_cast<uint8_t>(text_[at - 1]) == 0xC2 && c < 0xA0;
  return !is_control && !ends_control;
}

void JaasTokens::take_word(JaasToken& token) {
  token.kind = JaasToken::Kind::kWord;
  const size_t begin = at_;
  while (at_ < text_.size() && is_word_at(at_, at_ == begin)) ++at_;
  token.text = text_.substr(begin, at_ - begin);
}

void JaasTokens::take_number(JaasToken& token) {
  token.kind = JaasToken::Kind::kNumber;
  const bool is_minus = text_[at_] == '-';
  if (is_minus) ++at_;
  const size_t begin = at_;
  bool seen_dot = false;
  for (; at_ < text_.size(); ++at_) {
    if (text_[at_] == '.' && !seen_dot) {
      seen_dot = true;
    } else if (!is_digit(text_[at_])) {
      break;
    }
  }
  if (!is_minus || at_ > begin) return;
  token.kind = JaasToken::Kind::kSign;
  token.sign = '-';
}

// Ends with the line where its quote is missing.
void JaasTokens::take_quoted(JaasToken& token) {
  token.kind = JaasToken::Kind::kQuoted;
  token.sign = text_[at_++];
  while (at_ < text_.size() && text_[at_] != token.sign && !ends_line(text_[at_])) {
    const char c = text_[at_++];
    if (c == '\\' && at_ < text_.size()) {
      take_escape(token.text);
    } else {
      token.text.push_back(c);
    }
  }
  if (at_ < text_.size() && text_[at_] == token.sign) {
    ++at_;
  } else {
    unclosed_quote_ = token.begin;
  }
}

// Behind its backslash: a character by its octal number up to 377, a control character by its letter, or
// whatever it is, a line's end too.
void JaasTokens::take_escape(std::string& to) {
  constexpr std::string_view kLetters = "abfnrtv";
  constexpr std::string_view kControls = "\a\b\f\n\r\t\v";
  const char first = text_[at_++];
  if (!is_octal(first)) {
    const size_t letter = kLetters.find(first);
    to.push_back(letter == kLetters.npos ? first : kControls[letter]);
    return;
  }
  char32_t code = static_cast<char32_t>(first - '0');
  const size_t digits_max = first <= '3' ? 3 : 2;
  for (size_t digits = 1; digits < digits_max && at_ < text_.size() && is_octal(text_[at_]); ++digits) {
    code = code * 8 + static_cast<char32_t>(text_[at_++] - '0');
  }
  append_character(to, code);
}

}  // namespace klamm::security
