// kafka-groups: all groups, of whatever kind.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/groups.h"
#include "cli/text.h"
#include "cli/tool_list.h"
#include "protocol/json_writer.h"

namespace klamm::cli {
namespace {

constexpr std::string_view kAbout = "This tool helps to list groups of all types.";
constexpr size_t kColumnMin = 20;
constexpr std::string_view kTypes[] = {"Classic", "Consumer", "Share", "Streams"};

constexpr OptionSpec kOptions[] = {
    {.name = "bootstrap-server",
     .takes = Takes::kArgument,
     .argument = "server to connect to",
     .help = "REQUIRED: a broker's address, or several with commas.",
     .is_required = true},
    {.name = "command-config",
     .takes = Takes::kArgument,
     .argument = "command config property file",
     .help = "A file with the configuration of a Java client: security.protocol and what belongs to it.",
     .completes = Completes::kFile},
    {.name = "list", .help = "List the groups."},
    {.name = "group-type",
     .takes = Takes::kArgument,
     .argument = "type",
     .help = "Only those of this type: classic, consumer, share or streams.",
     .choices = "classic consumer share streams"},
    {.name = "protocol",
     .takes = Takes::kArgument,
     .argument = "protocol",
     .help = "Only those with this protocol."},
    {.name = "consumer",
     .help = "Only groups of consumers: of type consumer, and those of type classic whose protocol is "
             "consumer or none."},
    {.name = "share", .help = "Only share groups."},
    {.name = "streams", .help = "Only groups of streams."},
    kHelpOption,
    kVersionOption,
    kJsonOption,
};

Attempt<> check(const Options& options) {
  if (!options.has("list")) return wrong_usage("Command must include exactly one action: --list.");
  if (const auto type = options.value("group-type")) {
    const auto known = std::ranges::find_if(
        kTypes, [&](std::string_view name) { return lower_case(name) == lower_case(*type); });
    if (known == std::end(kTypes)) return wrong_argument("--group-type must be a valid group type.");
  }
  const std::vector<std::string_view> filters = {"consumer", "group-type", "protocol", "share", "streams"};
  for (const std::string_view used : {"consumer", "share", "streams"}) {
    std::vector<std::string_view> others = filters;
    std::erase(others, used);
    if (auto done = forbid_beside(options, used, others); !done) return done;
  }
  return {};
}

bool is_wanted(const Options& options, const GroupListing& group) {
  const auto type = options.value("group-type");
  const auto protocol = options.value("protocol");
  if (type && lower_case(*type) != lower_case(group.type)) return false;
  if (protocol && *protocol != group.protocol_type) return false;
  if (options.has("consumer")) {
    return group.protocol_type == "consumer" || group.protocol_type.empty() || group.type == "Consumer";
  }
  if (options.has("share")) return group.type == "Share";
  return !options.has("streams") || group.type == "Streams";
}

void print_table(Console& console, const std::vector<GroupListing>& groups) {
  size_t width = kColumnMin;
  for (const GroupListing& group : groups) {
    width = std::max({width, java_length(group.id), java_length(group.type),
                      java_length(group.protocol_type)});
  }
  console.line("{} {} {}", padded("GROUP", width), padded("TYPE", width), padded("PROTOCOL", width));
  for (const GroupListing& group : groups) {
    console.line("{} {} {} ", padded(group.id, width), padded(group.type, width),
                 padded(group.protocol_type, width));
  }
}

void print_json(Console& console, const std::vector<GroupListing>& groups) {
  protocol::JsonWriter json;
  json.begin_array();
  for (const GroupListing& group : groups) {
    json.begin_object().field("group", group.id).field("type", group.type);
    json.field("protocol", group.protocol_type).field("state", group.state).end_object();
  }
  console.line("{}", json.end_array().str());
}

}  // namespace

OptionTable groups_options() { return kOptions; }

int run_groups(Session& session, Words words) {
  const OptionTable table = table_for(session, kOptions);
  Begun begun = begin_tool(session, table, words, kAbout, OnWrongWords::kUsage);
  if (!begun.options) return begun.status;
  const Options& options = *begun.options;
  if (auto done = check(options); !done) return say_wrong(session, table, done.error());
  auto client = make_client(options, session);
  if (!client) return say_wrong(session, table, client.error());
  auto listed = list_groups(**client, GroupFilter());
  if (!listed) {
    session.console.line("Error while executing groups command : {}", listed.error().message);
    return 1;
  }
  std::erase_if(*listed, [&](const GroupListing& group) { return !is_wanted(options, group); });
  if (options.has("json")) {
    print_json(session.console, *listed);
  } else {
    print_table(session.console, *listed);
  }
  return 0;
}

}  // namespace klamm::cli
