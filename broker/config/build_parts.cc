// The parts of a NodeConfig that are single numbers, and the checks of several keys together.
#include <fmt/format.h>

#include "broker/config/build.h"
#include "broker/config/text.h"
#include "broker/config/topic_config.h"

namespace klamm::broker {
namespace {

// Kafka's default, which its sample server.properties spells out too: nobody's choice.
constexpr int32_t kKafkasSendBuffer = 102'400;

Problem build_overrides(const Settings& settings, NetworkConfig& network) {
  for (const std::string& pair : split_list(settings.text("max.connections.per.ip.overrides"))) {
    size_t colon = pair.rfind(':');
    std::optional<int64_t> count;
    if (colon != std::string::npos) {
      count = parse_integer(java_trim(std::string_view(pair).substr(colon + 1)), 0, INT32_MAX);
    }
    std::string host = colon == std::string::npos ? "" : std::string(java_trim(pair.substr(0, colon)));
    if (!count || host.empty() || !is_host(host)) {
      return fmt::format(
          "max.connections.per.ip.overrides: '{}' is not of the form host:count, as in 127.0.0.1:200", pair);
    }
    network.connections_per_ip_overrides[host] = static_cast<int32_t>(*count);
  }
  return std::nullopt;
}

}  // namespace

Problem build_limits(const Settings& settings, NetworkConfig& network) {
  network.connection_setup_timeout_ms = settings.number("socket.connection.setup.timeout.ms");
  network.loops = settings.integer("klamm.loops");
  network.memory_bytes = settings.number("klamm.memory.bytes");
  network.disk_workers = settings.integer("num.io.threads");
  int32_t send_buffer = settings.integer("socket.send.buffer.bytes");
  // A size that is set stops the kernel from finding one: docs/decisions/005.
  network.send_buffer_bytes = send_buffer == kKafkasSendBuffer ? -1 : send_buffer;
  network.receive_buffer_bytes = settings.integer("socket.receive.buffer.bytes");
  network.request_size_max = settings.integer("socket.request.max.bytes");
  network.listen_backlog = settings.integer("socket.listen.backlog.size");
  network.connections_max = settings.integer("max.connections");
  network.connections_per_ip_max = settings.integer("max.connections.per.ip");
  network.connection_creation_rate_max = settings.integer("max.connection.creation.rate");
  network.connection_idle_max_ms = settings.number("connections.max.idle.ms");
  network.failed_authentication_delay_ms = settings.integer("connection.failed.authentication.delay.ms");
  network.quota_windows = settings.integer("quota.window.num");
  network.quota_window_seconds = settings.integer("quota.window.size.seconds");
  return build_overrides(settings, network);
}

void build_storage(const Settings& settings, StorageConfig& storage) {
  storage.log_dirs = settings.list(settings.is_set("log.dirs") ? "log.dirs" : "log.dir");
  storage.retention_check_interval_ms = settings.number("log.retention.check.interval.ms");
  storage.initial_task_delay_ms = settings.number("log.initial.task.delay.ms");
  storage.recovery_point_checkpoint_interval_ms = settings.integer("log.flush.offset.checkpoint.interval.ms");
  storage.log_start_offset_checkpoint_interval_ms =
      settings.integer("log.flush.start.offset.checkpoint.interval.ms");
  storage.high_watermark_checkpoint_interval_ms =
      settings.number("replica.high.watermark.checkpoint.interval.ms");
  storage.recovery_threads_per_dir = settings.integer("num.recovery.threads.per.data.dir");
  storage.scrub_bytes_per_second = settings.number("klamm.log.scrub.bytes.per.second");
  storage.scrub_interval_ms = settings.number("klamm.log.scrub.interval.ms");
  storage.dir_failure_timeout_ms = settings.number("log.dir.failure.timeout.ms");
  storage.producer_id_expiration_ms = settings.integer("producer.id.expiration.ms");
  storage.producer_id_expiration_check_interval_ms =
      settings.integer("producer.id.expiration.check.interval.ms");
}

void build_replication(const Settings& settings, ReplicationConfig& replication) {
  replication.lag_time_max_ms = settings.number("replica.lag.time.max.ms");
  replication.socket_timeout_ms = settings.integer("replica.socket.timeout.ms");
  replication.fetch_size_max = settings.integer("replica.fetch.max.bytes");
  replication.fetch_response_size_max = settings.integer("replica.fetch.response.max.bytes");
  replication.fetch_size_min = settings.integer("replica.fetch.min.bytes");
  replication.fetch_wait_max_ms = settings.integer("replica.fetch.wait.max.ms");
  replication.fetch_backoff_ms = settings.integer("replica.fetch.backoff.ms");
  replication.reads_by_rack = settings.optional_text("replica.selector.class").has_value();
}

void build_broker(const Settings& settings, BrokerConfig& broker) {
  broker.rack = settings.optional_text("broker.rack");
  broker.auto_create_topics = settings.flag("auto.create.topics.enable");
  broker.fetch_size_max = settings.integer("fetch.max.bytes");
  broker.fetch_sessions_max = settings.integer("max.incremental.fetch.session.cache.slots");
  broker.request_partitions_max = settings.integer("max.request.partition.size.limit");
  broker.heartbeat_interval_ms = settings.integer("broker.heartbeat.interval.ms");
  broker.initial_registration_timeout_ms = settings.integer("initial.broker.registration.timeout.ms");
  broker.request_timeout_ms = settings.integer("request.timeout.ms");
  broker.controller_socket_timeout_ms = settings.integer("controller.socket.timeout.ms");
  broker.controlled_shutdown = settings.flag("controlled.shutdown.enable");
  broker.transaction_timeout_max_ms = settings.integer("transaction.max.timeout.ms");
}

void build_controller(const Settings& settings, ControllerConfig& controller) {
  controller.default_partitions = settings.integer("num.partitions");
  controller.default_replication_factor = settings.integer("default.replication.factor");
  controller.delete_topics = settings.flag("delete.topic.enable");
  controller.broker_session_timeout_ms = settings.integer("broker.session.timeout.ms");
  controller.crash_detection = settings.flag("klamm.broker.crash.detection.enable");
  controller.rebalance_leaders = settings.flag("auto.leader.rebalance.enable");
  controller.rebalance_check_interval_seconds = settings.number("leader.imbalance.check.interval.seconds");
  controller.unclean_election = settings.flag("unclean.leader.election.enable");
  controller.unclean_election_interval_ms = settings.number("unclean.leader.election.interval.ms");
  controller.slow_event_log_ms = settings.number("controller.performance.always.log.threshold.ms");
}

void build_quotas(const Settings& settings, QuotaConfig& quotas) {
  quotas.windows = settings.integer("quota.window.num");
  quotas.window_seconds = settings.integer("quota.window.size.seconds");
  quotas.controller_windows = settings.integer("controller.quota.window.num");
  quotas.controller_window_seconds = settings.integer("controller.quota.window.size.seconds");
}

Problem check_together(const Settings& settings) {
  ConfigMap no_topic;
  TopicConfig topic = resolve_topic_config(no_topic, settings.map());
  if (topic.segment_ms < 1) return "log.roll.ms must be greater than or equal to 1";
  if (topic.segment_jitter_ms < 0) return "log.roll.jitter.ms must be greater than or equal to 0";
  if (topic.retention_ms == 0)
    return "log.retention.ms must be unlimited (-1) or, greater than or equal to 1";
  int64_t cleaners = settings.number("log.cleaner.threads");
  if (cleaners > 0 && settings.number("log.cleaner.dedupe.buffer.size") / cleaners <= 1024 * 1024) {
    return "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.";
  }
  int64_t wait_max = settings.number("replica.fetch.wait.max.ms");
  if (wait_max > settings.number("replica.socket.timeout.ms")) {
    return "replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent "
           "unnecessary socket timeouts";
  }
  if (wait_max > settings.number("replica.lag.time.max.ms")) {
    return "replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms to "
           "prevent frequent changes in ISR";
  }
  int64_t queued = settings.number("queued.max.request.bytes");
  if (queued > 0 && queued < settings.number("socket.request.max.bytes")) {
    return "queued.max.request.bytes must be larger or equal to socket.request.max.bytes";
  }
  if (settings.integer("max.connections.per.ip") == 0 &&
      settings.text("max.connections.per.ip.overrides").empty()) {
    return "max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is "
           "set.";
  }
  int64_t idle = settings.number("connections.max.idle.ms");
  int64_t delay = settings.number("connection.failed.authentication.delay.ms");
  if (idle >= 0 && delay >= idle) {
    return fmt::format(
        "connection.failed.authentication.delay.ms={} should always be less than "
        "connections.max.idle.ms={} to prevent failed authentication responses from timing out",
        delay, idle);
  }
  return std::nullopt;
}

}  // namespace klamm::broker
