// The layout of joptsimple's help: two columns, the left one at most half of 80 wide, lines broken at words
// and continued with an indent of two.
#include <fmt/format.h>

#include <algorithm>

#include "cli/options.h"
#include "cli/text.h"

namespace klamm::cli {
namespace {

constexpr size_t kWidth = 80;
constexpr size_t kBetween = 2;

struct Row {
  std::string left;
  std::string right;
};

std::string_view name_of(ArgumentType type) {
  switch (type) {
    case ArgumentType::kInteger:
      return "Integer";
    case ArgumentType::kLong:
      return "Long";
    case ArgumentType::kString:
      break;
  }
  return "String";
}

std::string left_of(const OptionSpec& spec) {
  std::string text = spec.is_required ? "* " : "";
  if (spec.letter != 0) text += fmt::format("-{}, ", spec.letter);
  text += fmt::format("--{}", spec.name);
  if (spec.takes == Takes::kNothing) return text;
  std::string argument(name_of(spec.type));
  if (!spec.argument.empty()) argument += fmt::format(": {}", spec.argument);
  return text + (spec.takes == Takes::kArgument ? fmt::format(" <{}>", argument)
                                                : fmt::format(" [{}]", argument));
}

std::string right_of(const OptionSpec& spec) {
  if (spec.default_value.empty()) return std::string(spec.help);
  return fmt::format("{} (default: {})", spec.help, spec.default_value);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Where a line may be broken: behind blanks, and behind a hyphen between letters.
size_t end_of_word(std::string_view line, size_t begin) {
  size_t at = begin;
  while (at < line.size() && line[at] != ' ') {
    const bool is_hyphen = line[at] == '-' && at > begin && is_letter(line[at - 1]) && at + 1 < line.size() &&
                           is_letter(line[at + 1]);
    ++at;
    if (is_hyphen) return at;
  }
  while (at < line.size() && line[at] == ' ') ++at;
  return at;
}

std::string without_blanks_behind(std::string text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

void break_line(std::string_view line, size_t width, std::vector<std::string>& pieces) {
  std::string piece;
  for (size_t at = 0; at < line.size();) {
    const size_t end = end_of_word(line, at);
    const std::string_view word = line.substr(at, end - at);
    if (piece.size() + word.size() > width) {
      pieces.push_back(without_blanks_behind(std::move(piece)));
      piece = "  ";
    }
    piece += word;
    at = end;
  }
  if (!piece.empty()) pieces.push_back(std::move(piece));
}

std::vector<std::string> pieces_of(std::string_view text, size_t width) {
  std::vector<std::string> pieces;
  for (const std::string_view line : split(trimmed(text), '\n')) break_line(line, width, pieces);
  return pieces;
}

size_t width_of(const std::vector<Row>& rows, std::string Row::* column) {
  size_t width = 0;
  for (const Row& row : rows) width = std::max(width, (row.*column).size());
  return width;
}

}  // namespace

std::string usage_text(OptionTable table) {
  std::vector<const OptionSpec*> sorted;
  for (const OptionSpec& spec : table) sorted.push_back(&spec);
  std::ranges::sort(sorted, {}, [](const OptionSpec* spec) { return spec->name; });
  const bool has_required = std::ranges::any_of(table, &OptionSpec::is_required);
  std::vector<Row> rows;
  rows.push_back({has_required ? "Option (* = required)" : "Option", "Description"});
  rows.push_back({std::string(rows.front().left.size(), '-'), std::string(rows.front().right.size(), '-')});
  for (const OptionSpec* spec : sorted) rows.push_back({left_of(*spec), right_of(*spec)});

  const size_t left = std::min((kWidth - kBetween) / 2, width_of(rows, &Row::left));
  const size_t right = std::min(kWidth - left - kBetween, width_of(rows, &Row::right));
  std::string text;
  for (const Row& row : rows) {
    const auto lefts = pieces_of(row.left, left);
    const auto rights = pieces_of(row.right, right);
    for (size_t i = 0; i < std::max(lefts.size(), rights.size()); ++i) {
      text += padded(i < lefts.size() ? lefts[i] : "", left) + std::string(kBetween, ' ');
      text += padded(i < rights.size() ? rights[i] : "", right) + "\n";
    }
  }
  return text;
}

}  // namespace klamm::cli
