#include "cli/consumer_groups_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/text.h"

namespace klamm::cli {
namespace {

constexpr OptionSpec kOptions[] = {
    {.name = "bootstrap-server",
     .takes = Takes::kArgument,
     .argument = "server to connect to",
     .help = "REQUIRED, but for --validate-regex: a broker's address, or several with commas."},
    {.name = "group",
     .takes = Takes::kArgument,
     .argument = "consumer group",
     .help = "The group; may be repeated.",
     .is_repeated = true},
    {.name = "topic",
     .takes = Takes::kArgument,
     .argument = "topic",
     .help = "The topic whose offsets are deleted or reset; with its partitions: topic1:0,1,2. May be "
             "repeated.",
     .is_repeated = true},
    {.name = "all-topics", .help = "With --reset-offsets: all topics that the group has offsets of."},
    {.name = "list", .help = "Name all groups of consumers."},
    {.name = "describe", .help = "Show a group, with how far it is behind."},
    {.name = "all-groups", .help = "All groups of consumers."},
    {.name = "delete", .help = "Delete groups, their offsets with them: --group g1 --group g2."},
    {.name = "timeout",
     .takes = Takes::kArgument,
     .argument = "timeout (ms)",
     .help = "How long to wait, as for a group that is still being formed.",
     .default_value = "30000",
     .type = ArgumentType::kLong},
    {.name = "command-config",
     .takes = Takes::kArgument,
     .argument = "command config property file",
     .help = "A file with the configuration of a Java client: security.protocol and what belongs to it.",
     .completes = Completes::kFile},
    {.name = "reset-offsets",
     .help = "Set a group's offsets anew, while none of its members runs: with --dry-run only say what would "
             "be set, with --execute do it.\nTo where: one of --to-datetime, --by-duration, --to-earliest, "
             "--to-latest, --shift-by, --from-file, --to-current, --to-offset.\nOf which topics: "
             "--all-topics or --topic."},
    {.name = "delete-offsets", .help = "Delete the offsets of --topic of one --group."},
    {.name = "dry-run", .help = "With --reset-offsets: only say what would be set."},
    {.name = "execute", .help = "With --reset-offsets: do it."},
    {.name = "export", .help = "With --reset-offsets: answer with CSV."},
    {.name = "to-offset",
     .takes = Takes::kArgument,
     .argument = "offset",
     .help = "To this offset.",
     .type = ArgumentType::kLong},
    {.name = "from-file",
     .takes = Takes::kArgument,
     .argument = "path to CSV file",
     .help = "To what a file of CSV says.",
     .completes = Completes::kFile},
    {.name = "to-datetime",
     .takes = Takes::kArgument,
     .argument = "datetime",
     .help = "To the offset of a time: 'YYYY-MM-DDThh:mm:ss.sss'."},
    {.name = "by-duration",
     .takes = Takes::kArgument,
     .argument = "duration",
     .help = "To the offset of a time so long ago: 'PnDTnHnMnS'."},
    {.name = "to-earliest", .help = "To the first offset."},
    {.name = "to-latest", .help = "To the end."},
    {.name = "to-current", .help = "To where it is; where it is nowhere, to the end."},
    {.name = "shift-by",
     .takes = Takes::kArgument,
     .argument = "number-of-offsets",
     .help = "So many offsets on, or back.",
     .type = ArgumentType::kLong},
    {.name = "members", .help = "With --describe: the members.", .only_with = "describe"},
    {.name = "verbose", .help = "With --describe: more of it.", .only_with = "describe"},
    {.name = "offsets", .help = "With --describe: the offsets; as without it.", .only_with = "describe"},
    {.name = "state",
     .takes = Takes::kMaybeArgument,
     .help = "With --describe: the group's state. With --list: the states of all, or the groups in these: "
             "--list --state stable,empty.",
     .only_with = "describe list"},
    {.name = "type",
     .takes = Takes::kMaybeArgument,
     .help = "With --list: the types of all, or the groups of these: --list --type classic,consumer.",
     .only_with = "list"},
    {.name = "validate-regex",
     .takes = Takes::kArgument,
     .argument = "regex",
     .help = "Whether brokers take this regular expression for a subscription (RE2)."},
    kHelpOption,
    kVersionOption,
    kJsonOption,
};

using Names = std::vector<std::string_view>;

constexpr std::string_view kScenarios[] = {"to-offset",    "shift-by",    "to-datetime", "by-duration",
                                           "to-earliest", "to-latest", "to-current",  "from-file"};
constexpr std::string_view kStates[] = {"PreparingRebalance", "CompletingRebalance", "Stable",     "Dead",
                                        "Empty",              "Assigning",           "Reconciling"};
constexpr std::string_view kTypes[] = {"Classic", "Consumer"};

Attempt<> one_scope(const Options& options, std::string_view action) {
  if (options.count({"group", "all-groups"}) > 0) return {};
  return wrong_usage(
      fmt::format("Option [{}] takes one of these options: [group], [all-groups]", action));
}

Attempt<> check_describe(const Options& options) {
  if (auto done = one_scope(options, "describe"); !done) return done;
  if (options.count({"members", "offsets", "state"}) > 1) {
    return wrong_usage("Option [describe] takes at most one of these options: [members], [offsets], [state]");
  }
  if (options.has("state") && options.value("state")) {
    return wrong_usage("Option [describe] does not take a value for [state]");
  }
  return {};
}

Attempt<> check_reset(const Options& options, Console& console) {
  if (options.has("dry-run") && options.has("execute")) {
    return wrong_usage("Option [reset-offsets] only accepts one of [execute] and [dry-run]");
  }
  if (options.count({"dry-run", "execute"}) == 0) {
    console.error_line(
        "WARN: No action will be performed as the --execute option is missing. In version 5.0, this command "
        "will require either --dry-run or --execute to be specified. You should add the --dry-run option "
        "explicitly if you are scripting this command and want to keep the current default behavior without "
        "prompting.");
  }
  if (auto done = one_scope(options, "reset-offsets"); !done) return done;
  for (const std::string_view scenario : kScenarios) {
    Names others;
    for (const std::string_view other : kScenarios) {
      if (other != scenario) others.push_back(other);
    }
    if (auto done = forbid_beside(options, scenario, others); !done) return done;
  }
  return {};
}

// What each of the comma-separated words is called by brokers.
Attempt<std::vector<std::string>> words_among(const std::string& text,
                                              std::span<const std::string_view> known, std::string_view what,
                                              std::string_view valid_what) {
  std::vector<std::string> words;
  for (const std::string_view piece : split(text, ',')) {
    const auto found = std::ranges::find_if(known, [&](std::string_view word) {
      return lower_case(word) == lower_case(trimmed(piece));
    });
    if (found == known.end()) {
      return wrong_argument(fmt::format("Invalid {} list '{}'. Valid {} are: {}", what, text, valid_what,
                                        fmt::join(known, ", ")));
    }
    words.emplace_back(*found);
  }
  return words;
}

}  // namespace

OptionTable consumer_groups_options() { return kOptions; }

Attempt<> check_consumer_groups_options(const Options& options, Console& console) {
  if (!options.has("validate-regex")) {
    if (auto done = require_options(options, {"bootstrap-server"}); !done) return done;
  }
  if (options.has("describe")) {
    if (auto done = check_describe(options); !done) return done;
  }
  if (options.has("delete")) {
    if (auto done = one_scope(options, "delete"); !done) return done;
    if (options.has("topic")) {
      return wrong_usage(
          "The consumer does not support topic-specific offset deletion from a consumer group.");
    }
  }
  if (options.has("delete-offsets") && (!options.has("group") || !options.has("topic"))) {
    return wrong_usage("Option [delete-offsets] takes the following options: [group], [topic]");
  }
  if (options.has("reset-offsets")) {
    if (auto done = check_reset(options, console); !done) return done;
  }
  if (auto done = forbid_beside(options, "group", {"all-groups"}); !done) return done;
  if (auto done = forbid_beside(options, "group", {"list"}); !done) return done;
  if (auto done = forbid_beside(options, "topic", {"list", "describe"}); !done) return done;
  const int actions = options.count(
      {"list", "describe", "delete", "reset-offsets", "delete-offsets", "validate-regex"});
  if (actions != 1) {
    return wrong_usage(
        "Command must include exactly one action: --list, --describe, --delete, --reset-offsets, "
        "--delete-offsets, --validate-regex");
  }
  return {};
}

Attempt<std::vector<std::string>> group_states_of(const Options& options) {
  const std::string text = options.value("state").value_or("");
  if (text.empty()) return std::vector<std::string>();
  return words_among(text, kStates, "state", "states");
}

Attempt<std::vector<std::string>> group_types_of(const Options& options) {
  const std::string text = options.value("type").value_or("");
  if (text.empty()) return std::vector<std::string>();
  return words_among(text, kTypes, "types", "types");
}

}  // namespace klamm::cli
