#include "security/java_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "security/utf8.h"

namespace klamm::security {
namespace {

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_small(char32_t c) { return c >= 'a' && c <= 'z'; }
bool is_capital(char32_t c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char32_t c) { return is_small(c) || is_capital(c); }

constexpr char32_t kCaseBit = 0x20;

// Java's dot stops at every kind of line end.
constexpr std::string_view kDot = "[^\\n\\r\\x{85}\\x{2028}\\x{2029}]";

// The classes of POSIX, which are \p{..} in Java.
struct PosixClass {
  std::string_view java;
  std::string_view re2;
};
constexpr PosixClass kPosixClasses[] = {
    {"Lower", "lower"}, {"Upper", "upper"}, {"ASCII", "ascii"},  {"Alpha", "alpha"}, {"Digit", "digit"},
    {"Alnum", "alnum"}, {"Punct", "punct"}, {"Graph", "graph"},  {"Print", "print"}, {"Blank", "blank"},
    {"Cntrl", "cntrl"}, {"Space", "space"}, {"XDigit", "xdigit"}};

// Reads the pattern from the left to the right and writes RE2's beside it. Once something is wrong, nothing
// more is read.
class Translation {
 public:
  explicit Translation(std::string_view pattern) : rest_(pattern) {}

  Result<std::string, Failure> run() {
    while (!rest_.empty() && wrong_.empty()) step();
    if (wrong_.empty() && !open_.empty()) fail("a '(' is not closed");
    if (!wrong_.empty()) return Error{Failure{wrong_}};
    return std::move(out_);
  }

 private:
  // What a (?..) changes, until its group ends.
  struct Flags {
    bool ignore_case = false;  // of ASCII letters alone
    bool dot_is_all = false;
  };

  void fail(std::string_view what) {
    if (wrong_.empty()) wrong_ = what;
    rest_ = {};
  }
  void fail_re2(std::string_view what) { fail(fmt::format("{}, which RE2 cannot do", what)); }

  char peek(size_t at = 0) const { return at < rest_.size() ? rest_[at] : '\0'; }
  bool take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  void step() {
    const char c = peek();
    if (take("\\")) return escape();
    if (take("[")) return character_class();
    if (take("(")) return open_group();
    if (take(")")) return close_group();
    if (take("{")) return counted();
    if (take(".")) {
      out_ += flags_.dot_is_all ? "(?s:.)" : kDot;
    } else if (std::string_view("^$|*+?").find(c) != std::string_view::npos) {
      out_.push_back(c);
      rest_.remove_prefix(1);
    } else {
      literal(take_character(rest_));
    }
  }

  void append(char32_t c) {
    if (is_digit(c) || is_letter(c) || c >= 0x80) {
      append_character(out_, c);
    } else {
      out_ += fmt::format("\\x{{{:x}}}", static_cast<uint32_t>(c));
    }
  }

  void literal(char32_t c) {
    if (!flags_.ignore_case || !is_letter(c)) return append(c);
    out_.push_back('[');
    append(c);
    append(c ^ kCaseBit);
    out_.push_back(']');
  }

  // `{` counts what is before it, and stands for itself nowhere.
  void counted() {
    size_t size = 0;
    while (is_digit(peek(size))) ++size;
    bool is_right = size > 0;
    if (peek(size) == ',') ++size;
    while (is_digit(peek(size))) ++size;
    is_right = is_right && peek(size) == '}';
    if (!is_right) return fail("a '{' is not followed by how often, as in {2} or {2,5}; as a sign it is \\{");
    out_.push_back('{');
    out_ += rest_.substr(0, size + 1);
    rest_.remove_prefix(size + 1);
  }

  void open_group() {
    open_.push_back(flags_);
    if (!take("?")) {
      out_.push_back('(');
      return;
    }
    if (take("=") || take("!")) return fail_re2("it looks ahead, with (?= or (?!");
    if (take("<=") || take("<!")) return fail_re2("it looks behind, with (?<= or (?<!");
    if (take(">")) return fail_re2("it has an independent group, (?>");
    if (take("<")) return named_group();
    flags();
  }

