// Patterns of topics as tools take them: Java's regular expressions, of which the whole name must match.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "cli/error.h"

namespace re2 {
class RE2;
}

namespace klamm::cli {

class Pattern {
 public:
  static Attempt<Pattern> parse(std::string_view java);
  // As the tools take --topic: commas stand for "or", blanks and quotes around it are left out.
  static Attempt<Pattern> parse_include_list(std::string_view text);

  bool matches(std::string_view name) const;

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace klamm::cli
