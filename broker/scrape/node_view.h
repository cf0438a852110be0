// What a scrape sees of a node: its parts, each of which may be asked from any thread.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "broker/config/node_config.h"
#include "broker/declared/published_status.h"
#include "broker/group_coordinator.h"
#include "broker/loop.h"
#include "broker/metrics/node_stats.h"
#include "broker/published_image.h"
#include "broker/remote_ends.h"
#include "broker/replica/fetch_session_cache.h"
#include "broker/replica/partitions.h"
#include "broker/telemetry/client_subscriptions.h"
#include "broker/telemetry/pushed_metrics.h"
#include "storage/disk.h"

namespace klamm::broker {

// All of it outlives who is given this.
struct NodeView {
  const NodeConfig& config;
  const std::string& cluster_id;
  const Clock& clock;
  storage::Disk& data_disk;
  metrics::NodeStats& stats;
  const PublishedImage& images;
  const Partitions& partitions;
  GroupCoordinator& groups;
  FetchSessionCache& sessions;
  RemoteEnds& ends;
  ClientSubscriptions& subscriptions;
  PushedMetrics& pushed;
  const PublishedDeclared& declared;
  std::function<void(Task)> run_on_lane;  // where replicas come and go
};

}  // namespace klamm::broker
