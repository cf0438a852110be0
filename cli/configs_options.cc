#include "cli/configs_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/client/properties.h"
#include "cli/text.h"

namespace klamm::cli {
namespace {

constexpr std::string_view kTypes[] = {"topics", "clients",        "users",  "brokers",
                                       "ips",    "client-metrics", "groups", "broker-loggers"};
constexpr std::string_view kTypeWords =
    "topics clients users brokers ips client-metrics groups broker-loggers";

constexpr OptionSpec kOptions[] = {
    {.name = "bootstrap-server",
     .takes = Takes::kArgument,
     .argument = "server to connect to",
     .help = "A broker's address, or several with commas."},
    {.name = "bootstrap-controller",
     .takes = Takes::kArgument,
     .argument = "controller to connect to",
     .help = "A controller's address, or several with commas."},
    kCommandConfigOption,
    {.name = "alter", .help = "Alter the configuration."},
    {.name = "describe", .help = "Show the configuration."},
    {.name = "all", .help = "With --describe: also what was not altered while the cluster ran."},
    {.name = "entity-type",
     .takes = Takes::kArgument,
     .help = "topics, clients, users, brokers, broker-loggers, ips, client-metrics or groups; users and "
             "clients may be given together.",
     .is_repeated = true,
     .choices = kTypeWords},
    {.name = "entity-name", .takes = Takes::kArgument, .help = "Its name or id.", .is_repeated = true},
    {.name = "entity-default", .help = "In place of a name: the default of clients, users, brokers or ips."},
    {.name = "add-config",
     .takes = Takes::kArgument,
     .help = "What to set: k1=v1,k2=[v1,v2,v2],k3=v3. Square brackets hold a value with commas together. Of "
             "users also SCRAM-SHA-256=[iterations=8192,password=...] and SCRAM-SHA-512."},
    {.name = "add-config-file",
     .takes = Takes::kArgument,
     .help = "A file of properties with what to set.",
     .completes = Completes::kFile},
    {.name = "delete-config",
     .takes = Takes::kArgument,
     .help = "What goes back to its default: k1,k2.",
     .is_repeated = true,
     .separator = ','},
    {.name = "topic", .takes = Takes::kArgument, .help = "A topic's name."},
    {.name = "client", .takes = Takes::kArgument, .help = "A client's id."},
    {.name = "client-defaults", .help = "The default of all clients."},
    {.name = "user", .takes = Takes::kArgument, .help = "A user's principal name."},
    {.name = "user-defaults", .help = "The default of all users."},
    {.name = "broker", .takes = Takes::kArgument, .help = "A broker's id."},
    {.name = "broker-defaults", .help = "The default of all brokers."},
    {.name = "broker-logger", .takes = Takes::kArgument, .help = "A broker's id, for its loggers."},
    {.name = "ip-defaults", .help = "The default of all addresses."},
    {.name = "ip", .takes = Takes::kArgument, .help = "An address."},
    {.name = "group", .takes = Takes::kArgument, .help = "A group's id."},
    {.name = "client-metrics", .takes = Takes::kArgument, .help = "The name of a client metrics resource."},
    kHelpOption,
    kVersionOption,
    kJsonOption,
};

struct Flag {
  std::string_view option;
  std::string_view type;
};
constexpr Flag kNamed[] = {{"topic", "topics"},
                           {"client", "clients"},
                           {"user", "users"},
                           {"broker", "brokers"},
                           {"broker-logger", "broker-loggers"},
                           {"ip", "ips"},
                           {"client-metrics", "client-metrics"},
                           {"group", "groups"}};
constexpr Flag kDefaults[] = {{"client-defaults", "clients"},
                              {"user-defaults", "users"},
                              {"broker-defaults", "brokers"},
                              {"ip-defaults", "ips"}};

bool has_flags(const Options& options) {
  const auto is_there = [&](const Flag& flag) { return options.has(flag.option); };
  return std::ranges::any_of(kNamed, is_there) || std::ranges::any_of(kDefaults, is_there);
}

Attempt<> check_types(const Options& options, const ConfigEntities& entities) {
  const std::set<std::string> distinct(entities.types.begin(), entities.types.end());
  if (distinct.size() != entities.types.size()) {
    std::vector<std::string> twice;
    std::set<std::string> seen;
    for (const std::string& type : entities.types) {
      if (!seen.insert(type).second) twice.push_back(type);
    }
    return wrong_argument(fmt::format("Duplicate entity type(s) specified: {}", joined(twice, ",")));
  }
  if (!options.has("bootstrap-server") && !options.has("bootstrap-controller")) {
    return wrong_argument("Either --bootstrap-server or --bootstrap-controller must be specified.");
  }
  for (const std::string& type : entities.types) {
    if (std::ranges::find(kTypes, type) != std::end(kTypes)) continue;
    return wrong_argument(
        fmt::format("Invalid entity type {}, the entity type must be one of {} with a --bootstrap-server or "
                    "--bootstrap-controller argument",
                    type, fmt::join(kTypes, ", ")));
  }
  if (entities.types.empty()) return wrong_argument("At least one entity type must be specified");
  const std::set<std::string> together = {"users", "clients"};
  if (entities.types.size() > 1 && distinct != together) {
    return wrong_argument("Only 'users' and 'clients' entity types may be specified together");
  }
  const bool has_words =
      options.has("entity-name") || options.has("entity-type") || options.has("entity-default");
  if (has_words && has_flags(options)) {
    return wrong_argument(
        "--entity-{type,name,default} should not be used in conjunction with specific entity flags");
  }
  if (options.has("bootstrap-server") && options.has("bootstrap-controller")) {
    return wrong_argument("Only one of --bootstrap-server or --bootstrap-controller can be specified");
  }
  return {};
}

Attempt<> check_broker_ids(const Options& options, const ConfigEntities& entities, bool has_name) {
  if (!has_name || !(entities.has_type("brokers") || entities.has_type("broker-loggers"))) return {};
  for (const std::string_view name : {"entity-name", "broker", "broker-logger"}) {
    if (!options.has(name) || parse_int(*options.value(name))) continue;
    return wrong_argument(
        fmt::format("The entity name for {} must be a valid integer broker id, but it is: {}",
                    entities.types.front(), *options.value(name)));
  }
  return {};
}

Attempt<> check_alter(const Options& options, const ConfigEntities& entities, bool has_name,
                      bool has_default) {
  const bool may_default = entities.has_type("users") || entities.has_type("clients") ||
                           entities.has_type("brokers") || entities.has_type("ips");
  if (may_default && !has_name && !has_default) {
    return wrong_argument(
        "An entity-name or default entity must be specified with --alter of users, clients, brokers or ips");
  }
  if (!may_default && !has_name) {
    return wrong_argument(fmt::format("An entity name must be specified with --alter of {}",
                                      joined(entities.types, ",")));
  }
  if (options.has("add-config") && options.has("add-config-file")) {
    return wrong_argument("Only one of --add-config or --add-config-file must be specified");
  }
  if (options.count({"add-config", "add-config-file", "delete-config"}) == 0) {
    return wrong_argument(
        "At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter");
  }
  return {};
}

// Whether a separator here is inside of square brackets: what comes next of the two is a closing one.
bool is_inside_brackets(std::string_view text, size_t at) {
  const size_t bracket = text.find_first_of("[]", at);
  return bracket != std::string_view::npos && text[bracket] == ']';
}

std::vector<std::string_view> split_outside(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  size_t begin = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != separator || is_inside_brackets(text, at + 1)) continue;
    pieces.push_back(text.substr(begin, at - begin));
    begin = at + 1;
  }
  pieces.push_back(text.substr(begin));
  return pieces;
}

