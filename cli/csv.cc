#include "cli/csv.h"

#include <algorithm>

namespace klamm::cli {
namespace {

// Kafka's writer (Jackson) looks at texts up to this long whether they need quotes, and quotes all others.
constexpr size_t kLookedAtMax = 24;
// From this character on none needs them.
constexpr unsigned char kSafeFrom = '-';

bool needs_quotes(std::string_view field) {
  return field.size() > kLookedAtMax ||
         std::ranges::any_of(field, [](char c) { return static_cast<unsigned char>(c) < kSafeFrom; });
}

std::string quoted(std::string_view field) {
  std::string text = "\"";
  for (const char c : field) {
    if (c == '"') text += c;
    text += c;
  }
  return text + "\"";
}

}  // namespace

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) line += ',';
    line += needs_quotes(field) ? quoted(field) : field;
  }
  return line + "\n";
}

std::vector<std::string> parse_csv_line(std::string_view line) {
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (is_quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += c;
      ++i;
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

}  // namespace klamm::cli
