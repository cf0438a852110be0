// Command lines of the tools that have commands: `kafka-cluster unregister --id 5`. Kafka's parse with
// argparse4j: options may be shortened as far as they stay clear, --help is on standard output and is no
// mistake, and what is wrong is told behind a line of usage.
#pragma once

#include <span>
#include <string_view>

#include "cli/options.h"
#include "cli/tool.h"

namespace klamm::cli {

// Options are named, with blanks between them.
struct Command {
  std::string_view name;
  std::string_view help;
  std::string_view options{};
  std::string_view required{};  // of those
};

struct CommandLine {
  std::string_view name;  // "kafka-cluster"
  std::string_view about;
  OptionTable table;           // of all commands
  std::string_view options{};  // that go with every command, and may stand before it
  std::span<const Command> commands;
  // One of --bootstrap-server and --bootstrap-controller has to be there; both may never be.
  bool needs_bootstrap = true;
};

struct ChosenCommand {
  std::string_view name{};  // empty: it is over, with `status`
  Options options{};
  int status = 1;
};

enum class OnWrongCommand { kUsage, kOneLine };

// `line` outlives what comes back.
ChosenCommand begin_command(Session& session, const CommandLine& line, Words words,
                            OnWrongCommand on_wrong = OnWrongCommand::kUsage);

}  // namespace klamm::cli