Attempt<> check_key(std::string_view key) {
  constexpr std::string_view kLegal =
      "$abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  if (key.find_first_not_of(kLegal) == std::string_view::npos) return {};
  return wrong_argument(fmt::format("Invalid character found for config key: {}", key));
}

// Of a key that comes twice the last one holds.
void set_key(KeysAndValues& added, std::string_view key, std::string_view value) {
  const auto found = std::ranges::find(added, key, &KeysAndValues::value_type::first);
  if (found == added.end()) {
    added.emplace_back(key, value);
  } else {
    found->second = value;
  }
}

}  // namespace

OptionTable configs_options() { return kOptions; }

bool ConfigEntities::has_type(std::string_view type) const {
  return std::ranges::find(types, type) != types.end();
}

ConfigEntities entities_of(const Options& options) {
  ConfigEntities entities;
  entities.types = options.values("entity-type");
  const std::vector<std::string> given = options.values("entity-name");
  size_t next = 0;
  for (const std::string_view name : options.order()) {
    if (name == "entity-name" && next < given.size()) entities.names.push_back(given[next++]);
    if (name == "entity-default") entities.names.emplace_back();
  }
  for (const Flag& flag : kNamed) {
    if (!options.has(flag.option)) continue;
    entities.types.emplace_back(flag.type);
    entities.names.push_back(*options.value(flag.option));
  }
  for (const Flag& flag : kDefaults) {
    if (!options.has(flag.option)) continue;
    entities.types.emplace_back(flag.type);
    entities.names.emplace_back();
  }
  return entities;
}

