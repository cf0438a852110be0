// The metadata quorum and its log, by the rules of KafkaConfig.validateValues and QuorumConfig (4.3).
#include <fmt/format.h>

#include <algorithm>

#include "broker/config/build.h"
#include "broker/config/text.h"

namespace klamm::broker {
namespace {

Problem check_voters(const Settings& settings, const NodeConfig& config) {
  std::string voters = join(settings.list("controller.quorum.voters"), ",");
  bool among = false;
  for (const QuorumVoter& voter : config.quorum.voters) {
    among = among || voter.id == config.id;
    if (voter.host == "0.0.0.0") {
      return fmt::format(
          "controller.quorum.voters={} gives {} the address 0.0.0.0, which nobody can reach; name the "
          "host",
          voters, voter.id.value);
    }
  }
  if (config.quorum.voters.empty()) return std::nullopt;
  if (config.is_controller && !among) {
    return fmt::format(
        "node.id={} is not in controller.quorum.voters={}, but process.roles has controller; add "
        "{}@<host>:<port>",
        config.id.value, voters, config.id.value);
  }
  if (!config.is_controller && among) {
    return fmt::format(
        "node.id={} is in controller.quorum.voters={}, but process.roles has no controller; give this "
        "node another id, or the role",
        config.id.value, voters);
  }
  return std::nullopt;
}

}  // namespace

Problem build_quorum(const Settings& settings, NodeConfig& config) {
  QuorumConfig& quorum = config.quorum;
  auto voters = parse_quorum_voters(settings.list("controller.quorum.voters"));
  if (!voters) return voters.error().message;
  quorum.voters = std::move(voters).value();
  auto servers = parse_bootstrap_servers(settings.list("controller.quorum.bootstrap.servers"));
  if (!servers) return servers.error().message;
  quorum.bootstrap_servers = std::move(servers).value();
  for (const std::string& name : settings.list("controller.listener.names")) {
    quorum.controller_listeners.push_back(upper_case(name));
  }
  quorum.election_timeout_ms = settings.integer("controller.quorum.election.timeout.ms");
  quorum.election_backoff_max_ms = settings.integer("controller.quorum.election.backoff.max.ms");
  quorum.fetch_timeout_ms = settings.integer("controller.quorum.fetch.timeout.ms");
  quorum.request_timeout_ms = settings.integer("controller.quorum.request.timeout.ms");
  quorum.retry_backoff_ms = settings.integer("controller.quorum.retry.backoff.ms");
  quorum.append_linger_ms = settings.integer("controller.quorum.append.linger.ms");
  quorum.fetch_size_max = settings.integer("controller.quorum.fetch.max.bytes");
  quorum.fetch_snapshot_size_max = settings.integer("controller.quorum.fetch.snapshot.max.bytes");
  quorum.auto_join = settings.flag("controller.quorum.auto.join.enable");
  if (quorum.auto_join && !config.is_controller) {
    return "controller.quorum.auto.join.enable=true is for nodes with the controller role; remove it";
  }
  return check_voters(settings, config);
}

void build_metadata_log(const Settings& settings, NodeConfig& config) {
  MetadataLogConfig& log = config.metadata_log;
  log.dir = settings.optional_text("metadata.log.dir").value_or(config.storage.log_dirs.front());
  log.segment_size_max = static_cast<int32_t>(settings.optional_number("internal.metadata.log.segment.bytes")
                                                  .value_or(settings.number("metadata.log.segment.bytes")));
  log.segment_ms = settings.number("metadata.log.segment.ms");
  log.retention_bytes = settings.number("metadata.max.retention.bytes");
  log.retention_ms = settings.number("metadata.max.retention.ms");
  log.bytes_between_snapshots_max = settings.number("metadata.log.max.record.bytes.between.snapshots");
  log.snapshot_interval_max_ms = settings.number("metadata.log.max.snapshot.interval.ms");
  log.idle_interval_max_ms = settings.integer("metadata.max.idle.interval.ms");
  log.batch_size_max = settings.integer("internal.metadata.max.batch.size.in.bytes");
}

}  // namespace klamm::broker
