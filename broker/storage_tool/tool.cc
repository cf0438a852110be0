#include "broker/storage_tool/tool.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>
#include <ostream>
#include <utility>

#include "base/uuid.h"
#include "broker/storage_tool/arguments.h"
#include "broker/storage_tool/config.h"
#include "broker/storage_tool/format.h"
#include "protocol/feature_texts.h"
#include "storage/meta_properties.h"

namespace klamm::broker {
namespace {

using Kind = ToolOption::Kind;

constexpr ToolOption kInfoOptions[] = {
    {"config", 'c', Kind::kValue, true, "The node's server.properties."},
};
constexpr ToolOption kFormatOptions[] = {
    {"config", 'c', Kind::kValue, true, "The node's server.properties."},
    {"cluster-id", 't', Kind::kValue, true, "The id of the cluster; `klamm storage random-uuid` makes one."},
    {"add-scram", 'S', Kind::kList, false,
     "A credential to begin with: 'SCRAM-SHA-256=[name=alice,password=alice-secret]', or with iterations=, "
     "salt= and saltedpassword= (base64)."},
    {"ignore-formatted", 'g', Kind::kFlag, false,
     "Leave directories that are formatted already as they are."},
    {"release-version", 'r', Kind::kValue, false,
     "The release whose features to begin with: 3.3 to 4.3 (default)."},
    {"feature", 'f', Kind::kList, false, "The level of one feature, as feature=level."},
    {"standalone", 's', Kind::kFlag, false,
     "This controller alone is the quorum, to which others may be added."},
    {"no-initial-controllers", 'N', Kind::kFlag, false, "This node joins a quorum that there is."},
    {"initial-controllers", 'I', Kind::kValue, false,
     "The quorum's first controllers, as id@host:port:directoryId,...; the same on all of them."},
};
constexpr ToolOption kVersionMappingOptions[] = {
    {"release-version", 'r', Kind::kValue, false, "The release, or metadata.version; default: the latest."},
};
constexpr ToolOption kFeatureDependenciesOptions[] = {
    {"feature", 'f', Kind::kList, true, "The feature and its level, as feature=level."},
};
constexpr ToolCommand kCommands[] = {
    {"info", "Says which log directories there are, and what is wrong with them.", kInfoOptions},
    {"format", "Formats the node's log directories.", kFormatOptions},
    {"version-mapping", "Says which features belong to a release.", kVersionMappingOptions},
    {"feature-dependencies", "Says what a feature's level depends on.", kFeatureDependenciesOptions},
    {"random-uuid", "Prints a new random UUID.", {}},
};

struct Tool {
  const ConfigSources& sources;
  Random& random;
  const Clock& clock;
  std::ostream& out;
};

Error<Failure> failure(std::string message) { return Error{Failure{std::move(message)}}; }

std::set<std::string> directories_of(const NodeConfig& config) {
  std::set<std::string> directories(config.storage.log_dirs.begin(), config.storage.log_dirs.end());
  directories.insert(config.metadata_log.dir);
  return directories;
}

Result<std::pair<std::string, int16_t>, Failure> parse_feature(std::string_view text) {
  const size_t equals = text.find('=');
  int16_t level = 0;
  const std::string_view number = equals == text.npos ? std::string_view() : text.substr(equals + 1);
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), level);
  if (equals == text.npos || parsed.ec != std::errc() || parsed.ptr != number.data() + number.size()) {
    return failure(fmt::format("--feature {} is not of the form feature=level, as in group.version=1", text));
  }
  return std::pair(std::string(text.substr(0, equals)), level);
}

// --- format

