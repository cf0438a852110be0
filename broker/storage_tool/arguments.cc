#include "broker/storage_tool/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace klamm::broker {
namespace {

Error<Failure> complaint(std::string message) { return Error{Failure{std::move(message)}}; }

// The option that `name` is, or is the beginning of, when there is just one.
const ToolOption* find_long(const ToolCommand& command, std::string_view name) {
  const ToolOption* found = nullptr;
  for (const ToolOption& option : command.options) {
    if (option.name == name) return &option;
    if (!option.name.starts_with(name)) continue;
    if (found) return nullptr;
    found = &option;
  }
  return found;
}

// An argument taken apart: `--name=value`, `-nvalue`.
struct Split {
  const ToolOption* option;
  std::optional<std::string_view> value;
};

Split split(const ToolCommand& command, std::string_view argument) {
  if (argument.starts_with("--")) {
    const size_t equals = argument.find('=');
    const ToolOption* option =
        find_long(command, argument.substr(2, equals - (equals == argument.npos ? 0 : 2)));
    if (equals == argument.npos) return {option, std::nullopt};
    return {option, argument.substr(equals + 1)};
  }
  if (argument.size() < 2 || argument[0] != '-') return {nullptr, std::nullopt};
  const auto at = std::ranges::find(command.options, argument[1], &ToolOption::letter);
  if (at == command.options.end()) return {nullptr, std::nullopt};
  if (argument.size() == 2) return {&*at, std::nullopt};
  return {&*at, argument.substr(argument[2] == '=' ? 3 : 2)};
}

}  // namespace

std::optional<std::string> ToolArguments::value(std::string_view option) const {
  const auto at = values_.find(option);
  if (at == values_.end() || at->second.empty()) return std::nullopt;
  return at->second.back();
}

std::vector<std::string> ToolArguments::list(std::string_view option) const {
  const auto at = values_.find(option);
  return at == values_.end() ? std::vector<std::string>() : at->second;
}

Result<ToolArguments, Failure> parse_arguments(const ToolCommand& command,
                                               std::span<const std::string_view> args) {
  ToolArguments parsed;
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i] == "-h" || args[i] == "--help") {
      parsed.wants_help_ = true;
      return parsed;
    }
    const Split given = split(command, args[i]);
    if (!given.option) return complaint(fmt::format("{}: unknown argument '{}'", command.name, args[i]));
    std::vector<std::string>& values = parsed.values_[given.option->name];
    if (given.option->kind == ToolOption::kFlag) {
      if (given.value) return complaint(fmt::format("--{} takes no value", given.option->name));
      continue;
    }
    if (!given.value && i + 1 == args.size())
      return complaint(fmt::format("--{} needs a value", given.option->name));
    values.emplace_back(given.value ? *given.value : args[++i]);
  }
  for (const ToolOption& option : command.options) {
    if (option.required && !parsed.has(option.name)) {
      return complaint(fmt::format("argument --{}/-{} is required", option.name, option.letter));
    }
  }
  return parsed;
}

std::string usage_of(const ToolCommand& command) {
  std::string line = fmt::format("usage: klamm storage {} [-h]", command.name);
  std::string details;
  for (const ToolOption& option : command.options) {
    std::string form = fmt::format("--{}", option.name);
    if (option.kind != ToolOption::kFlag) form += " VALUE";
    line += option.required ? " " + form : " [" + form + "]";
    details += fmt::format("  -{}, {}{}\n        {}\n", option.letter, form,
                           option.kind == ToolOption::kList ? " (may be repeated)" : "", option.help);
  }
  return fmt::format("{}\n\n{}\n\n{}", line, command.help, details);
}

}  // namespace klamm::broker
