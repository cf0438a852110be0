#include "cli/pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "cli/text.h"
#include "security/java_pattern.h"

namespace klamm::cli {

Attempt<Pattern> Pattern::parse(std::string_view java) {
  auto translated = security::re2_of_java_pattern(java);
  if (!translated) return wrong_argument(translated.error().message);
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto compiled = std::make_shared<const re2::RE2>(*translated, options);
  if (!compiled->ok()) return wrong_argument(compiled->error());
  return Pattern(std::move(compiled));
}

Attempt<Pattern> Pattern::parse_include_list(std::string_view text) {
  std::string expression(trimmed(text));
  std::ranges::replace(expression, ',', '|');
  std::erase(expression, ' ');
  const size_t first = std::min(expression.find_first_not_of("\"'"), expression.size());
  expression.erase(0, first);
  const size_t last = expression.find_last_not_of("\"'");
  expression.erase(last == std::string::npos ? 0 : last + 1);
  auto pattern = parse(expression);
  if (!pattern) return wrong_argument(fmt::format("{} is an invalid regex.", expression));
  return pattern;
}

bool Pattern::matches(std::string_view name) const {
  return re2::RE2::FullMatch(re2::StringPiece(name.data(), name.size()), *compiled_);
}

}  // namespace klamm::cli
