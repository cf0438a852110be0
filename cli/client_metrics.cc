// kafka-client-metrics: which metrics clients are asked for (KIP-714).
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/uuid.h"
#include "cli/client/client.h"
#include "cli/client/configs.h"
#include "cli/java_order.h"
#include "cli/text.h"
#include "cli/tool_list.h"
#include "protocol/json_writer.h"

namespace klamm::cli {
namespace {

constexpr std::string_view kAbout =
    "This tool helps to manipulate and describe client metrics configurations.";

constexpr OptionSpec kOptions[] = {
    kServerOption,
    kCommandConfigOption,
    {.name = "alter", .help = "Make or change a subscription."},
    {.name = "delete", .help = "Delete a subscription."},
    {.name = "describe", .help = "Show one subscription, or all."},
    {.name = "list", .help = "Name all subscriptions."},
    {.name = "name", .takes = Takes::kArgument, .argument = "name", .help = "The subscription's name."},
    {.name = "generate-name", .help = "Make up a name, a UUID."},
    {.name = "interval",
     .takes = Takes::kArgument,
     .argument = "push interval",
     .help = "How often clients push, in milliseconds; empty: back to the default."},
    {.name = "match",
     .takes = Takes::kArgument,
     .argument = "k1=v1,k2=v2",
     .help = "Of which clients; the selectors are\n\tclient_id\n\tclient_instance_id\n"
             "\tclient_software_name\n\tclient_software_version\n\tclient_source_address\n"
             "\tclient_source_port",
     .separator = ','},
    {.name = "metrics",
     .takes = Takes::kArgument,
     .argument = "m1,m2",
     .help = "With what the metrics' names begin.",
     .separator = ','},
    kHelpOption,
    kVersionOption,
    kJsonOption,
};

Attempt<> check_alter(const Options& options) {
  if (options.has("name") == options.has("generate-name")) {
    return wrong_argument("One of --name or --generate-name must be specified with --alter.");
  }
  const auto interval = options.value("interval");
  if (interval && !interval->empty() && !parse_int(*interval)) {
    return wrong_argument("Invalid interval value. Enter an integer, or leave empty to reset.");
  }
  return {};
}

Attempt<> check(const Options& options) {
  if (options.count({"alter", "delete", "describe", "list"}) != 1) {
    return wrong_usage(
        "Command must include exactly one action: --alter, --delete, --describe or --list.");
  }
  if (!options.has("bootstrap-server")) return wrong_argument("--bootstrap-server must be specified.");
  const std::vector<std::string_view> of_alter = {"generate-name", "interval", "match", "metrics"};
  for (const std::string_view action : {"delete", "describe", "list"}) {
    std::vector<std::string_view> others = of_alter;
    if (action == "list") others.insert(others.begin(), "name");
    if (auto done = forbid_beside(options, action, others); !done) return done;
  }
  if (auto done = forbid_beside(options, "json", {"alter", "delete"}); !done) return done;
  if (options.has("alter")) return check_alter(options);
  if (options.has("delete") && !options.has("name")) {
    return wrong_argument("A client metrics resource name must be specified with --delete.");
  }
  return {};
}

Attempt<> alter(Client& client, const Options& options) {
  Session& session = client.session();
  const std::string name = options.has("generate-name") ? Uuid::random(session.random).to_string()
                                                        : options.value("name").value_or("");
  std::vector<ConfigChange> changes;
  const auto set = [&](std::string key, std::string value) {
    ConfigChange& change = changes.emplace_back();
    change.name = std::move(key);
    if (!value.empty()) change.value = std::move(value);
  };
  if (options.has("interval")) set("interval.ms", options.value("interval").value_or(""));
  for (const std::string_view key : {"metrics", "match"}) {
    if (options.has(key)) set(std::string(key), joined(options.values(key), ","));
  }
  auto done = alter_configs(client, ConfigType::kClientMetrics, name, changes);
  if (!done) return done;
  session.console.line("Altered client metrics config for {}.", name);
  return {};
}

Attempt<std::vector<ConfigEntry>> configs_of(Client& client, const std::string& name) {
  auto described = describe_configs(client, ConfigType::kClientMetrics, {name}, false);
  if (!described) return Error{described.error()};
  return in_java_order(std::move((*described)[name]),
                       [](const ConfigEntry& entry) { return java_hash(entry.name); });
}

Attempt<> remove(Client& client, const Options& options) {
  const std::string name = options.value("name").value_or("");
  auto entries = configs_of(client, name);
  if (!entries) return Error{entries.error()};
  std::vector<ConfigChange> changes;
  for (const ConfigEntry& entry : *entries) changes.emplace_back().name = entry.name;
  auto done = alter_configs(client, ConfigType::kClientMetrics, name, changes);
  if (!done) return done;
  client.session().console.line("Deleted client metrics config for {}.", name);
  return {};
}

Attempt<> describe(Client& client, const Options& options) {
  auto names = list_config_resources(client, ConfigType::kClientMetrics);
  if (!names) return Error{names.error()};
  Console& console = client.session().console;
  if (const auto name = options.value("name")) {
    if (std::ranges::find(*names, *name) == names->end()) {
      console.line("The client metric resource {} doesn't exist and doesn't have dynamic config.", *name);
      return {};
    }
    *names = {*name};
  }
  protocol::JsonWriter json;
  json.begin_object();
  for (const std::string& name : *names) {
    auto entries = configs_of(client, name);
    if (!entries) return Error{entries.error()};
    if (options.has("json")) {
      json.key(name).begin_object();
      for (const ConfigEntry& entry : *entries) json.field(entry.name, shown(entry.value));
      json.end_object();
      continue;
    }
    console.line("Client metrics configs for {} are:", name);
    for (const ConfigEntry& entry : *entries) console.line("  {}={}", entry.name, shown(entry.value));
  }
  if (options.has("json")) console.line("{}", json.end_object().str());
  return {};
}

Attempt<> list(Client& client, const Options& options) {
  auto names = list_config_resources(client, ConfigType::kClientMetrics);
  if (!names) return Error{names.error()};
  Console& console = client.session().console;
  if (!options.has("json")) {
    console.line("{}", joined(*names, "\n"));
    return {};
  }
  protocol::JsonWriter json;
  json.begin_array();
  for (const std::string& name : *names) json.text(name);
  console.line("{}", json.end_array().str());
  return {};
}

}  // namespace

OptionTable client_metrics_options() { return kOptions; }

int run_client_metrics(Session& session, Words words) {
  const OptionTable table = table_for(session, kOptions);
  Begun begun = begin_tool(session, table, words, kAbout, OnWrongWords::kUsage);
  if (!begun.options) return begun.status;
  const Options& options = *begun.options;
  if (auto done = check(options); !done) return say_wrong(session, table, done.error());
  auto client = make_client(options, session);
  if (!client) return say_wrong(session, table, client.error());
  Attempt<> done;
  if (options.has("alter")) {
    done = alter(**client, options);
  } else if (options.has("describe")) {
    done = describe(**client, options);
  } else if (options.has("delete")) {
    done = remove(**client, options);
  } else {
    done = list(**client, options);
  }
  if (done) return 0;
  session.console.line("Error while executing client metrics command : {}", done.error().message);
  return 1;
}

}  // namespace klamm::cli
