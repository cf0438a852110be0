// What a Node is made of. Included by its own files alone.
#pragma once

#include <atomic>
#include <map>
#include <optional>

#include "broker/active_controller.h"
#include "broker/broker_life.h"
#include "broker/config/loggers.h"
#include "broker/controller_host.h"
#include "broker/controller_registrar.h"
#include "broker/declarations.h"
#include "broker/directory_assigner.h"
#include "broker/forwarding.h"
#include "broker/isr_changer.h"
#include "broker/lane.h"
#include "broker/led_groups.h"
#include "broker/node.h"
#include "broker/producer_ids.h"
#include "broker/quorum_network.h"
#include "broker/quota/client_quotas.h"
#include "broker/raft_driver.h"
#include "broker/remote_ends.h"
#include "broker/replica/examiner.h"
#include "broker/replica/fetch_session_cache.h"
#include "broker/replica/log_manager.h"
#include "broker/replica/replica_manager.h"
#include "broker/replica/scrub.h"
#include "broker/replica_fetchers.h"
#include "broker/server_dispatch.h"
#include "broker/telemetry/client_subscriptions.h"
#include "broker/upkeep.h"

namespace klamm::broker {

// In the order in which they are made; what stands below uses what stands above.
struct Node::Parts {
  Parts(const NodeConfig& node_config, World node_world)
      : config(node_config),
        world(std::move(node_world)),
        shortage(world.clock),
        quotas(world.clock),
        lane(world.workers),
        examiner(world.workers),
        quotas(ClientQuotas::Terms{
            .clients = QuotaWindows::of(config.quotas.windows, config.quotas.window_seconds),
            .controller = QuotaWindows::of(config.quotas.controller_windows,
                                           config.quotas.controller_window_seconds)}),
        loggers(node_config.admin.logger_levels) {
    if (config.is_broker) stats.health.broker_state = static_cast<int8_t>(BrokerState::kStarting);
  }

  const NodeConfig& config;
  const World world;
  metrics::NodeStats stats;
  Shortage shortage;  // of the data disk
  ReplicationQuotas quotas;
  Lane lane;
  Examiner examiner;
  ClientQuotas quotas;
  BrokerLoggers loggers;
  PublishedImage images;
  Partitions partitions;
  std::string cluster_id;
  std::unique_ptr<storage::LogDir> metadata_directory;  // if metadata.log.dir is none of log.dirs
  std::unique_ptr<ReplicaManager> replicas;
  std::unique_ptr<LedGroups> groups;
  std::unique_ptr<ControllerHost> controller;
  std::unique_ptr<QuorumNetwork> quorum;
  std::unique_ptr<RaftDriver> driver;
  std::unique_ptr<ProducerIds> producer_ids;
  std::unique_ptr<FetchBudget> fetch_budget;
  std::unique_ptr<FetchSessionCache> sessions;
  std::unique_ptr<ReplicaFetchers> fetchers;
  std::unique_ptr<Upkeep> upkeep;
  std::unique_ptr<Scrub> scrub;
  std::unique_ptr<RemoteEnds> ends;
  PushedMetrics pushed;
  std::unique_ptr<ClientSubscriptions> telemetry;
  std::unique_ptr<ServerDispatch> dispatch;

  // What must not wait for each other, as in Kafka. On the quorum loop, as what stands behind them.
  std::unique_ptr<ControllerClient> heartbeats, isr_client, forwards;
  std::unique_ptr<Forwarding> forwarding;
  std::unique_ptr<BrokerLife> life;
  std::unique_ptr<RegistrarDriver> registrar;
  std::unique_ptr<IsrChanger> isr_changer;
  std::unique_ptr<DirectoryAssigner> directory_assigner;
  std::unique_ptr<ActiveController> active;  // while this node is it
  PublishedDeclared declared;
  std::unique_ptr<Declarations> declarations;  // likewise, where something is declared

  std::vector<Uuid> directories;
  int64_t previous_broker_epoch = -1;
  std::atomic<int64_t> broker_epoch{-1};
  std::atomic<bool> met_leader{false};
  std::atomic<int32_t> quorum_leader{kNoNode.value};
  raft::Leadership leadership{};  // on the quorum loop
  bool logs_loaded = false;
  bool caught_up = false;      // on the quorum loop
  FetcherSettings fetching{};  // on the lane
  // What replicas and groups have been told, on the lane: nothing before `acts`.
  ClusterImage acted_on{};
  bool acts = false;

  // node.cc
  Result<void, Failure> load();
  Result<void, Failure> open_logs();
  Result<void, Failure> make_quorum();
  void make_groups();
  void make_handlers();
  void make_clients();
  void make_life();
  BrokerIdentity identity() const;
  // node_events.cc
  void act_on(const ClusterImage& before, const ClusterImage& after);
  void act_as_broker(const ClusterImage& image);
  void count_elections(const ClusterImage& before, const ClusterImage& after);
  void follow_brokers(const ClusterImage& image);
  void on_published(const ControllerHost::Image& image);
  void on_active(bool active_now);
  void on_leader(raft::Leadership leadership);
  void on_moved(NodeId replica);
  std::optional<ControllerNode> tell_clients_of_leader();
  void on_registered(int64_t epoch);
  void on_caught_up();
  void allocate_producer_ids();
};

}  // namespace klamm::broker