Result<std::optional<raft::Voters>, Failure> initial_voters(const ToolArguments& arguments,
                                                            const NodeConfig& config, Random& random) {
  const auto initial = arguments.value("initial-controllers");
  const bool standalone = arguments.has("standalone");
  const bool none = arguments.has("no-initial-controllers");
  if (int{initial.has_value()} + int{standalone} + int{none} > 1) {
    return failure(
        "Only one of --standalone, --initial-controllers and --no-initial-controllers can be given.");
  }
  if (!config.quorum.voters.empty() && (initial || standalone)) {
    return failure(
        "You cannot specify controller.quorum.voters and format the node with --initial-controllers or "
        "--standalone. For a dynamic quorum, remove controller.quorum.voters and set "
        "controller.quorum.bootstrap.servers instead.");
  }
  if (config.quorum.controller_listeners.empty()) {
    return failure(
        "controller.listener.names is empty: name the controllers' listener, as in "
        "controller.listener.names=CONTROLLER");
  }
  const std::string& listener = config.quorum.controller_listeners.front();
  if (initial) {
    auto voters = parse_initial_controllers(*initial, listener);
    if (!voters) return Error{voters.error()};
    return std::optional(std::move(*voters));
  }
  if (standalone) {
    if (!config.is_controller) return failure("You can only use --standalone on a controller.");
    if (config.network.advertised_controllers.empty()) return failure("No controller listeners found.");
    const Endpoint& endpoint = config.network.advertised_controllers.front();
    const std::string_view host = endpoint.host.empty() ? "localhost" : std::string_view(endpoint.host);
    raft::Voter voter = new_voter(config.id, storage::random_directory_id(random), listener, host,
                                  static_cast<uint16_t>(endpoint.port));
    return std::optional(raft::Voters({std::move(voter)}));
  }
  if (!none && config.is_controller && config.quorum.voters.empty()) {
    return failure(
        "Because controller.quorum.voters is not set on this controller, you must specify one of the "
        "following: --standalone, --initial-controllers, or --no-initial-controllers.");
  }
  return std::optional<raft::Voters>();
}

Result<int, Failure> run_format(const ToolArguments& arguments, const Tool& tool) {
  auto config = read_storage_tool_config(*arguments.value("config"), tool.sources);
  if (!config) return Error{config.error()};
  FormatRequest request;
  request.cluster_id = *arguments.value("cluster-id");
  request.node_id = config->id;
  request.directories = directories_of(*config);
  request.metadata_directory = config->metadata_log.dir;
  request.ignore_formatted = arguments.has("ignore-formatted");
  request.dynamic_quorum = config->quorum.voters.empty();
  request.scram = arguments.list("add-scram");
  if (const auto release = arguments.value("release-version")) {
    auto version = protocol::parse_release(*release);
    if (!version) return Error{version.error()};
    request.release = *version;
  }
  for (const std::string& text : arguments.list("feature")) {
    auto feature = parse_feature(text);
    if (!feature) return Error{feature.error()};
    request.feature_levels.insert_or_assign(feature->first, feature->second);
  }
  auto voters = initial_voters(arguments, *config, tool.random);
  if (!voters) return Error{voters.error()};
  request.initial_voters = std::move(*voters);
  auto formatted = format_directories(request, tool.sources.disk, tool.random, tool.clock, tool.out);
  if (!formatted) return Error{formatted.error()};
  return 0;
}

// --- info

struct Findings {
  std::vector<std::string> directories;
  std::vector<std::string> problems;
  std::optional<storage::MetaProperties> first;
};

void look_at(const std::string& directory, storage::Disk& disk, Findings& findings) {
  if (!disk.exists(directory)) return findings.problems.push_back(directory + " does not exist");
  if (!disk.list(directory)) return findings.problems.push_back(directory + " is not a directory");
  findings.directories.push_back(directory);
  auto meta = storage::read_meta_properties(disk, directory);
  if (!meta && meta.error().code == ENOENT)
    return findings.problems.push_back(directory + " is not formatted.");
  if (!meta) {
    return findings.problems.push_back(
        fmt::format("Error loading {}/{}: {}", directory, storage::kMetaPropertiesFile, meta.error().what));
  }
  if (!findings.first) {
    findings.first = std::move(*meta);
  } else if (findings.first->cluster_id != meta->cluster_id) {
    findings.problems.push_back("Mismatched cluster IDs between storage directories.");
  } else if (findings.first->node_id != meta->node_id) {
    findings.problems.push_back("Mismatched node IDs between storage directories.");
  }
}

