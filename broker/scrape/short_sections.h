// Parts of /metrics that are told in one step.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "broker/config/node_config.h"
#include "broker/metrics/node_stats.h"
#include "broker/scrape/kept.h"
#include "broker/scrape/net_view.h"
#include "broker/scrape/node_view.h"
#include "broker/scrape/section.h"

namespace klamm::broker::scrape {

// What is known of a process before its node is loaded.
struct Basics {
  const NodeConfig& config;
  const Clock& clock;
  const metrics::NodeStats& stats;
  int64_t started_wall_ms = 0;
  int64_t started_ms = 0;  // monotonic
};

void write_process(const Basics& basics, const Kept& kept, Exposition& out);
void write_identity(const NodeView& node, Exposition& out);
void write_memory(const NetView& net, Exposition& out);
void write_connections(const NetView& net, const Clock& clock, Kept& kept, Exposition& out);
void write_loops(const NetView& net, const Clock& clock, Kept& kept, Exposition& out);
void write_logs(const NodeView& node, Kept& kept, Exposition& out);
void write_controller(const NodeView& node, Kept& kept, Exposition& out);
void write_quorum(const NodeView& node, Kept& kept, Exposition& out);
void write_metadata(const NodeView& node, Exposition& out);
void write_telemetry(const NodeView& node, Exposition& out);

}  // namespace klamm::broker::scrape
