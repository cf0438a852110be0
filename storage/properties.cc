#include "storage/properties.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <optional>

#include "base/mutants_fuzz.h"

namespace klamm::storage {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }
bool ends_line(char c) { return c == '\n' || c == '\r'; }

// Gives the logical lines: comments and blank lines left out, continuations joined, and what indents a
// continued line removed. A comment sign counts wherever nothing of the logical line has come yet, and so
// also behind a first line that held nothing but the backslash.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : text_(text) {}

  // False at the end of the text.
  bool next() {
    line_.clear();
    bool escaped = false;    // The last character is a backslash that escapes the next.
    bool continued = false;  // At the beginning of a line that goes on.
    while (at_ < text_.size()) {
      while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
      if (at_ == text_.size()) break;
      if (!continued && ends_line(text_[at_])) {
        take_line_end();
        continue;
      }
      continued = false;
      if (line_.empty() && (text_[at_] == '#' || text_[at_] == '!')) {
        while (at_ < text_.size() && !ends_line(text_[at_])) ++at_;
        continue;
      }
      if (line_.empty()) begin_ = physical_;
      for (; at_ < text_.size() && !ends_line(text_[at_]); ++at_) {
        line_.push_back(text_[at_]);
        escaped = text_[at_] == '\\' && !escaped;
      }
      size_t before = at_;
      if (at_ < text_.size()) take_line_end();
      if (line_.empty()) continue;
      if (escaped) line_.pop_back();
      // A backslash before the very end of the text gives a line, if only an empty one; Java's reader does
      // not see the end yet when it has a \r\n before it.
      if (!escaped || (at_ == text_.size() && at_ - before < 2)) return true;
      escaped = false;
      continued = true;
    }
    return !line_.empty();
  }

  std::string_view line() const { return line_; }
  int number() const { return begin_; }

 private:
  void take_line_end() {
    if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
    ++at_;
    ++physical_;
  }

  std::string_view text_;
  size_t at_ = 0;
  int physical_ = 1;
  int begin_ = 1;
  std::string line_;
};