  void named_group() {
    size_t size = 0;
    while (is_letter(peek(size)) || (size > 0 && is_digit(peek(size)))) ++size;
    if (size == 0 || peek(size) != '>') return fail("the name of a group is not letters and digits");
    const std::string_view name = rest_.substr(0, size);
    if (std::find(names_.begin(), names_.end(), name) != names_.end())
      return fail("two groups have one name");
    names_.push_back(name);
    out_ += "(?P<";
    out_ += rest_.substr(0, size + 1);
    rest_.remove_prefix(size + 1);
  }

  // (?i) for the rest of the group that it is in, (?i:...) for a group of its own.
  void flags() {
    Flags changed = flags_;
    bool on = true;
    for (; !rest_.empty() && peek() != ':' && peek() != ')'; rest_.remove_prefix(1)) {
      if (peek() == '-') {
        on = false;
      } else if (peek() == 'i') {
        changed.ignore_case = on;
      } else if (peek() == 's') {
        changed.dot_is_all = on;
      } else {
        return fail("of the (?..) only groups and the flags i and s are supported");
      }
    }
    flags_ = changed;
    if (take(":")) {
      out_ += "(?:";
    } else if (take(")")) {
      open_.pop_back();
      if (!rest_.empty() && std::string_view("*+?{").find(peek()) != std::string_view::npos) {
        fail("what follows a (?..) has nothing to repeat");
      }
    } else {
      fail("a '(' is not closed");
    }
  }

  void close_group() {
    if (open_.empty()) return fail("a ')' closes nothing");
    flags_ = open_.back();
    open_.pop_back();
    out_.push_back(')');
  }

  // The character that an escape stands for, behind its backslash; or nothing, and what it is is not taken.
  std::optional<char32_t> escaped_character() {
    if (take("t")) return '\t';
    if (take("n")) return '\n';
    if (take("r")) return '\r';
    if (take("f")) return '\f';
    if (take("a")) return '\a';
    if (take("e")) return 0x1B;
    if (take("x{")) return hexadecimal(1, 6, "}");
    if (take("x")) return hexadecimal(2, 2, "");
    if (take("u")) return hexadecimal(4, 4, "");
    const char c = peek();
    if (is_letter(c) || is_digit(c) || rest_.empty()) return std::nullopt;
    return take_character(rest_);
  }

  char32_t hexadecimal(size_t digits_min, size_t digits_max, std::string_view end) {
    char32_t code = 0;
    size_t size = 0;
    for (; size < digits_max; ++size) {
      const char32_t c = static_cast<unsigned char>(peek(size));
      if (is_digit(c)) {
        code = code << 4 | (c - '0');
      } else if ((c | kCaseBit) >= 'a' && (c | kCaseBit) <= 'f') {
        code = code << 4 | ((c | kCaseBit) - 'a' + 10);
      } else {
        break;
      }
    }
    rest_.remove_prefix(size);
    if (size < digits_min || !take(end) || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
      fail("a \\x or \\u is not followed by the number of a character");
    }
    return code;
  }

  void escape() {
    if (auto character = escaped_character()) return literal(*character);
    const char c = peek();
    if (std::string_view("dDwWbBAz").find(c) != std::string_view::npos && !rest_.empty()) {
      out_.push_back('\\');
      out_.push_back(c);
      rest_.remove_prefix(1);
      return;
    }
    if (take("Q")) return quoted();
    if (c == 's' || c == 'S' || c == 'p' || c == 'P') {
      out_.push_back('[');
      predefined_class();
      out_.push_back(']');
      return;
    }
    if ((c >= '1' && c <= '9') || c == 'k') return fail_re2(fmt::format("it refers back, with \\{}", c));
    fail_escape();
  }

  void fail_escape() {
    if (rest_.empty()) return fail("it ends with a backslash");
    fail(fmt::format("\\{} is no escape that RE2 knows in this place", peek()));
  }

  // Everything up to \E, or to the end, as it stands.
  void quoted() {
    while (!rest_.empty() && !take("\\E")) literal(take_character(rest_));
  }

