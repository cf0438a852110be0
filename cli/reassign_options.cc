#include "cli/reassign_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/text.h"

namespace klamm::cli {
namespace {

constexpr OptionSpec kOptions[] = {
    {.name = "verify",
     .help = "Say how far the reassignment of --reassignment-json-file is; when it is done, throttles are "
             "taken away."},
    {.name = "generate", .help = "Propose a reassignment; nothing is moved."},
    {.name = "execute", .help = "Begin the reassignment of --reassignment-json-file."},
    {.name = "cancel", .help = "Call off a reassignment."},
    {.name = "list", .help = "List all reassignments under way."},
    {.name = "bootstrap-server",
     .takes = Takes::kMaybeArgument,
     .argument = "Server(s) to use for bootstrapping",
     .help = "A broker's address, or several with commas."},
    {.name = "command-config",
     .takes = Takes::kArgument,
     .argument = "Admin client property file",
     .help = "A file with the configuration of a Java client: security.protocol and what belongs to it.",
     .completes = Completes::kFile},
    {.name = "reassignment-json-file",
     .takes = Takes::kArgument,
     .argument = "manual assignment json file path",
     .help = "A file of JSON:\n{\"partitions\":\n\t[{\"topic\": \"foo\",\n\t  \"partition\": 1,\n"
             "\t  \"replicas\": [1,2,3],\n\t  \"log_dirs\": [\"dir1\",\"dir2\",\"dir3\"] }],\n"
             "\"version\":1\n}\n"
             "\"log_dirs\" may be missing; in it, \"any\" leaves it to the broker where a replica goes.",
     .completes = Completes::kFile},
    {.name = "topics-to-move-json-file",
     .takes = Takes::kArgument,
     .argument = "topics to reassign json file path",
     .help = "With --generate, whose partitions go to the brokers of --broker-list; JSON:\n{\"topics\":\n"
             "\t[{\"topic\": \"foo\"},{\"topic\": \"foo1\"}],\n\"version\":1\n}",
     .completes = Completes::kFile},
    {.name = "broker-list",
     .takes = Takes::kArgument,
     .argument = "brokerlist",
     .help = "With --generate: the ids of the brokers, with commas between them."},
    {.name = "bootstrap-controller",
     .takes = Takes::kMaybeArgument,
     .argument = "bootstrap controller to connect to",
     .help = "With --cancel and --list: a controller's address, or several with commas."},
    {.name = "disable-rack-aware", .help = "With --generate: do not look at racks."},
    {.name = "throttle",
     .takes = Takes::kArgument,
     .argument = "throttle",
     .help = "How many bytes a second may move between brokers; to be changed with --additional.",
     .default_value = "-1",
     .type = ArgumentType::kLong},
    {.name = "replica-alter-log-dirs-throttle",
     .takes = Takes::kArgument,
     .argument = "replicaAlterLogDirsThrottle",
     .help = "How many bytes a second may move between directories of a broker.",
     .default_value = "-1",
     .type = ArgumentType::kLong},
    {.name = "timeout",
     .takes = Takes::kArgument,
     .argument = "timeout",
     .help = "How long, in milliseconds, to wait until moves between directories have begun.",
     .default_value = "10000",
     .type = ArgumentType::kLong},
    {.name = "additional", .help = "Beside what is under way; also to change the throttle of that."},
    {.name = "preserve-throttles", .help = "Leave throttles as they are."},
    {.name = "disallow-replication-factor-change",
     .help = "Refuse a reassignment that changes how many replicas a partition has."},
    kHelpOption,
    kVersionOption,
    kJsonOption,
};

// What goes with each action, with blanks between the names; `required` has to be there.
struct Action {
  std::string_view name;
  std::string_view required;
  std::string_view permitted;
};

// In the order of Kafka's message.
constexpr Action kActions[] = {
    {"generate", "topics-to-move-json-file broker-list",
     "bootstrap-server command-config disable-rack-aware"},
    {"execute", "reassignment-json-file",
     "additional bootstrap-server command-config throttle replica-alter-log-dirs-throttle timeout "
     "disallow-replication-factor-change"},
    {"verify", "reassignment-json-file", "bootstrap-server command-config preserve-throttles"},
    {"cancel", "reassignment-json-file",
     "bootstrap-server bootstrap-controller command-config preserve-throttles timeout"},
    {"list", "", "bootstrap-server bootstrap-controller command-config"},
};

bool has_word(std::string_view list, std::string_view word) {
  const auto words = split(list, ' ');
  return std::ranges::find(words, word) != words.end();
}

Attempt<const Action*> action_of(const Options& options) {
  const Action* chosen = nullptr;
  int count = 0;
  std::vector<std::string> names;
  for (const Action& action : kActions) {
    names.push_back(fmt::format("--{}", action.name));
    if (!options.has(action.name)) continue;
    chosen = &action;
    ++count;
  }
  if (count == 1) return chosen;
  return wrong_usage("Command must include exactly one action: " + joined(names, ", "));
}

}  // namespace

OptionTable reassign_options() { return kOptions; }

Attempt<> check_reassign_options(const Options& options) {
  auto action = action_of(options);
  if (!action) return Error{action.error()};
  const int bootstraps = options.count({"bootstrap-server", "bootstrap-controller"});
  if (bootstraps == 2) {
    return wrong_usage("Please don't specify both --bootstrap-server and --bootstrap-controller");
  }
  if (bootstraps == 0) {
    return wrong_usage("Please specify either --bootstrap-server or --bootstrap-controller");
  }
  for (const std::string_view name : split((*action)->required, ' ')) {
    if (name.empty()) continue;
    if (auto done = require_options(options, {name}); !done) return done;
  }
  for (const std::string_view name : options.order()) {
    const bool goes = name == (*action)->name || name == kJsonOption.name ||
                      has_word((*action)->required, name) || has_word((*action)->permitted, name);
    if (!goes) {
      return wrong_usage(
          fmt::format("Option \"[{}]\" can't be used with action \"[{}]\"", name, (*action)->name));
    }
  }
  return {};
}

}  // namespace klamm::cli
