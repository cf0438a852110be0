#include "security/principal_mapping.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "security/java_pattern.h"
#include "security/letter_case.h"
#include "security/peer_text.h"
#include "security/utf8.h"

namespace klamm::security {
namespace {

constexpr std::string_view kKey = "ssl.principal.mapping.rules";
// For one rule, compiled, with what its matching remembers.
constexpr int64_t kPatternMemoryMax = 1 << 20;
constexpr std::string_view kBlanks = " \t\n\v\f\r";

enum class LetterCase { kAsItIs, kLower, kUpper };

// A replacement's pieces: a text, or a group of the pattern where `group` is not negative.
struct Piece {
  std::string text;
  int group = -1;
};

// One rule as it stands in the key's value.
struct RuleText {
  std::string_view whole;
  bool is_default = false;
  std::string_view pattern;
  std::string_view replacement;
  LetterCase letters = LetterCase::kAsItIs;
};

using Problem = std::string;

std::string_view without_blanks(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
}

// As Java's trim: control characters go as well.
std::string_view trimmed(std::string_view text) {
  auto is_trimmed = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && is_trimmed(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_trimmed(text.back())) text.remove_suffix(1);
  return text;
}

// Where the first '/' is that no backslash escapes; npos where there is none. A backslash escapes anything
// but a line's end.
size_t find_slash(std::string_view text, size_t at) {
  for (; at < text.size(); ++at) {
    if (text[at] == '/') return at;
    if (text[at] != '\\') continue;
    ++at;
    if (at < text.size() && (text[at] == '\n' || text[at] == '\r')) return std::string_view::npos;
  }
  return std::string_view::npos;
}

// Splits the key's value. Commas and blanks separate rules, but not within a pattern or a replacement.
//
// Kafka drops what is before a line's end that has no comma before it, without a word; here that is no rule.
class RuleReader {
 public:
  explicit RuleReader(std::string_view rules) : rest_(trimmed(rules)) {}

  // Nothing at the end.
  std::optional<Result<RuleText, Problem>> next() {
    skip_separators();
    if (rest_.empty()) return std::nullopt;
    if (rest_.starts_with("DEFAULT") && ends_at(7)) {
      RuleText rule;
      rule.whole = take(7);
      rule.is_default = true;
      return rule;
    }
    if (rest_.starts_with("RULE:")) return rule();
    return Error{
        problem(take_to_comma(), "is neither DEFAULT nor RULE:pattern/replacement/[LU]; capitals matter")};
  }

 private:
  Result<RuleText, Problem> rule() {
    constexpr size_t kPattern = 5;
    const size_t first = find_slash(rest_, kPattern);
    const size_t second = first == rest_.npos ? first : find_slash(rest_, first + 1);
    if (second == rest_.npos) {
      return Error{problem(take_to_comma(),
                           "has not the two '/' of RULE:pattern/replacement/, the second one behind the "
                           "replacement; a '/' within either is \\/")};
    }
    RuleText rule;
    rule.pattern = rest_.substr(kPattern, first - kPattern);
    rule.replacement = rest_.substr(first + 1, second - first - 1);
    size_t end = second + 1;
    if (end < rest_.size() && (rest_[end] == 'L' || rest_[end] == 'U')) {
      rule.letters = rest_[end] == 'L' ? LetterCase::kLower : LetterCase::kUpper;
      ++end;
    }
    if (!ends_at(end)) {
      const size_t comma = rest_.find(',', end);
      const std::string_view behind = without_blanks(rest_.substr(end, comma - end));
      return Error{problem(rest_.substr(0, end),
                           fmt::format("is followed by \"{}\", where a comma or the end must be", behind))};
    }
    rule.whole = take(end);
    return rule;
  }

  static Problem problem(std::string_view rule, std::string_view what) {
    return fmt::format("\"{}\" {}", without_blanks(rule), what);
  }

