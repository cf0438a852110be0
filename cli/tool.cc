#include "cli/tool.h"

namespace klamm::cli {

std::string_view tool_name(std::string_view program) {
  const size_t slash = program.rfind('/');
  if (slash != std::string_view::npos) program.remove_prefix(slash + 1);
  if (program.ends_with(".sh")) program.remove_suffix(3);
  return program;
}

const Tool* find_tool_by_name(std::string_view program) {
  const std::string_view name = tool_name(program);
  for (const Tool& tool : tools()) {
    if (tool.name == name) return &tool;
  }
  return nullptr;
}

const Tool* find_tool_by_word(std::string_view word) {
  for (const Tool& tool : tools()) {
    if (tool.word == word) return &tool;
  }
  return nullptr;
}

Begun begin_tool(Session& session, OptionTable table, Words words, std::string_view about,
                 OnWrongWords on_wrong) {
  auto options = parse_options(table, words);
  if (!options) {
    if (on_wrong == OnWrongWords::kUsage) return {{}, say_usage(session, table, options.error().message)};
    session.console.error_line("{}", options.error().message);
    return {{}, 1};
  }
  // Kafka takes --help for a mistake, too: its text is on standard error, and the status is 1.
  const bool wants_help = options->has(kHelpOption.name) || words.empty();
  if (wants_help) return {{}, say_usage(session, table, about)};
  if (options->has(kVersionOption.name)) {
    session.console.line("{}", kKafkaVersion);
    return {{}, 0};
  }
  return {std::move(*options), 0};
}

int say_wrong(Session& session, OptionTable table, const ToolError& error) {
  if (error.kind == ToolError::Kind::kUsage) return say_usage(session, table, error.message);
  session.console.error_line("{}", error.message);
  return 1;
}

int say_usage(Session& session, OptionTable table, std::string_view message) {
  session.console.write_error(std::string(message) + "\n" + usage_text(table));
  return 1;
}

}  // namespace klamm::cli