Attempt<> check_configs_options(const Options& options, const ConfigEntities& entities) {
  if (options.count({"alter", "describe"}) != 1) {
    return wrong_usage("Command must include exactly one action: --describe, --alter");
  }
  if (auto done = forbid_beside(options, "describe", {"alter", "add-config", "delete-config"}); !done) {
    return done;
  }
  if (auto done = forbid_beside(options, "json", {"alter"}); !done) return done;
  if (auto done = check_types(options, entities); !done) return done;
  const bool has_name =
      std::ranges::any_of(entities.names, [](const std::string& name) { return !name.empty(); });
  const bool has_default =
      std::ranges::any_of(entities.names, [](const std::string& name) { return name.empty(); });
  if (auto done = check_broker_ids(options, entities, has_name); !done) return done;
  if (options.has("alter")) return check_alter(options, entities, has_name, has_default);
  const bool may_default = entities.has_type("users") || entities.has_type("clients") ||
                           entities.has_type("brokers") || entities.has_type("ips");
  if (!may_default && options.has("entity-default")) {
    return wrong_argument(fmt::format("--entity-default must not be specified with --describe of {}",
                                      joined(entities.types, ",")));
  }
  if (entities.has_type("broker-loggers") && !has_name) {
    return wrong_argument(fmt::format("An entity name must be specified with --describe of {}",
                                      joined(entities.types, ",")));
  }
  return {};
}

Attempt<KeysAndValues> configs_to_add(const Options& options, storage::Disk& disk) {
  KeysAndValues added;
  if (options.has("add-config-file")) {
    auto properties = load_properties(disk, options.value("add-config-file"));
    if (!properties) return Error{properties.error()};
    for (const auto& [key, value] : properties->all()) added.emplace_back(key, value);
  }
  if (options.has("add-config")) {
    const std::string text = *options.value("add-config");
    auto pieces = split_outside(text, ',');
    while (pieces.size() > 1 && pieces.back().empty()) pieces.pop_back();
    for (const std::string_view piece : pieces) {
      const auto pair = split_outside(piece, '=');
      if (pair.size() != 2) {
        return wrong_argument(
            "requirement failed: Invalid entity config: all configs to be added must be in the format "
            "\"key=val\" or  \"key=[val1,val2]\" to group values which contain commas.");
      }
      std::string value(pair[1]);
      std::erase_if(value, [](char c) { return c == '[' || c == ']'; });
      set_key(added, trimmed(pair[0]), trimmed(value));
    }
  }
  for (const auto& [key, value] : added) {
    if (auto done = check_key(key); !done) return Error{done.error()};
  }
  return added;
}

std::vector<std::string> configs_to_delete(const Options& options) {
  std::vector<std::string> names;
  for (const std::string& name : options.values("delete-config")) names.emplace_back(trimmed(name));
  return names;
}

}  // namespace klamm::cli
