#include "cli/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "cli/text.h"

namespace klamm::cli {
namespace {

bool is_long_token(std::string_view word) { return word.starts_with("--") && word != "--"; }
bool is_short_token(std::string_view word) {
  return word.starts_with('-') && !word.starts_with("--") && word != "-";
}
bool looks_like_option(std::string_view word) { return is_long_token(word) || is_short_token(word); }

// Of Kafka before 4.0, when tools asked ZooKeeper.
constexpr std::string_view kGone = "zookeeper";

Error<ToolError> unrecognized(std::string_view name) {
  std::string message = fmt::format("{} is not a recognized option", name);
  if (name == kGone) {
    message += ": there is no ZooKeeper any more; write --bootstrap-server HOST:9092, a broker's address";
  }
  return wrong_argument(std::move(message));
}

bool can_convert(const OptionSpec& spec, std::string_view text) {
  switch (spec.type) {
    case ArgumentType::kInteger:
      return parse_int(text).has_value();
    case ArgumentType::kLong:
      return parse_long(text).has_value();
    case ArgumentType::kString:
      break;
  }
  return true;
}

// Java's StringTokenizer: pieces that are not empty.
std::vector<std::string> tokens_of(std::string_view text, char separator) {
  std::vector<std::string> tokens;
  for (const std::string_view piece : split(text, separator)) {
    if (!piece.empty()) tokens.emplace_back(piece);
  }
  if (tokens.empty()) tokens.emplace_back(text);
  return tokens;
}

}  // namespace

class OptionParser {
 public:
  OptionParser(OptionTable table, Words words, Abbreviations abbreviations)
      : table_(table), words_(words), abbreviations_(abbreviations) {
    options_.table_ = table;
  }

  Attempt<Options> parse() {
    while (at_ < words_.size()) {
      auto done = take(words_[at_++]);
      if (!done) return Error{done.error()};
    }
    if (!options_.has(kHelpOption.name) && !options_.has(kVersionOption.name)) {
      if (auto done = check_required(); !done) return Error{done.error()};
      if (auto done = check_company(); !done) return Error{done.error()};
    }
    if (auto done = check_values(); !done) return Error{done.error()};
    return std::move(options_);
  }

 private:
  const OptionSpec* find(std::string_view name) const {
    for (const OptionSpec& spec : table_) {
      if (spec.name == name || (spec.letter != 0 && name == std::string_view(&spec.letter, 1))) return &spec;
    }
    if (abbreviations_ == Abbreviations::kNone) return nullptr;
    const OptionSpec* found = nullptr;
    for (const OptionSpec& spec : table_) {
      if (!spec.name.starts_with(name)) continue;
      if (found != nullptr) return nullptr;
      found = &spec;
    }
    return found;
  }

  Attempt<> take(std::string_view word) {
    if (is_over_ || !(looks_like_option(word) || word == "--")) {
      options_.rest_.emplace_back(word);
      return {};
    }
    if (word == "--") {
      is_over_ = true;
      return {};
    }
    const bool is_long = is_long_token(word);
    const std::string_view body = word.substr(is_long ? 2 : 1);
    const size_t equals = body.find('=');
    const std::string_view name = body.substr(0, equals);
    std::optional<std::string_view> argument;
    if (equals != std::string_view::npos) argument = body.substr(equals + 1);
    if (const OptionSpec* spec = find(name)) return handle(*spec, argument);
    if (is_long) return unrecognized(name);
    return take_cluster(body);
  }

  // `-abc`: three flags, or the option a with the argument bc.
  Attempt<> take_cluster(std::string_view body) {
    for (size_t i = 0; i < body.size(); ++i) {
      const OptionSpec* spec = find(body.substr(i, 1));
      if (spec == nullptr) return unrecognized(body.substr(i, 1));
      if (spec->takes != Takes::kNothing && i + 1 < body.size()) return handle(*spec, body.substr(i + 1));
      if (auto done = handle(*spec, std::nullopt); !done) return done;
    }
    return {};
  }

