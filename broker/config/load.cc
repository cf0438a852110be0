#include "broker/config/load.h"

#include <fmt/format.h>

#include "broker/config/build.h"
#include "broker/config/build_security.h"
#include "broker/config/key_report.h"
#include "broker/config/left_variables.h"
#include "broker/config/loggers.h"
#include "broker/config/missing_keys.h"
#include "broker/config/providers.h"
#include "broker/config/text.h"
#include "storage/properties.h"

namespace klamm::broker {
namespace {

Error<Failure> failure_of(const std::vector<std::string>& problems) {
  return Error{Failure{join(problems, "\n")}};
}

// node.id and broker.id are one setting under two names.
Problem settle_node_id(ConfigMap& settings) {
  auto node = settings.find("node.id"), broker = settings.find("broker.id");
  if (node != settings.end() && broker != settings.end()) {
    if (java_trim(node->second) == java_trim(broker->second)) return std::nullopt;
    return fmt::format("node.id={} and broker.id={} differ; they are the same thing, remove broker.id",
                       node->second, broker->second);
  }
  if (node != settings.end()) {
    settings["broker.id"] = node->second;
  } else if (broker != settings.end()) {
    settings["node.id"] = broker->second;
  }
  return std::nullopt;
}

void read_roles(const Settings& settings, NodeConfig& config) {
  for (const std::string& role : settings.list("process.roles")) {
    config.is_broker = config.is_broker || role == "broker";
    config.is_controller = config.is_controller || role == "controller";
  }
  config.id = NodeId{settings.integer("node.id")};
}

Result<NodeConfig, Failure> build(const Settings& settings, const ConfigSources& sources,
                                  std::vector<Notice>& notices) {
  NodeConfig config;
  read_roles(settings, config);
  std::vector<std::string> problems;
  auto add = [&](Problem problem) {
    if (problem) problems.push_back(*std::move(problem));
  };
  add(build_limits(settings, config.network));
  build_storage(settings, config.storage);
  build_broker(settings, config.broker);
  add(build_admin(settings, config.admin));
  add(build_logger_levels(settings, config.admin));
  build_replication(settings, config.replication);
  build_controller(settings, config.controller);
  config.controller.node = config.id;
  build_declared(settings, config.declared);
  build_quotas(settings, config.quotas);
  add(build_groups(settings, config.groups));
  add(check_together(settings));
  if (config.storage.log_dirs.empty()) add("log.dirs is empty; name a directory");
  if (!problems.empty()) return failure_of(problems);

  add(build_quorum(settings, config));
  build_metadata_log(settings, config);
  if (problems.empty()) add(build_listeners(settings, sources.host_name, config));
  if (!problems.empty()) return failure_of(problems);

  Findings findings{check_release(config), {}};
  build_security(settings, sources, config, findings);
  if (!findings.problems.empty()) return failure_of(findings.problems);
  notices.insert(notices.end(), findings.notices.begin(), findings.notices.end());
  config.file = settings.map();
  return config;
}

}  // namespace

Result<LoadedConfig, Failure> make_node_config(ConfigMap settings, const ConfigSources& sources) {
  Result<ConfigMap, Failure> replaced = replace_variables(std::move(settings), sources);
  if (!replaced) return Error{replaced.error()};
  settings = std::move(replaced).value();
  // Other lines would be worked out from values that are not there.
  LeftVariables left = find_left_variables(settings);
  if (!left.problems.empty()) return failure_of(left.problems);
  std::vector<std::string> problems = missing_keys(settings, sources.host_name);
  KeyReport report = report_keys(settings);
  problems.insert(problems.end(), report.problems.begin(), report.problems.end());
  if (Problem problem = settle_node_id(settings)) problems.push_back(*problem);
  if (!problems.empty()) return failure_of(problems);
  Result<NodeConfig, Failure> config = build(Settings(settings), sources, report.notices);
  if (!config) return Error{config.error()};
  report.notices.insert(report.notices.end(), left.notices.begin(), left.notices.end());
  if (auto unknown = BrokerLoggers::notice_of_unknown(config->admin.logger_levels)) {
    report.notices.push_back(std::move(*unknown));
  }
  const BrokerConfig& broker = config->broker;
  if (broker.heartbeat_interval_ms * 2LL > config->controller.broker_session_timeout_ms) {
    report.notices.push_back(
        {LogLevel::kError,
         fmt::format("broker.heartbeat.interval.ms={} is more than half of "
                     "broker.session.timeout.ms={}: one late heartbeat fences a broker",
                     broker.heartbeat_interval_ms, config->controller.broker_session_timeout_ms)});
  }
  return LoadedConfig{std::move(config).value(), std::move(report.notices)};
}

Result<LoadedConfig, Failure> load_node_config(
    const std::string& file, const std::vector<std::pair<std::string, std::string>>& overrides,
    const ConfigSources& sources) {
  storage::DiskResult<Bytes> text = storage::read_file(sources.disk, file);
  if (!text) return Error{Failure{fmt::format("cannot read the configuration: {}", text.error().what)}};
  Result<storage::Properties, Failure> properties = storage::parse_properties(*text, file);
  if (!properties) return Error{properties.error()};
  ConfigMap settings;
  for (const storage::Property& property : properties->entries()) settings[property.key] = property.value;
  for (const auto& [key, value] : overrides) settings[key] = value;
  return make_node_config(std::move(settings), sources);
}

}  // namespace klamm::broker
