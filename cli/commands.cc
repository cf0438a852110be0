#include "cli/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/text.h"
#include "cli/tool_list.h"

namespace klamm::cli {
namespace {

constexpr size_t kUsageWidth = 75;
constexpr size_t kHelpColumn = 25;
constexpr std::string_view kServer = "bootstrap-server";
constexpr std::string_view kController = "bootstrap-controller";

bool names(std::string_view list, std::string_view name) {
  if (list.empty()) return false;
  const auto all = split(list, ' ');
  return std::ranges::find(all, name) != all.end();
}

// "--id/-i".
std::string flags_of(const OptionSpec& spec) {
  return spec.letter == 0 ? fmt::format("--{}", spec.name) : fmt::format("--{}/-{}", spec.name, spec.letter);
}

// "--id ID".
std::string shape_of(const OptionSpec& spec) {
  if (spec.takes == Takes::kNothing) return fmt::format("--{}", spec.name);
  std::string value = upper_case(spec.name);
  std::ranges::replace(value, '-', '_');
  return fmt::format("--{} {}", spec.name, value);
}

}  // namespace

class CommandParser {
 public:
  CommandParser(const CommandLine& line, OptionTable table, Words words, std::string program)
      : line_(line), table_(table), words_(words), program_(std::move(program)) {
    options_.table_ = table;
  }

  Attempt<> parse() {
    while (at_ < words_.size() && !wants_help_) {
      if (auto done = take(words_[at_++]); !done) return done;
    }
    return wants_help_ ? Attempt<>() : check();
  }

  bool wants_help() const { return wants_help_; }
  std::string_view command() const { return command_ == nullptr ? std::string_view() : command_->name; }
  Options take_options() { return std::move(options_); }

  // "kafka-cluster", or behind it the command that was come to.
  std::string program() const {
    return command_ == nullptr ? program_ : fmt::format("{} {}", program_, command_->name);
  }

  std::string usage() const {
    std::vector<std::string> pieces = {"[-h]"};
    for (const OptionSpec& spec : table_) {
      if (!is_allowed(spec)) continue;
      const bool is_required = command_ != nullptr && names(command_->required, spec.name);
      pieces.push_back(is_required ? shape_of(spec) : fmt::format("[{}]", shape_of(spec)));
    }
    if (command_ == nullptr) {
      pieces.push_back(fmt::format("{{{}}}", command_names(",")));
      pieces.emplace_back("...");
    }
    std::string text = fmt::format("usage: {}", program());
    const std::string indent(text.size() + 1, ' ');
    size_t column = text.size();
    for (const std::string& piece : pieces) {
      if (column + 1 + piece.size() > kUsageWidth) {
        text += "\n" + indent + piece;
        column = indent.size() + piece.size();
      } else {
        text += " " + piece;
        column += 1 + piece.size();
      }
    }
    return text + "\n";
  }

  std::string help() const {
    const std::string_view about = command_ == nullptr ? line_.about : command_->help;
    std::string text = fmt::format("{}\n{}\n\n", usage(), about);
    if (command_ == nullptr) {
      for (const Command& command : line_.commands) add_help(text, command.name, command.help);
      text += "\n";
    }
    add_help(text, "-h, --help", "show this help message and exit");
    for (const OptionSpec& spec : table_) {
      if (is_allowed(spec)) add_help(text, flags_of(spec), spec.help);
    }
    return text;
  }

 private:
  static void add_help(std::string& text, std::string_view left, std::string_view right) {
    text += fmt::format("  {} {}\n", padded(left, kHelpColumn), right);
  }

  std::string command_names(std::string_view separator, std::string_view quote = "") const {
    std::vector<std::string> all;
    for (const Command& command : line_.commands) {
      all.push_back(fmt::format("{0}{1}{0}", quote, command.name));
    }
    return joined(all, separator);
  }

  bool is_allowed(const OptionSpec& spec) const {
    return names(line_.options, spec.name) ||
           (command_ != nullptr && names(command_->options, spec.name));
  }

  Attempt<> take(std::string_view word) {
    if (word == "-h" || word == "--help") {
      wants_help_ = true;
      return {};
    }
    if (word.starts_with("--") && word.size() > 2) return take_long(word);
    if (word.starts_with('-') && word.size() > 1) return take_short(word);
    if (command_ != nullptr) return unrecognized(word);
    for (const Command& command : line_.commands) {
      if (command.name == word) command_ = &command;
    }
    if (command_ != nullptr) return {};
    return wrong_usage(
        fmt::format("invalid choice: '{}' (choose from {})", word, command_names(", ", "'")));
  }

