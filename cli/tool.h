// What a tool is given, and how it is found: by Kafka's name (kafka-topics.sh), or as `klamm topics`.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "cli/client/stream.h"
#include "cli/error.h"
#include "cli/options.h"
#include "cli/output.h"
#include "storage/disk.h"

namespace klamm::cli {

struct Session {
  Console& console;
  Source& input;
  storage::Disk& disk;
  Network& network;
  const Clock& clock;
  Random& random;
  std::function<std::optional<std::string>(const std::string&)> environment;
  std::string program;     // as it was called, for messages: "kafka-topics.sh", "klamm topics"
  bool is_native = false;  // as `klamm topics`, with what Kafka's tools do not have: --json
};

struct Tool {
  std::string_view name;  // "kafka-topics"
  std::string_view word;  // of `klamm topics`
  std::string_view help;  // one line
  OptionTable options;
  // The exit status.
  int (*run)(Session& session, Words words);
  // Of tools with subcommands, and their names with blanks between them: for the shell.
  std::string_view subcommands{};
};

// "kafka-topics" of "/usr/bin/kafka-topics.sh".
std::string_view tool_name(std::string_view program);
// All of them, in the order of their names.
std::span<const Tool> tools();
// By "kafka-topics", "kafka-topics.sh", with or without a path before it; or null.
const Tool* find_tool_by_name(std::string_view program);
const Tool* find_tool_by_word(std::string_view word);

// Runs the tool that `program`, argv[0], or the first of `words` names, on this process' streams, with the
// machine's disk, network and clock. nullopt when neither names one.
std::optional<int> run_as_tool(std::string_view program, Words words);

// How most tools begin: the options, unless the words ask for help or for the version, or are wrong, or none
// (which asks for help, too). That is said then, and `status` is what to end with. `about` is said above the
// usage text.
struct Begun {
  std::optional<Options> options{};
  int status = 1;
};
enum class OnWrongWords { kMessage, kUsage };
Begun begin_tool(Session& session, OptionTable table, Words words, std::string_view about,
                 OnWrongWords on_wrong = OnWrongWords::kMessage);

// The message, and where it is a kUsage the options behind it, on standard error; gives 1.
int say_wrong(Session& session, OptionTable table, const ToolError& error);
int say_usage(Session& session, OptionTable table, std::string_view message);

}  // namespace klamm::cli
