// kafka-features: the levels of the cluster's features, and changes of them.
#include <fmt/format.h>

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/commands.h"
#include "cli/text.h"
#include "cli/tool_list.h"
#include "protocol/feature_texts.h"
#include "protocol/json_writer.h"
#include "protocol/messages/update_features_request.h"
#include "protocol/messages/update_features_response.h"

namespace klamm::cli {
namespace {

using protocol::ApiVersionsResponse;
using protocol::ErrorCode;
using protocol::MetadataVersion;
using protocol::UpdateFeaturesRequest;
using protocol::UpdateFeaturesResponse;

constexpr int8_t kUpgrade = 1;
constexpr int8_t kSafeDowngrade = 2;
constexpr int8_t kUnsafeDowngrade = 3;
// Below, a request cannot say which kind of change is meant.
constexpr int16_t kWithKinds = 1;

constexpr OptionSpec kOptions[] = {
    {.name = "bootstrap-server",
     .takes = Takes::kArgument,
     .help = "A broker's address, or several with commas."},
    {.name = "bootstrap-controller",
     .takes = Takes::kArgument,
     .help = "A controller's address, or several with commas."},
    {.name = "command-config",
     .takes = Takes::kArgument,
     .help = "A file with the configuration of a Java client.",
     .completes = Completes::kFile},
    {.name = "node-id",
     .takes = Takes::kArgument,
     .help = "Ask this node; otherwise any is asked.",
     .type = ArgumentType::kInteger},
    {.name = "metadata", .takes = Takes::kArgument, .help = "The old name of --release-version."},
    {.name = "release-version",
     .takes = Takes::kArgument,
     .help = "The release whose levels all features get: 4.3, or 4.3-IV0."},
    {.name = "feature",
     .takes = Takes::kArgument,
     .help = "A feature, as feature=level, as in group.version=1; to disable it, its name. May be repeated.",
     .is_repeated = true},
    {.name = "unsafe", .help = "Even if metadata are lost by it, which cannot be undone."},
    {.name = "dry-run", .help = "Only say whether it could be done."},
    kJsonOption,
};

constexpr Command kCommands[] = {
    {.name = "describe", .help = "Describe the features and their levels.", .options = "node-id json"},
    {.name = "upgrade",
     .help = "Raise levels of features.",
     .options = "metadata release-version feature dry-run"},
    {.name = "downgrade",
     .help = "Lower levels of features.",
     .options = "metadata release-version feature unsafe dry-run"},
    {.name = "disable",
     .help = "Lower levels of features to 0.",
     .options = "feature unsafe dry-run"},
    {.name = "version-mapping",
     .help = "Say which features belong to a release.",
     .options = "release-version"},
    {.name = "feature-dependencies",
     .help = "Say what a feature's level depends on.",
     .options = "feature",
     .required = "feature"},
};
constexpr CommandLine kLine{.name = "kafka-features",
                            .about = "This tool manages feature flags in Kafka.",
                            .table = kOptions,
                            .options = "bootstrap-server bootstrap-controller command-config",
                            .commands = kCommands,
                            .needs_bootstrap = false};

std::string level_text(std::string_view feature, int16_t level) {
  if (feature != protocol::kMetadataVersionFeature) return fmt::format("{}", level);
  const auto version = MetadataVersion::of_level(level);
  return version ? std::string(version->name()) : fmt::format("UNKNOWN {}", level);
}

struct FeatureLevel {
  int16_t min = 0;
  int16_t max = 0;
  int16_t finalized = 0;
};

std::map<std::string, FeatureLevel> levels_in(const ApiVersionsResponse& answer) {
  std::map<std::string, FeatureLevel> levels;
  for (const auto& one : answer.supported_features) {
    levels[std::string(one.name)] = {.min = one.min_version, .max = one.max_version};
  }
  for (const auto& one : answer.finalized_features) {
    const auto known = levels.find(std::string(one.name));
    if (known != levels.end()) known->second.finalized = one.max_version_level;
  }
  return levels;
}

void print_json(Console& console, const std::map<std::string, FeatureLevel>& levels, int64_t epoch) {
  protocol::JsonWriter json;
  json.begin_object();
  if (epoch >= 0) json.field("epoch", epoch);
  json.key("features").begin_array();
  for (const auto& [name, level] : levels) {
    json.begin_object().field("name", name).field("min", level.min).field("max", level.max);
    json.field("level", level.finalized).end_object();
  }
  console.line("{}", json.end_array().end_object().str());
}

Attempt<> describe(Client& client, const Options& options) {
  const auto id = options.number("node-id");
  if (id && *id < 0) {
    return wrong_argument(fmt::format("Invalid node id {}: must be non-negative.", *id));
  }
  auto connection =
      client.retried("describeFeatures", [&](const Deadline& deadline) -> Attempt<Connection*> {
        return id ? client.node(static_cast<int32_t>(*id), deadline) : client.controller(deadline);
      });
  if (!connection) return Error{connection.error()};
  const ApiVersionsResponse& answer = (*connection)->api_versions();
  const auto levels = levels_in(answer);
  Console& console = client.session().console;
  if (options.has("json")) {
    print_json(console, levels, answer.finalized_features_epoch);
    return {};
  }
  const std::string epoch =
      answer.finalized_features_epoch < 0 ? "-" : fmt::format("{}", answer.finalized_features_epoch);
  for (const auto& [name, level] : levels) {
    console.line(
        "Feature: {}  SupportedMinVersion: {}  SupportedMaxVersion: {}  FinalizedVersionLevel: {}  Epoch: {}",
        padded(name, 40), padded(level_text(name, level.min), 15), padded(level_text(name, level.max), 15),
        padded(level_text(name, level.finalized), 15), epoch);
  }
  return {};
}

// What is to become of features, by name.
struct Change {
  std::string command;  // "upgrade"
  int8_t kind = kUpgrade;
  bool is_dry = false;
  std::map<std::string, int16_t> levels;
};

Attempt<std::pair<std::string, int16_t>> parse_feature(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) {
    return failed(fmt::format("Can't parse feature=level string {}: equals sign not found.", text));
  }
  const std::string_view number = trimmed(std::string_view(text).substr(equals + 1));
  const auto level = parse_int(number);
  using Limits = std::numeric_limits<int16_t>;
  if (!level || *level < Limits::min() || *level > Limits::max()) {
    return failed(
        fmt::format("Can't parse feature=level string {}: unable to parse {} as a short.", text, number));
  }
  const std::string_view name = trimmed(std::string_view(text).substr(0, equals));
  return std::pair(std::string(name), static_cast<int16_t>(*level));
}

Attempt<MetadataVersion> release_of(const std::string& name) {
  auto version = protocol::parse_release(name);
  if (!version) return failed(version.error().message);
  return *version;
}

Attempt<> take_release(const std::string& name, Change& change) {
  auto version = release_of(name);
  if (!version) return Error{version.error()};
  for (const protocol::Feature& feature : protocol::supported_features()) {
    const int16_t level = feature.default_level(*version);
    // An upgrade to 0 would be none.
    if (change.kind != kUpgrade || level > 0) change.levels[std::string(feature.name)] = level;
  }
  return {};
}

Attempt<> take_features(const Options& options, Change& change) {
  for (const std::string& text : options.values("feature")) {
    std::pair<std::string, int16_t> feature(text, 0);
    if (change.command != "disable") {
      auto parsed = parse_feature(text);
      if (!parsed) return Error{parsed.error()};
      feature = *std::move(parsed);
    }
    if (!change.levels.insert_or_assign(feature.first, feature.second).second) {
      return failed(fmt::format("Feature {} was specified more than once.", feature.first));
    }
  }
  return {};
}

Attempt<Change> change_of(const ChosenCommand& chosen, Console& console) {
  const Options& options = chosen.options;
  Change change{.command = std::string(chosen.name), .is_dry = options.has("dry-run"), .levels = {}};
  if (chosen.name != "upgrade") change.kind = options.has("unsafe") ? kUnsafeDowngrade : kSafeDowngrade;
  const auto metadata = options.value("metadata");
  if (const auto release = options.value("release-version")) {
    if (metadata || options.has("feature")) {
      return failed("Can not specify `release-version` with other feature flags.");
    }
    if (auto done = take_release(*release, change); !done) return Error{done.error()};
    return change;
  }
  if (metadata) {
    console.line(" `metadata` flag is deprecated and may be removed in a future release.");
    auto version = release_of(*metadata);
    if (!version) return Error{version.error()};
    change.levels[std::string(protocol::kMetadataVersionFeature)] = version->level;
  }
  if (auto done = take_features(options, change); !done) return Error{done.error()};
  if (change.levels.empty()) {
    return failed(fmt::format("You must specify at least one feature to {}", chosen.name));
  }
  return change;
}

// What kept each feature from changing, or nothing.
using Outcomes = std::map<std::string, std::optional<ToolError>>;

Outcomes same_for_all(const Change& change, const std::optional<ToolError>& error) {
  Outcomes outcomes;
  for (const auto& [name, level] : change.levels) outcomes[name] = error;
  return outcomes;
}

Outcomes update(Client& client, const Change& change) {
  UpdateFeaturesRequest request;
  request.timeout_ms = static_cast<int32_t>(client.config().request_timeout_ms);
  request.validate_only = change.is_dry;
  for (const auto& [name, level] : change.levels) {
    auto& one = request.feature_updates.emplace_back();
    one.feature = name;
    one.max_version_level = level;
    one.upgrade_type = change.kind;
  }
  auto answer = client.retried(
      "updateFeatures", [&](const Deadline& deadline) -> Attempt<Answer<UpdateFeaturesResponse>> {
        auto connection = client.controller(deadline);
        if (!connection) return Error{connection.error()};
        auto got = client.ask<UpdateFeaturesResponse>(**connection, request, deadline, {.min = kWithKinds});
        if (!got) return got;
        const auto code = static_cast<ErrorCode>((*got)->error_code);
        if (code == ErrorCode::kNotController) return passing_error((*got)->error_code);
        if (code != ErrorCode::kNone) return broker_error(code, (*got)->error_message);
        return got;
      });
  if (!answer) return same_for_all(change, answer.error());
  Outcomes outcomes = same_for_all(change, std::nullopt);
  for (const auto& result : (*answer)->results) {
    if (result.error_code == 0) continue;
    outcomes[std::string(result.feature)] = broker_error(result.error_code, result.error_message).error;
  }
  return outcomes;
}

Attempt<> make_change(Client& client, const ChosenCommand& chosen) {
  Console& console = client.session().console;
  auto change = change_of(chosen, console);
  if (!change) return Error{change.error()};
  size_t failures = 0;
  const bool disables = change->command == "disable";
  for (const auto& [name, error] : update(client, *change)) {
    const int16_t level = change->levels[name];
    if (error) {
      const std::string what = disables ? fmt::format("disable {}", name)
                                        : fmt::format("{} {} to {}", change->command, name, level);
      console.line("{}{}. {}", change->is_dry ? "Can not " : "Could not ", what, error->message);
      ++failures;
    } else {
      const std::string what = disables ? "disabled." : fmt::format("{}d to {}.", change->command, level);
      console.line("{}{}{}", name, change->is_dry ? " can be " : " was ", what);
    }
  }
  if (failures == 0) return {};
  return failed(fmt::format("{} out of {} operation(s) failed.", failures, change->levels.size()));
}

Attempt<> show_mapping(const Options& options, Console& console) {
  const std::string name =
      options.value("release-version").value_or(std::string(protocol::kMetadataVersionLatest.name()));
  auto version = release_of(name);
  if (!version) return Error{version.error()};
  console.write(protocol::version_mapping_text(*version, name));
  return {};
}

Attempt<> show_dependencies(const Options& options, Console& console) {
  for (const std::string& text : options.values("feature")) {
    auto feature = parse_feature(text);
    if (!feature) return Error{feature.error()};
    auto dependencies = protocol::feature_dependencies_text(feature->first, feature->second);
    if (!dependencies) return failed(dependencies.error().message);
    console.write(*dependencies);
  }
  return {};
}

}  // namespace

OptionTable features_options() { return kOptions; }

int run_features(Session& session, Words words) {
  const ChosenCommand chosen = begin_command(session, kLine, words, OnWrongCommand::kOneLine);
  if (chosen.name.empty()) return chosen.status;
  const Options& options = chosen.options;
  Attempt<> done;
  if (chosen.name == "version-mapping") {
    done = show_mapping(options, session.console);
  } else if (chosen.name == "feature-dependencies") {
    done = show_dependencies(options, session.console);
  } else if (options.count({"bootstrap-server", "bootstrap-controller"}) == 0) {
    session.console.write_error(
        "Command line error: You must specify either --bootstrap-controller or --bootstrap-server.. Type "
        "--help for help.");
    return 1;
  } else {
    auto client = make_client(options, session);
    if (!client) {
      done = Error{client.error()};
    } else {
      done = chosen.name == "describe" ? describe(**client, options) : make_change(**client, chosen);
    }
  }
  if (done) return 0;
  session.console.error_line("{}", thrown_text(done.error()));
  return 1;
}

}  // namespace klamm::cli
