// Command lines as Kafka's tools take them. They parse with joptsimple, so that `--name value`,
// `--name=value` and `-name value` are the same, an argument may begin with a dash, a flag with a value is a
// flag, and so on. A tool has a table of its options; the usage text and the shell's completion are made of
// the same table.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/error.h"

namespace klamm::cli {

enum class Takes : uint8_t { kNothing, kArgument, kMaybeArgument };
enum class ArgumentType : uint8_t { kString, kInteger, kLong };
// What the shell offers in an argument's place.
enum class Completes : uint8_t { kNothing, kFile, kDirectory };

struct OptionSpec {
  std::string_view name;
  Takes takes = Takes::kNothing;
  std::string_view argument{};       // in its place in the usage text: "server to connect to"
  std::string_view help{};           // may have several lines
  std::string_view default_value{};  // empty: none
  ArgumentType type = ArgumentType::kString;
  bool is_repeated = false;       // more than one may be given, else the second is an error
  char separator = 0;             // one argument is several values, with this between them
  bool is_required = false;       // by the parser, before the tool looks
  std::string_view only_with{};   // names with blanks between them: one of these must be there
  std::string_view choices{};     // for the shell: words with blanks between them
  Completes completes = Completes::kNothing;
  char letter = 0;                // `-b`, of the tools that have such
};

// Those that many tools have alike.
inline constexpr OptionSpec kServerOption{
    .name = "bootstrap-server",
    .takes = Takes::kArgument,
    .argument = "server to connect to",
    .help = "REQUIRED: a broker's address, or several with commas."};
inline constexpr OptionSpec kCommandConfigOption{
    .name = "command-config",
    .takes = Takes::kArgument,
    .argument = "command config property file",
    .help = "A file with the configuration of a Java client: security.protocol and what belongs to it.",
    .completes = Completes::kFile};
inline constexpr OptionSpec kHelpOption{.name = "help", .help = "Show this text."};
inline constexpr OptionSpec kVersionOption{.name = "version", .help = "Show the version of Kafka."};
inline constexpr OptionSpec kJsonOption{.name = "json", .help = "Answer in JSON."};

// The version that tools and brokers are like, as --version prints it.
inline constexpr std::string_view kKafkaVersion = "4.3.1";

using OptionTable = std::span<const OptionSpec>;
using Words = std::span<const std::string_view>;

class Options {
 public:
  bool has(std::string_view name) const;
  // The one that was given, or the default.
  std::optional<std::string> value(std::string_view name) const;
  // All that were given, in order; the default where none was.
  std::vector<std::string> values(std::string_view name) const;
  // Of types kInteger and kLong.
  std::optional<int64_t> number(std::string_view name) const;

  // What is no option's, in order.
  const std::vector<std::string>& rest() const { return rest_; }
  // The names of the options, as often and in the order as they stand there.
  const std::vector<std::string_view>& order() const { return order_; }
  // How many of these are there.
  int count(std::initializer_list<std::string_view> names) const;

 private:
  friend class OptionParser;
  friend class CommandParser;

  OptionTable table_{};
  std::map<std::string_view, std::vector<std::string>> values_;  // empty for a flag
  std::vector<std::string_view> order_;
  std::vector<std::string> rest_;
};

enum class Abbreviations { kNone, kAllowed };

// The failures are kArgument, in joptsimple's words. With --help or --version beside it, nothing is required.
// `table` outlives what comes back.
Attempt<Options> parse_options(OptionTable table, Words words,
                               Abbreviations abbreviations = Abbreviations::kNone);

// What Kafka's CommandLineUtils looks at, each with its message; all kUsage.
Attempt<> require_options(const Options& options, std::initializer_list<std::string_view> names);
// None of `others` where `used` is there.
Attempt<> forbid_beside(const Options& options, std::string_view used,
                        const std::vector<std::string_view>& others);
Attempt<> require_one_of(const Options& options, std::initializer_list<std::string_view> names);

// The table of options in joptsimple's layout, 80 columns wide.
std::string usage_text(OptionTable table);

}  // namespace klamm::cli