  Attempt<> take_long(std::string_view word) {
    const size_t equals = word.find('=');
    const std::string_view name = word.substr(2, equals == word.npos ? word.npos : equals - 2);
    std::vector<const OptionSpec*> found;
    for (const OptionSpec& spec : table_) {
      if (!is_allowed(spec) || !spec.name.starts_with(name)) continue;
      if (spec.name == name) found.clear();
      found.push_back(&spec);
      if (spec.name == name) break;
    }
    if (found.empty()) return unrecognized(word);
    if (found.size() > 1) {
      std::vector<std::string> matches;
      for (const OptionSpec* spec : found) matches.push_back(fmt::format("--{}", spec->name));
      return wrong_usage(fmt::format("ambiguous option: --{} could match {}", name, joined(matches, ", ")));
    }
    if (equals == word.npos) return handle(*found.front(), std::nullopt);
    return handle(*found.front(), word.substr(equals + 1));
  }

  Attempt<> take_short(std::string_view word) {
    for (const OptionSpec& spec : table_) {
      if (spec.letter != word[1] || !is_allowed(spec)) continue;
      if (word.size() == 2) return handle(spec, std::nullopt);
      return handle(spec, word.substr(word[2] == '=' ? 3 : 2));
    }
    return unrecognized(word);
  }

  Attempt<> handle(const OptionSpec& spec, std::optional<std::string_view> argument) {
    options_.order_.push_back(spec.name);
    std::vector<std::string>& values = options_.values_[spec.name];
    if (spec.takes == Takes::kNothing) {
      if (!argument) return {};
      return wrong_usage(
          fmt::format("argument {}: ignore implicit argument '{}'", flags_of(spec), *argument));
    }
    if (!argument) {
      if (at_ == words_.size() || words_[at_].starts_with("--")) {
        return wrong_usage(fmt::format("argument {}: expected one argument", flags_of(spec)));
      }
      argument = words_[at_++];
    }
    if (spec.type == ArgumentType::kInteger && !parse_int(*argument)) {
      return wrong_usage(
          fmt::format("argument {}: could not convert '{}' to Integer", flags_of(spec), *argument));
    }
    // Of several the last one holds.
    if (!spec.is_repeated) values.clear();
    values.emplace_back(*argument);
    return {};
  }

  Attempt<> check() const {
    if (command_ == nullptr) return wrong_usage("too few arguments");
    for (const OptionSpec& spec : table_) {
      if (names(command_->required, spec.name) && !options_.has(spec.name)) {
        return wrong_usage(fmt::format("argument {} is required", flags_of(spec)));
      }
    }
    const bool takes_controllers = std::ranges::find(table_, kController, &OptionSpec::name) != table_.end();
    if (!takes_controllers) return {};
    if (options_.has(kServer) && options_.has(kController)) {
      return wrong_usage(fmt::format("argument {}: not allowed with argument {}", flags_of(find(kController)),
                                     flags_of(find(kServer))));
    }
    if (!line_.needs_bootstrap || options_.has(kServer) || options_.has(kController)) return {};
    return wrong_usage(fmt::format("one of the arguments {} {} is required", flags_of(find(kServer)),
                                   flags_of(find(kController))));
  }

  const OptionSpec& find(std::string_view name) const {
    return *std::ranges::find(table_, name, &OptionSpec::name);
  }

  static Error<ToolError> unrecognized(std::string_view word) {
    return wrong_usage(fmt::format("unrecognized arguments: '{}'", word));
  }

  const CommandLine& line_;
  const OptionTable table_;
  const Words words_;
  const std::string program_;
  size_t at_ = 0;
  bool wants_help_ = false;
  const Command* command_ = nullptr;
  Options options_;
};

ChosenCommand begin_command(Session& session, const CommandLine& line, Words words, OnWrongCommand on_wrong) {
  const OptionTable table = table_for(session, line.table);
  CommandParser parser(line, table, words,
                       session.is_native ? session.program : std::string(line.name));
  const auto done = parser.parse();
  if (!done) {
    if (on_wrong == OnWrongCommand::kOneLine) {
      // Kafka's tool ends this line without an end of it.
      session.console.write_error(
          fmt::format("Command line error: {}. Type --help for help.", done.error().message));
    } else {
      session.console.write_error(
          fmt::format("{}{}: error: {}\n", parser.usage(), parser.program(), done.error().message));
    }
    return {};
  }
  if (parser.wants_help()) {
    session.console.write(parser.help());
    return {.status = 0};
  }
  return {.name = parser.command(), .options = parser.take_options(), .status = 0};
}

}  // namespace klamm::cli
