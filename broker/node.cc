#include "broker/node.h"

#include <algorithm>
#include <utility>

#include "base/logging.h"
#include "broker/config/broker_settings.h"
#include "broker/config/descriptors.h"
#include "broker/local_peer.h"
#include "broker/node_parts.h"
#include "broker/quorum_start.h"
#include "broker/scrape/node_view.h"

namespace klamm::broker {
namespace {

// Changes of ISRs and what clients want may be many at a time; heartbeats never are.
constexpr size_t kForwardsInFlight = 100;
// The others elect in a fraction of this, or cannot.
constexpr int64_t kHandOverMs = 2000;

std::vector<EndpointImage> endpoints_of(const std::vector<Endpoint>& endpoints) {
  std::vector<EndpointImage> all;
  for (const Endpoint& endpoint : endpoints) {
    all.push_back({endpoint.listener, endpoint.host, static_cast<uint16_t>(endpoint.port),
                   static_cast<int16_t>(endpoint.protocol)});
  }
  return all;
}

// internal.metadata.max.batch.size.in.bytes, as far as those who follow the log can read it.
size_t batch_size_of(const MetadataLogConfig& config) {
  return std::min(static_cast<size_t>(std::max(config.batch_size_max, 0)), kMetadataBatchSizeMax);
}

FetcherSettings fetching_of(const NodeConfig& config) {
  FetcherSettings settings;
  settings.partition_size_max = config.replication.fetch_size_max;
  settings.response_size_max = config.replication.fetch_response_size_max;
  settings.size_min = config.replication.fetch_size_min;
  settings.wait_max_ms = config.replication.fetch_wait_max_ms;
  settings.backoff_ms = config.replication.fetch_backoff_ms;
  settings.self = config.id;
  return settings;
}

}  // namespace

Node::Node(const NodeConfig& config, World world)
    : parts_(std::make_unique<Parts>(config, std::move(world))) {}
Node::~Node() = default;

Result<void, Failure> Node::load() { return parts_->load(); }
const PublishedImage& Node::images() const { return parts_->images; }
RequestHandler& Node::handler() { return *parts_->dispatch; }
size_t Node::replicas() const { return parts_->replicas->count(); }
bool Node::has_met_leader() const { return parts_->met_leader; }
bool Node::is_active_controller() const { return parts_->active != nullptr; }
void Node::run_on_lane(Task task) { parts_->lane.run(std::move(task)); }
metrics::NodeStats& Node::stats() { return parts_->stats; }

NodeView Node::view() {
  Parts& parts = *parts_;
  return {.config = parts.config,
          .cluster_id = parts.cluster_id,
          .clock = parts.world.clock,
          .data_disk = parts.world.data_disk,
          .stats = parts.stats,
          .images = parts.images,
          .partitions = parts.partitions,
          .groups = *parts.groups,
          .sessions = *parts.sessions,
          .ends = *parts.ends,
          .subscriptions = *parts.telemetry,
          .pushed = parts.pushed,
          .declared = parts.declared,
          .run_on_lane = [&lane = parts.lane](Task task) { lane.run(std::move(task)); }};
}

void Node::start_upkeep() {
  parts_->upkeep->start();
  parts_->scrub->start();
}

NodeConfig Node::config_of(const ClusterImage& image) const {
  const BrokerSettings settings(image.configs(), parts_->config);
  return reconfigured(parts_->config, settings.layers());
}

// ---- Loading

Result<void, Failure> Node::Parts::load() {
  fetching = fetching_of(config);
  if (config.is_broker) stats.health.broker_state = static_cast<int8_t>(BrokerState::kRecovery);
  if (auto opened = open_logs(); !opened) return opened;
  stats.health.is_loaded = true;
  make_groups();
  if (auto made = make_quorum(); !made) return made;
  make_clients();
  make_handlers();
  make_life();
  return {};
}

Result<void, Failure> Node::Parts::open_logs() {
  auto logs = LogManager::open(world.data_disk, world.random, config.id, config.storage);
  if (!logs) return Error{logs.error()};
  if (auto few = check_descriptors_for(raise_descriptor_limit(), (*logs)->partition_count())) {
    LOG_WARN("{}", few->text);
  }
  cluster_id = (*logs)->cluster_id();
  previous_broker_epoch = (*logs)->previous_broker_epoch();
  for (const auto& directory : (*logs)->directories()) directories.push_back(directory->id());
  const auto& data = config.storage.log_dirs;
  if (std::find(data.begin(), data.end(), config.metadata_log.dir) == data.end()) {
    // Identified and locked as those of data are: two processes may not write one metadata log (KAFKA-14557).
    auto opened =
        storage::LogDir::open(world.disk, world.random, config.metadata_log.dir, {config.id, cluster_id});
    if (!opened) return Error{Failure{opened.error().message}};
    metadata_directory = std::move(*opened);
  }
  fetchers = std::make_unique<ReplicaFetchers>(
      ReplicaFetchers::Uses{[this](NodeId leader) -> Loop& {
                              return *world.loops[static_cast<size_t>(leader.value) % world.loops.size()];
                            },
                            [this](Loop& loop, NodeId leader, const NodeAddress& address) {
                              return world.connect(PeerListener::kBrokers, loop, leader, address);
                            },
                            config.replication.socket_timeout_ms,
                            [this](Task done) {
                              lane.run([this, done = std::move(done)]() mutable {
                                replicas->write_cuts();
                                done();
                              });
                            },
                            &quotas.follower});
  fetchers->configure(fetching);
  ReplicaManager::Uses uses{
      .disk = world.data_disk,
      .clock = world.clock,
      .partitions = partitions,
      .flushers = world.flushers,
      .shortage = shortage,
      .fatal = world.fatal,
      .propose =
          [this](const PartitionKey& key, IsrProposal proposal) {
            isr_changer->propose({key.topic_id, key.partition}, std::move(proposal));
          },
      .follow = [this](const std::shared_ptr<Partition>& partition, NodeId leader,
                       Epoch epoch) { fetchers->follow(partition, leader, epoch); },
      .unfollow = [this](const PartitionKey& key) { fetchers->unfollow(key); },
      .examine = [this](
                     std::shared_ptr<Partition> partition,
                     storage::SegmentExam exam) { examiner.examine(std::move(partition), std::move(exam)); },
      .on_damage = [this](const PartitionKey& key) { lane.run([this, key] { replicas->on_damage(key); }); },
      .assign_directory = [this](const PartitionKey& key,
                                 const Uuid& directory) { directory_assigner->assign(key, directory); },
      .stats = &stats,
      .quotas = &quotas};
  replicas = std::make_unique<ReplicaManager>(uses, config, std::move(*logs));
  auto loaded = replicas->load(world.is_cancelled);
  logs_loaded = loaded.ok();
  return loaded;
}

// Deadlines are short work, and are spread over the network loops, which are there and idle when nothing else
// is to be done.
void Node::Parts::make_groups() {
  auto loop_of = [this](int32_t partition) -> Loop& {
    return *world.loops[static_cast<size_t>(partition) % world.loops.size()];
  };
  groups = std::make_unique<LedGroups>(
      LedGroups::Uses{config.groups, world.clock, world.random, world.workers, partitions, loop_of},
      config.id);
}

Result<void, Failure> Node::Parts::make_quorum() {
  Uuid directory = metadata_directory ? metadata_directory->id() : directories.front();
  for (size_t i = 0; i < config.storage.log_dirs.size(); ++i) {
    if (config.storage.log_dirs[i] == config.metadata_log.dir) directory = directories[i];
  }
  auto start =
      read_quorum_start(world.disk, config, cluster_id, directory, world.clock.wall_ms(), world.is_cancelled);
  if (!start) return Error{start.error()};
  std::vector<raft::Endpoint> own;
  for (const Endpoint& endpoint : config.network.advertised_controllers)
    own.push_back({endpoint.listener, endpoint.host, static_cast<uint16_t>(endpoint.port)});
  quorum = std::make_unique<QuorumNetwork>(
      QuorumNetwork::Uses{.loop = world.quorum_loop,
                          .connect =
                              [this](NodeId id, const NodeAddress& address) {
                                return world.connect(PeerListener::kControllers, world.quorum_loop, id,
                                                     address);
                              },
                          .self = config.id,
                          .cluster_id = cluster_id,
                          .own_endpoints = std::move(own),
                          .listener = config.quorum.controller_listeners.front(),
                          .request_timeout_ms = config.quorum.request_timeout_ms,
                          .on_moved = [this](NodeId replica) { on_moved(replica); },
                          .stats = &stats},
      start->addresses);
  auto apply = [this](ControllerHost::Image before, ControllerHost::Image after, Task done) {
    lane.run([this, before = std::move(before), after = std::move(after), done = std::move(done)]() mutable {
      act_on(*before, *after);
      done();
    });
  };
  controller = std::make_unique<ControllerHost>(ControllerHost::Uses{
      .loop = world.quorum_loop,
      .random = world.random,
      .config = config,
      .published = images,
      .disk = world.disk,
      .clock = world.clock,
      .workers = world.workers,
      .apply = apply,
      .on_active = [this](bool active_now) { on_active(active_now); },
      .fatal = world.fatal,
      .on_published = [this](const ControllerHost::Image& image) { on_published(image); },
      .on_leader = [this](raft::Leadership leadership) { on_leader(leadership); }});
  driver =
      std::make_unique<RaftDriver>(RaftDriver::Uses{world.quorum_loop, world.fsync, world.disk, world.clock,
                                                    world.random, *controller, *quorum, world.fatal,
                                                    batch_size_of(config.metadata_log), &stats},
                                   std::move(start->log), start->config, start->self, start->voters,
                                   start->remembered, start->kraft_version, start->applied);
  quorum->attach(*driver);
  controller->attach(*driver, std::move(start->bootstrap), std::move(start->loader), start->applied);
  return {};
}

// This node is asked as another one would be, but may do everything.
void Node::Parts::make_clients() {
  ClientInfo self;
  self.listener = config.quorum.controller_listeners.front();
  self.controller_listener = true;
  self.is_this_node = true;
  self.host = "127.0.0.1";
  auto connect = [this, self = std::make_shared<const ClientInfo>(std::move(self))](
                     const ControllerNode& node) -> std::unique_ptr<Peer> {
    if (node.id == config.id) {
      return std::make_unique<LocalPeer>(
          LocalPeer::Uses{world.quorum_loop, *dispatch, self, "broker-" + std::to_string(config.id.value)});
    }
    return world.connect(PeerListener::kControllers, world.quorum_loop, node.id, {node.host, node.port});
  };
  auto client = [&](std::string name, size_t in_flight_max) {
    return std::make_unique<ControllerClient>(
        world.quorum_loop, connect,
        ControllerClient::Settings{.name = std::move(name),
                                   .attempt_timeout_ms = config.broker.controller_socket_timeout_ms,
                                   .in_flight_max = in_flight_max});
  };
  heartbeats = client("heartbeat", 1);
  isr_client = client("alter-partition", 1);
  forwards = client("forwarding", kForwardsInFlight);
  forwarding = std::make_unique<Forwarding>(world.quorum_loop, *forwards);
  isr_changer = std::make_unique<IsrChanger>(IsrChanger::Uses{
      world.quorum_loop, *isr_client, partitions, config.id, [this] { return broker_epoch.load(); }});
  directory_assigner = std::make_unique<DirectoryAssigner>(DirectoryAssigner::Uses{
      world.quorum_loop, *forwards, config.id, [this] { return broker_epoch.load(); }});
}

void Node::Parts::make_handlers() {
  producer_ids = std::make_unique<ProducerIds>([this] { allocate_producer_ids(); });
  fetch_budget = std::make_unique<FetchBudget>(FetchBudget::partitions_of(world.client_memory));
  sessions = std::make_unique<FetchSessionCache>(static_cast<size_t>(config.broker.fetch_sessions_max),
                                                 *fetch_budget, world.random);
  upkeep = std::make_unique<Upkeep>(world.quorum_loop, lane, *replicas, config);
  scrub = std::make_unique<Scrub>(
      Scrub::Uses{.loop = world.quorum_loop,
                  .workers = world.workers,
                  .partitions = partitions,
                  .metadata_exams = [this](storage::ExamScope scope) { return driver->log().exams(scope); },
                  .fatal = world.fatal},
      Scrub::Terms{.bytes_per_second = config.storage.scrub_bytes_per_second,
                   .interval_ms = config.storage.scrub_interval_ms});
  ends = std::make_unique<RemoteEnds>(RemoteEnds::Uses{
      .loop = world.quorum_loop,
      .images = images,
      .self = config.id,
      .listener = config.network.inter_broker_listener,
      .connect = [this](NodeId id, const NodeAddress& address) {
        return world.connect(PeerListener::kBrokers, world.quorum_loop, id, address);
      }});
  telemetry = std::make_unique<ClientSubscriptions>(ClientSubscriptions::Uses{
      world.clock, world.random, pushed, config.admin.telemetry_size_max});
  dispatch =
      std::make_unique<ServerDispatch>(ServerDispatch::Uses{config,
                                                            cluster_id,
                                                            world.clock,
                                                            images,
                                                            partitions,
                                                            *sessions,
                                                            *producer_ids,
                                                            world.workers,
                                                            lane,
                                                            *replicas,
                                                            world.quorum_loop,
                                                            *controller,
                                                            *quorum,
                                                            *forwarding,
                                                            *forwards,
                                                            [this] { return active.get(); },
                                                            [this] { return NodeId{quorum_leader.load()}; },
                                                            loggers,
                                                            *groups,
                                                            world.store_trial,
                                                            telemetry.get(),
                                                            &stats,
                                                            &quotas});
}

BrokerIdentity Node::Parts::identity() const {
  return {.id = config.id,
          .cluster_id = cluster_id,
          .incarnation_id = Uuid::random(world.random),
          .endpoints = endpoints_of(config.network.advertised),
          .rack = config.broker.rack,
          .directories = directories,
          .previous_epoch = previous_broker_epoch};
}

void Node::Parts::make_life() {
  if (config.is_controller) {
    ControllerIdentity self{config.id, controller->incarnation_id(),
                            endpoints_of(config.network.advertised_controllers)};
    registrar =
        std::make_unique<RegistrarDriver>(world.quorum_loop, *forwards, std::move(self), world.random);
  }
  if (!config.is_broker) return;
  LifecycleTimes times;
  times.heartbeat_interval_ms = config.broker.heartbeat_interval_ms;
  times.initial_registration_timeout_ms = config.broker.initial_registration_timeout_ms;
  times.directory_failure_timeout_ms = config.storage.dir_failure_timeout_ms;
  times.session_timeout_ms = config.controller.broker_session_timeout_ms;
  life = std::make_unique<BrokerLife>(
      BrokerLife::Uses{.loop = world.quorum_loop,
                       .controller = *heartbeats,
                       .random = world.random,
                       .on_registered = [this](int64_t epoch) { on_registered(epoch); },
                       .on_caught_up = [this] { on_caught_up(); },
                       .on_fenced =
                           [this](bool fenced) {
                             stats.health.is_fenced = fenced;
                             world.on_fenced(fenced);
                           },
                       .on_may_stop = world.on_may_stop,
                       .fatal = world.fatal,
                       .on_state =
                           [this](BrokerState state) {
                             stats.health.broker_state = static_cast<int8_t>(state);
                           }},
      identity(), times);
}

// ---- Running

void Node::join() {
  parts_->world.quorum_loop.post([&parts = *parts_] {
    parts.driver->start();
    if (parts.life) parts.life->start();
  });
}

void Node::ready() {
  parts_->world.quorum_loop.post([&parts = *parts_] {
    if (parts.life) parts.life->ready_to_unfence();
  });
}

// ---- Ending

void Node::begin_shutdown() {
  parts_->world.quorum_loop.post([&parts = *parts_] {
    if (!parts.life) return parts.world.on_may_stop();
    if (parts.config.broker.controlled_shutdown) {
      parts.life->begin_controlled_shutdown();
    } else {
      parts.life->stop();
    }
  });
}

void Node::hand_over(const Wait& wait) {
  Parts& parts = *parts_;
  if (!parts.driver) return;
  wait([&](Task done) {
    parts.world.quorum_loop.post([&parts, done = std::move(done)]() mutable {
      parts.driver->begin_shutdown(kHandOverMs, std::move(done));
    });
  });
}

void Node::resign(const Wait& wait) {
  if (!parts_->groups) return;
  wait([&](Task done) { parts_->groups->stop(std::move(done)); });
}

void Node::close_logs(const Wait& wait) {
  Parts& parts = *parts_;
  if (parts.upkeep) parts.upkeep->stop();
  if (parts.scrub) parts.scrub->stop();
  if (!parts.logs_loaded) return;
  wait([&](Task done) {
    parts.lane.run([&parts, done = std::move(done)]() mutable {
      parts.fetchers->stop();
      // Before it has registered, the node is still the one that was shut down cleanly, or was not.
      parts.replicas->close(parts.broker_epoch < 0 ? parts.previous_broker_epoch : parts.broker_epoch.load());
      done();
    });
  });
}

void Node::leave(const Wait& wait) {
  Parts& parts = *parts_;
  if (!parts.driver) return;
  wait([&](Task done) {
    parts.lane.run([&parts, done = std::move(done)]() mutable {
      parts.fetchers->stop();
      done();
    });
  });
  wait([&](Task done) {
    parts.world.quorum_loop.post([&parts, done = std::move(done)]() mutable {
      parts.declarations.reset();
      parts.active.reset();
      if (parts.life) parts.life->stop();
      if (parts.registrar) parts.registrar->stop();
      if (parts.isr_changer) parts.isr_changer->stop();
      if (parts.directory_assigner) parts.directory_assigner->stop();
      for (auto* client : {parts.heartbeats.get(), parts.isr_client.get(), parts.forwards.get()})
        if (client != nullptr) client->stop();
      parts.ends->stop();
      parts.quorum->stop();
      parts.driver->stop(std::move(done));
    });
  });
}

}  // namespace klamm::broker