  void skip_separators() {
    const size_t begin = rest_.find_first_not_of(" \t\n\v\f\r,");
    rest_.remove_prefix(std::min(begin, rest_.size()));
  }
  bool ends_at(size_t at) const {
    const size_t next = rest_.find_first_not_of(kBlanks, at);
    return next == rest_.npos || rest_[next] == ',';
  }
  std::string_view take(size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view take_to_comma() { return take(rest_.find(',')); }

  std::string_view rest_;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Kafka puts a backslash before a $7 where there are only six groups, so that it stands for itself; of $71
// the first digit alone counts then. It counts positions in the text as configured, whatever was put in
// before, so that of several such references only the first is found.
Result<std::string, Problem> with_literal_references(std::string_view replacement, int groups) {
  constexpr int64_t kTooLarge = int64_t{std::numeric_limits<int32_t>::max()} + 1;
  std::string text(replacement);
  if (groups == 0) return text;
  for (size_t at = 0; at < replacement.size(); ++at) {
    if (replacement[at] != '$') continue;
    const size_t first = at + 1;
    int64_t number = 0;
    for (; at + 1 < replacement.size() && is_digit(replacement[at + 1]); ++at) {
      number = std::min(number * 10 + (replacement[at + 1] - '0'), kTooLarge);
    }
    if (at + 1 == first || replacement[first] == '0') continue;
    if (number == kTooLarge) return Error{Problem("refers to a group by too large a number")};
    while (number > groups && number >= 10) number /= 10;
    if (number > groups) text.insert(first - 1, 1, '\\');
  }
  return text;
}

// Reads a replacement as java.util.regex.Matcher does.
class ReplacementReader {
 public:
  ReplacementReader(std::string_view text, const RE2& pattern) : rest_(text), pattern_(&pattern) {}

  Result<std::vector<Piece>, Problem> read() {
    std::vector<Piece> pieces;
    while (!rest_.empty()) {
      const char c = take();
      if (c == '$') {
        auto group = reference();
        if (!group) return Error{group.error()};
        pieces.push_back({"", *group});
        continue;
      }
      if (c == '\\' && rest_.empty()) return Error{Problem("ends with a backslash")};
      if (pieces.empty() || pieces.back().group >= 0) pieces.push_back({});
      pieces.back().text.push_back(c == '\\' ? take() : c);
    }
    return pieces;
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  Result<int, Problem> reference() {
    if (rest_.starts_with("{")) return name();
    if (rest_.empty() || !is_digit(rest_.front())) {
      return Error{Problem("has a $ without the number of a group; as a sign it is \\$")};
    }
    const int groups = pattern_->NumberOfCapturingGroups();
    int group = take() - '0';
    // As many digits belong to it as there are groups of that number.
    while (!rest_.empty() && is_digit(rest_.front()) && group * 10 + (rest_.front() - '0') <= groups) {
      group = group * 10 + (take() - '0');
    }
    if (group > groups) {
      return Error{fmt::format("refers to group {}, and the pattern has {}", group, groups)};
    }
    return group;
  }

  Result<int, Problem> name() {
    const size_t end = rest_.find('}');
    const std::string name(rest_.substr(1, end == rest_.npos ? end : end - 1));
    rest_.remove_prefix(std::min(end, rest_.size() - 1) + 1);
    auto group = pattern_->NamedCapturingGroups().find(name);
    if (group == pattern_->NamedCapturingGroups().end()) {
      return Error{fmt::format("refers to a group \"{}\", and the pattern has none of that name", name)};
    }
    return group->second;
  }

  std::string_view rest_;
  const RE2* pattern_;
};

Result<std::unique_ptr<RE2>, Problem> compile(std::string_view pattern) {
  auto translated = re2_of_java_pattern(pattern);
  if (!translated) return Error{fmt::format("has a wrong pattern: {}", translated.error().message)};
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemoryMax);
  auto compiled = std::make_unique<RE2>(*translated, options);
  if (compiled->error_code() == RE2::ErrorPatternTooLarge) {
    return Error{fmt::format("has a pattern that takes more than {} bytes", kPatternMemoryMax)};
  }
  if (!compiled->ok()) return Error{fmt::format("has a wrong pattern: {}", compiled->error())};
  return compiled;
}

}  // namespace

struct PrincipalMapping::Rule {
  std::unique_ptr<RE2> pattern;  // null in DEFAULT
  std::vector<Piece> replacement;
  LetterCase letters = LetterCase::kAsItIs;

