#include "broker/storage_tool_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/config/build.h"
#include "broker/config/key_report.h"
#include "broker/config/left_variables.h"
#include "broker/config/missing_keys.h"
#include "broker/config/providers.h"
#include "broker/config/text.h"
#include "storage/properties.h"

namespace klamm::broker {
namespace {

// The keys that formatting depends on. What is wrong with the others, or not for this release, is said when
// the node is started.
constexpr std::string_view kKeys[] = {"process.roles",
                                      "node.id",
                                      "broker.id",
                                      "log.dir",
                                      "log.dirs",
                                      "metadata.log.dir",
                                      "listeners",
                                      "advertised.listeners",
                                      "listener.security.protocol.map",
                                      "controller.listener.names",
                                      "controller.quorum.voters",
                                      "controller.quorum.bootstrap.servers",
                                      "inter.broker.listener.name",
                                      "security.inter.broker.protocol"};

Error<Failure> failure_of(const std::vector<std::string>& problems) {
  return Error{Failure{join(problems, "\n")}};
}

Result<ConfigMap, Failure> read_settings(const std::string& path, const ConfigSources& sources) {
  auto text = storage::read_file(sources.disk, path);
  if (!text) return Error{Failure{fmt::format("cannot read the configuration: {}", text.error().what)}};
  auto properties = storage::parse_properties(*text, path);
  if (!properties) return Error{properties.error()};
  ConfigMap settings;
  for (const storage::Property& property : properties->entries()) settings[property.key] = property.value;
  const auto broker_id = settings.find("broker.id");
  if (broker_id != settings.end()) settings.try_emplace("node.id", broker_id->second);
  std::erase_if(settings, [](const auto& setting) {
    return std::ranges::find(kKeys, setting.first) == std::end(kKeys) &&
           !setting.first.starts_with("config.providers");
  });
  return replace_variables(std::move(settings), sources);
}

}  // namespace

Result<NodeConfig, Failure> read_storage_tool_config(const std::string& path, const ConfigSources& sources) {
  auto map = read_settings(path, sources);
  if (!map) return Error{map.error()};
  const LeftVariables left = find_left_variables(*map);
  if (!left.problems.empty()) return failure_of(left.problems);
  std::vector<std::string> problems = missing_keys(*map, sources.host_name);
  const KeyReport report = report_keys(*map);
  problems.insert(problems.end(), report.problems.begin(), report.problems.end());
  if (!problems.empty()) return failure_of(problems);

  const Settings settings(*map);
  NodeConfig config;
  for (const std::string& role : settings.list("process.roles")) {
    config.is_broker = config.is_broker || role == "broker";
    config.is_controller = config.is_controller || role == "controller";
  }
  config.id = NodeId{settings.integer("node.id")};
  build_storage(settings, config.storage);
  if (config.storage.log_dirs.empty()) return Error{Failure{"log.dirs is empty; name a directory"}};
  if (Problem problem = build_quorum(settings, config)) return Error{Failure{*problem}};
  build_metadata_log(settings, config);
  if (Problem problem = build_listeners(settings, sources.host_name, config)) return Error{Failure{*problem}};
  return config;
}

}  // namespace klamm::broker