  Attempt<> handle(const OptionSpec& spec, std::optional<std::string_view> argument) {
    options_.order_.push_back(spec.name);
    std::vector<std::string>& values = options_.values_[spec.name];
    if (spec.takes == Takes::kNothing) return {};
    if (!argument && spec.takes == Takes::kArgument) {
      if (at_ == words_.size()) {
        return wrong_argument(fmt::format("Option {} requires an argument", spec.name));
      }
      argument = words_[at_++];
    } else if (!argument && at_ < words_.size() && !looks_like_option(words_[at_]) &&
               can_convert(spec, words_[at_])) {
      argument = words_[at_++];
    }
    if (!argument) return {};
    if (spec.separator == 0) {
      values.emplace_back(*argument);
    } else {
      for (std::string& token : tokens_of(*argument, spec.separator)) values.push_back(std::move(token));
    }
    return {};
  }

  Attempt<> check_required() const {
    std::vector<std::string> missing;
    for (const OptionSpec& spec : table_) {
      if (spec.is_required && !options_.values_.contains(spec.name)) missing.emplace_back(spec.name);
    }
    if (missing.empty()) return {};
    return wrong_argument(fmt::format("Missing required option(s) [{}]", joined(missing, ", ")));
  }

  Attempt<> check_company() const {
    std::vector<std::string> alone;
    for (const OptionSpec& spec : table_) {
      if (spec.only_with.empty() || !options_.values_.contains(spec.name)) continue;
      const auto company = split(spec.only_with, ' ');
      const bool has_any = std::ranges::any_of(
          company, [&](std::string_view name) { return options_.values_.contains(name); });
      if (!has_any) alone.emplace_back(spec.name);
    }
    if (alone.empty()) return {};
    return wrong_argument(fmt::format(
        "Option(s) [{}] are unavailable given other options on the command line", joined(alone, ", ")));
  }

  Attempt<> check_values() const {
    for (const auto& [name, values] : options_.values_) {
      const OptionSpec* spec = find(name);
      CHECK(spec != nullptr);
      if (values.size() > 1 && !spec->is_repeated && spec->separator == 0) {
        return wrong_argument(
            fmt::format("Found multiple arguments for option {}, but you asked for only one", name));
      }
      for (const std::string& value : values) {
        if (!can_convert(*spec, value)) {
          return wrong_argument(fmt::format("Cannot parse argument '{}' of option {}", value, name));
        }
      }
    }
    return {};
  }

  const OptionTable table_;
  const Words words_;
  const Abbreviations abbreviations_;
  size_t at_ = 0;
  bool is_over_ = false;  // a lone -- has come
  Options options_;
};

Attempt<Options> parse_options(OptionTable table, Words words, Abbreviations abbreviations) {
  return OptionParser(table, words, abbreviations).parse();
}

bool Options::has(std::string_view name) const { return values_.contains(name); }

std::optional<std::string> Options::value(std::string_view name) const {
  std::vector<std::string> all = values(name);
  if (all.empty()) return std::nullopt;
  return std::move(all.front());
}

std::vector<std::string> Options::values(std::string_view name) const {
  const auto given = values_.find(name);
  if (given != values_.end() && !given->second.empty()) return given->second;
  const auto spec = std::ranges::find(table_, name, &OptionSpec::name);
  // A name that no table has is a slip of ours.
  CHECK(spec != table_.end());
  if (spec->default_value.empty()) return {};
  return {std::string(spec->default_value)};
}

std::optional<int64_t> Options::number(std::string_view name) const {
  const std::optional<std::string> text = value(name);
  return text ? parse_long(*text) : std::nullopt;
}

int Options::count(std::initializer_list<std::string_view> names) const {
  return static_cast<int>(std::ranges::count_if(names, [&](std::string_view name) { return has(name); }));
}

Attempt<> require_options(const Options& options, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (!options.has(name)) return wrong_usage(fmt::format("Missing required argument \"[{}]\"", name));
  }
  return {};
}

Attempt<> forbid_beside(const Options& options, std::string_view used,
                        const std::vector<std::string_view>& others) {
  if (!options.has(used)) return {};
  for (const std::string_view other : others) {
    if (options.has(other)) {
      return wrong_usage(fmt::format("Option \"[{}]\" can't be used with option \"[{}]\"", used, other));
    }
  }
  return {};
}

Attempt<> require_one_of(const Options& options, std::initializer_list<std::string_view> names) {
  if (options.count(names) == 1) return {};
  std::vector<std::string> texts;
  for (const std::string_view name : names) texts.push_back(fmt::format("[{}]", name));
  return wrong_usage("Exactly one of the following arguments is required: " + joined(texts, ", "));
}

}  // namespace klamm::cli