  // What stands for several characters, as an item of a class.
  void predefined_class() {
    const char c = peek();
    rest_.remove_prefix(1);
    if (c == 's') {
      out_ += "[:space:]";
    } else if (c == 'S') {
      out_ += "[:^space:]";
    } else if (c == 'p' || c == 'P') {
      property(c == 'P');
    } else {
      out_.push_back('\\');
      out_.push_back(c);
    }
  }

  // \p{Alnum}, \p{Lu}, \p{IsLu}, \pL.
  void property(bool is_negated) {
    std::string_view name = rest_.substr(0, 1);
    if (take("{")) {
      name = rest_.substr(0, rest_.find('}'));
      rest_.remove_prefix(name.size());
      if (!take("}")) return fail("a \\p{ is not closed");
    } else if (!rest_.empty()) {
      rest_.remove_prefix(1);
    }
    const bool depends_on_case = name == "Lower" || name == "Upper" || name.ends_with("Lu") ||
                                 name.ends_with("Ll") || name.ends_with("Lt");
    if (flags_.ignore_case && depends_on_case) return fail_re2("it has letters of one case under (?i)");
    for (const PosixClass& posix : kPosixClasses) {
      if (name != posix.java) continue;
      out_ += fmt::format("[:{}{}:]", is_negated ? "^" : "", posix.re2);
      return;
    }
    if (name.starts_with("Is")) name.remove_prefix(2);
    const bool is_category =
        !name.empty() && name.size() <= 2 && is_capital(name[0]) && (name.size() == 1 || is_small(name[1]));
    if (!is_category) return fail("a \\p{..} is neither a class of POSIX nor a general category");
    out_ += fmt::format("\\{}{{{}}}", is_negated ? 'P' : 'p', name);
  }

  void character_class() {
    out_ += take("^") ? "[^" : "[";
    for (bool is_first = true; wrong_.empty(); is_first = false) {
      if (rest_.empty()) return fail("a '[' is not closed");
      if (!is_first && take("]")) break;
      if (rest_.starts_with("[")) return fail_re2("it has a class within a class");
      if (rest_.starts_with("&&")) return fail_re2("it intersects classes, with &&");
      class_item();
    }
    out_.push_back(']');
  }

  void class_item() {
    if (take("\\Q")) {
      while (!rest_.empty() && !take("\\E")) range(take_character(rest_), std::nullopt);
      return;
    }
    if (rest_.starts_with("\\") && std::string_view("dDwWsSpP").find(peek(1)) != std::string_view::npos &&
        rest_.size() > 1) {
      rest_.remove_prefix(1);
      return predefined_class();
    }
    const char32_t first = class_character();
    if (peek() != '-' || peek(1) == ']' || peek(1) == '[' || rest_.size() < 2) {
      return range(first, std::nullopt);
    }
    rest_.remove_prefix(1);
    const char32_t last = class_character();
    if (last < first) return fail("a range in a class ends before it begins");
    range(first, last);
  }

  char32_t class_character() {
    if (!take("\\")) return take_character(rest_);
    if (auto character = escaped_character()) return *character;
    fail_escape();
    return 0;
  }

  void range(char32_t first, std::optional<char32_t> last) {
    append_range(first, last.value_or(first));
    if (!flags_.ignore_case) return;
    append_other_case(first, last.value_or(first), 'a');
    append_other_case(first, last.value_or(first), 'A');
  }

  void append_range(char32_t first, char32_t last) {
    append(first);
    if (last == first) return;
    out_.push_back('-');
    append(last);
  }

  // The other case of those letters of the range that are of the alphabet which begins at `letter_a`.
  void append_other_case(char32_t first, char32_t last, char32_t letter_a) {
    first = std::max(first, letter_a);
    last = std::min<char32_t>(last, letter_a + 25);
    if (first <= last) append_range(first ^ kCaseBit, last ^ kCaseBit);
  }

  std::string_view rest_;
  std::string out_;
  std::string wrong_;
  Flags flags_;
  std::vector<Flags> open_;              // of the groups that are open: what held before them
  std::vector<std::string_view> names_;  // of groups
};

}  // namespace

Result<std::string, Failure> re2_of_java_pattern(std::string_view pattern) {
  return Translation(pattern).run();
}

}  // namespace klamm::security