// As Java prints a sorted map.
std::string text_of(const storage::MetaProperties& meta) {
  std::map<std::string, std::string> properties = {{"version", std::to_string(meta.version)}};
  if (meta.cluster_id) properties["cluster.id"] = *meta.cluster_id;
  if (meta.node_id)
    properties[meta.version == 0 ? "broker.id" : "node.id"] = std::to_string(meta.node_id->value);
  if (meta.directory_id) properties["directory.id"] = meta.directory_id->to_string();
  std::string text;
  for (const auto& [key, value] : properties)
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", key, value);
  return "{" + text + "}";
}

void print_list(std::ostream& out, std::string_view one, std::string_view several,
                const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  out << (lines.size() == 1 ? one : several) << "\n";
  for (const std::string& line : lines) out << "  " << line << "\n";
  out << "\n";
}

Result<int, Failure> run_info(const ToolArguments& arguments, const Tool& tool) {
  auto config = read_storage_tool_config(*arguments.value("config"), tool.sources);
  if (!config) return Error{config.error()};
  Findings findings;
  for (const std::string& directory : directories_of(*config))
    look_at(directory, tool.sources.disk, findings);
  if (findings.first && findings.first->version == 0) {
    findings.problems.push_back(
        "The kafka configuration file appears to be for a cluster in KRaft mode, but the "
        "directories are formatted for legacy mode.");
  }
  print_list(tool.out, "Found log directory:", "Found log directories:", findings.directories);
  if (findings.first) tool.out << "Found metadata: " << text_of(*findings.first) << "\n\n";
  print_list(tool.out, "Found problem:", "Found problems:", findings.problems);
  return findings.problems.empty() ? 0 : 1;
}

// --- features

Result<int, Failure> run_version_mapping(const ToolArguments& arguments, const Tool& tool) {
  const std::string name =
      arguments.value("release-version").value_or(std::string(kMetadataVersionLatest.name()));
  auto version = protocol::parse_release(name);
  if (!version) return Error{version.error()};
  tool.out << protocol::version_mapping_text(*version, name);
  return 0;
}

Result<int, Failure> run_feature_dependencies(const ToolArguments& arguments, const Tool& tool) {
  for (const std::string& text : arguments.list("feature")) {
    auto asked = parse_feature(text);
    if (!asked) return Error{asked.error()};
    auto dependencies = protocol::feature_dependencies_text(asked->first, asked->second);
    if (!dependencies) return Error{dependencies.error()};
    tool.out << *dependencies;
  }
  return 0;
}

Result<int, Failure> run(const ToolCommand& command, const ToolArguments& arguments, const Tool& tool) {
  if (command.name == "info") return run_info(arguments, tool);
  if (command.name == "format") return run_format(arguments, tool);
  if (command.name == "version-mapping") return run_version_mapping(arguments, tool);
  if (command.name == "feature-dependencies") return run_feature_dependencies(arguments, tool);
  CHECK(command.name == "random-uuid");
  tool.out << Uuid::random(tool.random).to_string() << "\n";
  return 0;
}

std::string overview() {
  std::string text = "usage: klamm storage COMMAND [options]\n\n";
  for (const ToolCommand& command : kCommands)
    text += fmt::format("  {:<22}{}\n", command.name, command.help);
  return text;
}

}  // namespace

int run_storage_tool(std::span<const std::string_view> args, const ConfigSources& sources, Random& random,
                     const Clock& clock, std::ostream& out, std::ostream& err) {
  if (!args.empty() && (args[0] == "-h" || args[0] == "--help")) {
    out << overview();
    return 0;
  }
  const std::string_view name = args.empty() ? std::string_view() : args[0];
  const auto command = std::ranges::find(kCommands, name, &ToolCommand::name);
  if (command == std::end(kCommands)) {
    err << overview() << "\n"
        << (args.empty() ? "There is no command." : fmt::format("No command '{}'.", name)) << "\n";
    return 1;
  }
  auto arguments = parse_arguments(*command, args.subspan(1));
  if (!arguments) {
    err << usage_of(*command) << arguments.error().message << "\n";
    return 1;
  }
  if (arguments->wants_help()) {
    out << usage_of(*command);
    return 0;
  }
  auto status = run(*command, *arguments, {sources, random, clock, out});
  if (status) return *status;
  err << status.error().message << "\n";
  return 1;
}

}  // namespace klamm::broker