void append_utf8(std::string& to, uint32_t code) {
  if (code < 0x80) {
    to.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    to.push_back(static_cast<char>(0xC0 | code >> 6));
    to.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else if (code < 0x10000) {
    to.push_back(static_cast<char>(0xE0 | code >> 12));
    to.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
    to.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    to.push_back(static_cast<char>(0xF0 | code >> 18));
    to.push_back(static_cast<char>(0x80 | (code >> 12 & 0x3F)));
    to.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
    to.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}

bool is_high_surrogate(uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_surrogate(uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// A half of a surrogate pair that stands alone becomes '?', as where Java encodes such a string.
std::string utf8_of(const std::vector<uint16_t>& units) {
  std::string text;
  text.reserve(units.size());
  for (size_t i = 0; i < units.size(); ++i) {
    uint32_t unit = units[i];
    if (is_high_surrogate(unit) && i + 1 < units.size() && is_low_surrogate(units[i + 1])) {
      append_utf8(text, 0x10000 + ((unit - 0xD800) << 10) + (units[++i] - 0xDC00u));
    } else {
      append_utf8(text, is_high_surrogate(unit) || is_low_surrogate(unit) ? '?' : unit);
    }
  }
  return text;
}

std::optional<uint16_t> hex_unit(std::string_view digits) {
  if (digits.size() < 4) return std::nullopt;
  uint16_t unit = 0;
  for (char c : digits.substr(0, 4)) {
    size_t digit = std::string_view("0123456789abcdefABCDEF").find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    unit = static_cast<uint16_t>(unit << 4 | (digit < 16 ? digit : digit - 6));
  }
  return unit;
}

// Nothing when a \u is not followed by four digits.
std::optional<std::string> unescape(std::string_view text) {
  std::vector<uint16_t> units;
  units.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      c = text[++i];
      if (c == 'u') {
        auto unit = hex_unit(text.substr(i + 1));
        if (!unit) return std::nullopt;
        units.push_back(*unit);
        i += 4;
        continue;
      }
      if (c == 't') c = '\t';
      if (c == 'r') c = '\r';
      if (c == 'n') c = '\n';
      if (c == 'f') c = '\f';
    }
    units.push_back(static_cast<uint8_t>(c));
  }
  return utf8_of(units);
}

// The key ends at the first '=', ':' or blank that no backslash escapes; around the separator are blanks.
std::pair<std::string_view, std::string_view> split_line(std::string_view line) {
  size_t end = 0;
  bool escaped = false;
  while (end < line.size()) {
    char c = line[end];
    if (!escaped && (c == '=' || c == ':' || is_blank(c))) break;
    escaped = c == '\\' && !escaped;
    ++end;
  }
  size_t value = end;
  while (value < line.size() && is_blank(line[value])) ++value;
  if (value < line.size() && (line[value] == '=' || line[value] == ':')) {
    ++value;
    while (value < line.size() && is_blank(line[value])) ++value;
  }
  return {line.substr(0, end), line.substr(value)};
}

// The next character of UTF-8 text; a byte that begins none is taken for Latin-1.
uint32_t take_character(std::string_view& text) {
  uint8_t first = static_cast<uint8_t>(text.front());
  size_t size = first < 0x80                    ? 1
                : first >= 0xF0 && first < 0xF8 ? 4
                : first >= 0xE0                 ? 3
                : first >= 0xC0                 ? 2
                                                : 1;
  if (size > text.size()) size = 1;
  uint32_t code = size == 1 ? first : first & (0xFFu >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    uint8_t next = static_cast<uint8_t>(text[i]);
    if ((next & 0xC0) != 0x80) {
      size = 1;
      code = first;
      break;
    }
    code = code << 6 | (next & 0x3F);
  }
  text.remove_prefix(size);
  return code;
}

void append_escaped(std::string& to, std::string_view text, bool is_key) {
  auto out = std::back_inserter(to);
  for (bool first = true; !text.empty(); first = false) {
    uint32_t code = take_character(text);
    switch (code) {
      case ' ': to += first || is_key ? "\\ " : " "; break;
      case '\t': to += "\\t"; break;
      case '\n': to += mutant::kLineBreakAsItIs ? "\n" : "\\n"; break;
      case '\r': to += "\\r"; break;
      case '\f': to += "\\f"; break;
      case '=':
      case ':':
      case '#':
      case '!':
      case '\\':
        to.push_back('\\');
        to.push_back(static_cast<char>(code));
        break;
      default:
        if (code >= 0x20 && code <= 0x7E) {
          to.push_back(static_cast<char>(code));
        } else if (code < 0x10000) {
          fmt::format_to(out, "\\u{:04X}", code);
        } else {
          code -= 0x10000;
          fmt::format_to(out, "\\u{:04X}\\u{:04X}", 0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF));
        }
    }
  }
}

}  // namespace

const Property* Properties::find(std::string_view key) const {
  for (auto at = entries_.rbegin(); at != entries_.rend(); ++at) {
    if (at->key == key) return &*at;
  }
  return nullptr;
}

Result<Properties, Failure> parse_properties(ByteView text, std::string_view source) {
  Properties properties;
  LineReader reader(as_text(text));
  while (reader.next()) {
    auto [raw_key, raw_value] = split_line(reader.line());
    auto key = unescape(raw_key);
    auto value = unescape(raw_value);
    if (!key || !value) {
      return Error{
          Failure{fmt::format("{}, line {}: \\u is not followed by four hexadecimal digits; a backslash that "
                              "stands for itself is "
                              "written twice",
                              source, reader.number())}};
    }
    properties.add({std::move(*key), std::move(*value), reader.number()});
  }
  return properties;
}

std::string properties_text(const Properties& properties) {
  std::string text;
  for (const Property& property : properties.entries()) {
    append_escaped(text, property.key, true);
    text.push_back('=');
    append_escaped(text, property.value, false);
    text.push_back('\n');
  }
  return text;
}

}  // namespace klamm::storage
