// The tokens of JAAS text: words, quoted texts, numbers and signs, as java.io.StreamTokenizer finds them when
// it is set up as Kafka does for sasl.jaas.config and as Java does for JAAS files.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace klamm::security {

struct JaasToken {
  enum class Kind {
    kEnd,
    kWord,    // begins with a letter, '_' or '$'
    kQuoted,  // in " or ', with escapes
    kNumber,  // begins with a digit, '.' or '-'; never part of what is right
    kSign,    // any other character
  };
  Kind kind = Kind::kEnd;
  char sign = 0;     // of a sign; of a quoted text, its quote
  std::string text;  // of a word or a quoted text
  size_t begin = 0;  // where it is in the whole text
  size_t end = 0;

  bool is_sign(char c) const { return kind == Kind::kSign && sign == c; }
  bool is_text() const { return kind == Kind::kWord || kind == Kind::kQuoted; }
};

class JaasTokens {
 public:
  enum class Words { kPlain, kWithStars };

  JaasTokens(std::string_view text, Words words) : text_(text), words_(words) {}

  // kEnd at the end of the text, and again and again then.
  JaasToken next();

  // Oddities that Java passes over in silence, and which explain what goes wrong later. The last quoted text
  // that ended with its line instead of a quote, and the last comment that began with a single slash: both
  // where they begin.
  std::optional<size_t> unclosed_quote() const { return unclosed_quote_; }
  std::optional<size_t> slash_comment() const { return slash_comment_; }

 private:
  void skip_blanks_and_comments();
  void skip_comment();
  void skip_line();
  bool is_word_at(size_t at, bool is_first) const;
  void take_word(JaasToken& token);
  void take_number(JaasToken& token);
  void take_quoted(JaasToken& token);
  void take_escape(std::string& to);

  std::string_view text_;
  Words words_;
  size_t at_ = 0;
  std::optional<size_t> unclosed_quote_;
  std::optional<size_t> slash_comment_;
};

}  // namespace klamm::security