  static Result<std::shared_ptr<const Rule>, Problem> make(const RuleText& text);
  // Nothing where the rule is not for this name.
  std::optional<std::string> apply(std::string_view name) const;
  std::string replace(std::string_view name) const;
};

Result<std::shared_ptr<const PrincipalMapping::Rule>, Problem> PrincipalMapping::Rule::make(
    const RuleText& text) {
  auto rule = std::make_shared<Rule>();
  if (text.is_default) return std::shared_ptr<const Rule>(rule);
  auto pattern = compile(text.pattern);
  if (!pattern) return Error{std::move(pattern).error()};
  rule->pattern = std::move(pattern).value();
  auto replacement = with_literal_references(text.replacement, rule->pattern->NumberOfCapturingGroups());
  if (!replacement) return Error{"has a replacement that " + replacement.error()};
  auto pieces = ReplacementReader(*replacement, *rule->pattern).read();
  if (!pieces) return Error{"has a replacement that " + pieces.error()};
  rule->replacement = std::move(pieces).value();
  rule->letters = text.letters;
  return std::shared_ptr<const Rule>(rule);
}

std::optional<std::string> PrincipalMapping::Rule::apply(std::string_view name) const {
  if (!pattern) return std::string(name);
  if (!RE2::FullMatch(name, *pattern)) return std::nullopt;
  std::string mapped = replace(name);
  switch (letters) {
    case LetterCase::kLower:
      return lower_case(mapped);
    case LetterCase::kUpper:
      return upper_case(mapped);
    case LetterCase::kAsItIs:
      break;
  }
  return mapped;
}

// The pattern must match the whole name, but what is replaced is each match of it within, as Java's
// replaceAll has them: .* matches a name and then the nothing behind it, and gives its replacement twice.
std::string PrincipalMapping::Rule::replace(std::string_view name) const {
  std::vector<re2::StringPiece> groups(static_cast<size_t>(pattern->NumberOfCapturingGroups()) + 1);
  std::string mapped;
  size_t copied = 0;
  size_t from = 0;
  while (from <= name.size() && pattern->Match(name, from, name.size(), RE2::UNANCHORED, groups.data(),
                                               static_cast<int>(groups.size()))) {
    const size_t begin = static_cast<size_t>(groups[0].data() - name.data());
    const size_t end = begin + groups[0].size();
    mapped += name.substr(copied, begin - copied);
    for (const Piece& piece : replacement) {
      mapped += piece.text;
      if (piece.group >= 0) groups[static_cast<size_t>(piece.group)].AppendToString(&mapped);
    }
    copied = end;
    if (end > begin) {
      from = end;
      continue;
    }
    std::string_view rest = name.substr(end);
    if (rest.empty()) break;
    take_character(rest);
    from = name.size() - rest.size();
  }
  mapped += name.substr(copied);
  return mapped;
}

PrincipalMapping::PrincipalMapping() : rules_{std::make_shared<const Rule>()} {}

Result<PrincipalMapping, Failure> PrincipalMapping::parse(std::string_view rules) {
  PrincipalMapping mapping;
  mapping.rules_.clear();
  RuleReader reader(rules);
  auto failure = [&](std::string_view problem) {
    return Error{Failure{fmt::format("{}: rule {}, {}", kKey, mapping.rules_.size() + 1, problem)}};
  };
  while (auto text = reader.next()) {
    if (!*text) return failure(text->error());
    auto rule = Rule::make(**text);
    if (!rule) return failure(fmt::format("\"{}\" {}", (*text)->whole, rule.error()));
    mapping.rules_.push_back(std::move(rule).value());
  }
  return mapping;
}

Result<std::string, Failure> PrincipalMapping::name_of(std::string_view distinguished_name) const {
  for (const auto& rule : rules_) {
    if (auto name = rule->apply(distinguished_name)) return *std::move(name);
  }
  return Error{Failure{fmt::format("no rule of {} applies to {}: add one that does, or DEFAULT as the last",
                                   kKey, quote_peer(distinguished_name))}};
}

}  // namespace klamm::security
