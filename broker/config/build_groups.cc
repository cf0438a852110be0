// The group coordinator's part of a NodeConfig, and what Apache Kafka 4.3 checks of the keys of groups
// together (GroupCoordinatorConfig), kinds of groups that are not served yet included: a file that starts
// here starts there.
#include <fmt/format.h>

#include <array>

#include "broker/config/build.h"

namespace klamm::broker {
namespace {

struct Order {
  std::string_view lower;
  std::string_view upper;
  bool strict = false;  // equal is not enough
};

// The first is beyond what Kafka checks: with it the wrong way round no classic member could join.
constexpr std::array kOrders = {
    Order{"group.min.session.timeout.ms", "group.max.session.timeout.ms"},
    Order{"group.consumer.min.heartbeat.interval.ms", "group.consumer.max.heartbeat.interval.ms"},
    Order{"group.consumer.min.heartbeat.interval.ms", "group.consumer.heartbeat.interval.ms"},
    Order{"group.consumer.heartbeat.interval.ms", "group.consumer.max.heartbeat.interval.ms"},
    Order{"group.consumer.min.session.timeout.ms", "group.consumer.max.session.timeout.ms"},
    Order{"group.consumer.min.session.timeout.ms", "group.consumer.session.timeout.ms"},
    Order{"group.consumer.session.timeout.ms", "group.consumer.max.session.timeout.ms"},
    Order{"group.consumer.heartbeat.interval.ms", "group.consumer.session.timeout.ms", true},
    Order{"group.consumer.min.assignment.interval.ms", "group.consumer.max.assignment.interval.ms"},
    Order{"group.consumer.min.assignment.interval.ms", "group.consumer.assignment.interval.ms"},
    Order{"group.consumer.assignment.interval.ms", "group.consumer.max.assignment.interval.ms"},
    Order{"group.share.min.heartbeat.interval.ms", "group.share.max.heartbeat.interval.ms"},
    Order{"group.share.min.heartbeat.interval.ms", "group.share.heartbeat.interval.ms"},
    Order{"group.share.heartbeat.interval.ms", "group.share.max.heartbeat.interval.ms"},
    Order{"group.share.min.session.timeout.ms", "group.share.max.session.timeout.ms"},
    Order{"group.share.min.session.timeout.ms", "group.share.session.timeout.ms"},
    Order{"group.share.session.timeout.ms", "group.share.max.session.timeout.ms"},
    Order{"group.share.heartbeat.interval.ms", "group.share.session.timeout.ms", true},
    Order{"group.share.min.assignment.interval.ms", "group.share.max.assignment.interval.ms"},
    Order{"group.share.min.assignment.interval.ms", "group.share.assignment.interval.ms"},
    Order{"group.share.assignment.interval.ms", "group.share.max.assignment.interval.ms"},
    Order{"group.streams.min.heartbeat.interval.ms", "group.streams.max.heartbeat.interval.ms"},
    Order{"group.streams.min.heartbeat.interval.ms", "group.streams.heartbeat.interval.ms"},
    Order{"group.streams.heartbeat.interval.ms", "group.streams.max.heartbeat.interval.ms"},
    Order{"group.streams.min.session.timeout.ms", "group.streams.max.session.timeout.ms"},
    Order{"group.streams.min.session.timeout.ms", "group.streams.session.timeout.ms"},
    Order{"group.streams.session.timeout.ms", "group.streams.max.session.timeout.ms"},
    Order{"group.streams.heartbeat.interval.ms", "group.streams.session.timeout.ms", true},
    Order{"group.streams.min.assignment.interval.ms", "group.streams.max.assignment.interval.ms"},
    Order{"group.streams.min.assignment.interval.ms", "group.streams.assignment.interval.ms"},
    Order{"group.streams.assignment.interval.ms", "group.streams.max.assignment.interval.ms"},
    Order{"group.streams.num.standby.replicas", "group.streams.max.standby.replicas"},
};

Problem check(const Settings& settings, const Order& order) {
  const int64_t lower = settings.number(order.lower);
  const int64_t upper = settings.number(order.upper);
  if (order.strict ? lower < upper : lower <= upper) return std::nullopt;
  return fmt::format("{}={} must be {} {}={}; lower the one or raise the other", order.lower, lower,
                     order.strict ? "less than" : "at most", order.upper, upper);
}

}  // namespace

Problem build_groups(const Settings& settings, GroupCoordinatorConfig& groups) {
  for (const Order& order : kOrders) {
    if (Problem problem = check(settings, order)) return problem;
  }
  const int32_t codec = settings.integer("offsets.topic.compression.codec");
  const auto known = codec >= 0 && codec < protocol::kCodecs ? protocol::codec_of(codec) : std::nullopt;
  if (!known) {
    return fmt::format(
        "offsets.topic.compression.codec={} is no codec; write 0 for none, 1 for gzip, 2 for snappy, 3 for "
        "lz4, 4 "
        "for zstd",
        codec);
  }
  constexpr int64_t kMinute = 60'000;
  groups.session_timeout_min_ms = settings.integer("group.min.session.timeout.ms");
  groups.session_timeout_max_ms = settings.integer("group.max.session.timeout.ms");
  groups.initial_rebalance_delay_ms = settings.integer("group.initial.rebalance.delay.ms");
  groups.size_max = settings.integer("group.max.size");
  groups.offset_metadata_size_max = settings.integer("offset.metadata.max.bytes");
  groups.offsets_retention_ms = settings.number("offsets.retention.minutes") * kMinute;
  groups.expiry_interval_ms = settings.number("offsets.retention.check.interval.ms");
  groups.commit_timeout_ms = settings.integer("offsets.commit.timeout.ms");
  groups.load_buffer_size = settings.integer("offsets.load.buffer.size");
  groups.topic_partitions = settings.integer("offsets.topic.num.partitions");
  groups.topic_replication_factor = static_cast<int16_t>(settings.number("offsets.topic.replication.factor"));
  groups.topic_segment_size = settings.integer("offsets.topic.segment.bytes");
  groups.topic_codec = *known;
  return std::nullopt;
}

}  // namespace klamm::broker
