#include "broker/server.h"

#include <absl/synchronization/mutex.h>
#include <fmt/core.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/logging.h"
#include "base/random.h"
#include "broker/config/alter.h"
#include "broker/config/broker_settings.h"
#include "broker/config/descriptors.h"
#include "broker/controller/brokers.h"
#include "broker/controller_host.h"
#include "broker/lane.h"
#include "broker/memory_budget.h"
#include "broker/metadata/snapshot_file.h"
#include "broker/net/loop_pool.h"
#include "broker/net/net_server.h"
#include "broker/net/worker_pool.h"
#include "broker/quorum_start.h"
#include "broker/raft_driver.h"
#include "broker/replica/log_manager.h"
#include "broker/replica/replica_manager.h"
#include "broker/server_dispatch.h"
#include "broker/server_security.h"
#include "broker/upkeep.h"
#include "storage/posix_disk.h"

namespace klamm::broker {
namespace {

constexpr int64_t kStartPatienceMs = 60'000;
constexpr int64_t kStopPatienceMs = 3'000;
// Syncs that run side by side share the file system's journal commits.
constexpr int kFlushers = 4;
// How soon a start that has failed, or is not wanted any more, is noticed.
constexpr int64_t kStartCheckMs = 50;

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  struct sigaction hangup {};
  sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) sigaddset(&signals, SIGHUP);
  return signals;
}

// Set once, waited for by the thread that started the node.
class Signal {
 public:
  void set() {
    absl::MutexLock lock(&mutex_);
    done_ = true;
  }
  bool wait_for(int64_t ms) {
    absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithTimeout(absl::Condition(&done_), absl::Milliseconds(ms));
  }

 private:
  absl::Mutex mutex_;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
};

MemoryLimits memory_limits(const NetworkConfig& network) {
  uint64_t machine =
      network.memory_bytes > 0 ? static_cast<uint64_t>(network.memory_bytes) * 4 : usable_memory();
  return MemoryLimits::of_machine(machine);
}

}  // namespace

void hold_ending_signals() {
  // Inherited by every thread that is made from here on: wait_for_end() alone takes these signals.
  sigset_t signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

// A signal to the process waits for all of its threads.
bool is_asked_to_end() {
  sigset_t pending;
  sigpending(&pending);
  sigset_t ending = ending_signals();
  sigset_t both;
  sigandset(&both, &pending, &ending);
  return sigisemptyset(&both) == 0;
}

// In the order in which they are made; what stands below uses what stands above.
struct Server::Parts {
  explicit Parts(NodeConfig node_config) : config(std::move(node_config)) {}

  NodeConfig config;
  SystemClock clock;
  SystemRandom random;
  storage::PosixDisk disk;  // the metadata log's
  storage::PosixDisk data_disk{descriptor_ceiling()};
  Shortage shortage{clock};  // of data_disk
  BrokerLoggers loggers;
  absl::Mutex failure_mutex;
  std::string failure ABSL_GUARDED_BY(failure_mutex);

  std::unique_ptr<MemoryBudget> memory;
  std::unique_ptr<net::WorkerPool> workers;
  std::unique_ptr<net::WorkerPool> fsync;     // the metadata log's
  std::unique_ptr<net::WorkerPool> flushers;  // those of logs whose acknowledgements wait for the disk
  std::unique_ptr<net::LoopPool> loops;
  std::unique_ptr<net::LoopThread> quorum_loop;

  PublishedImage images;
  Partitions partitions;
  std::string cluster_id;
  std::unique_ptr<storage::LogDir> metadata_directory;  // if metadata.log.dir is none of log.dirs
  std::unique_ptr<ReplicaManager> replicas;
  std::unique_ptr<Lane> lane;
  std::unique_ptr<LedGroups> groups;
  std::unique_ptr<ControllerHost> controller;
  std::unique_ptr<RaftDriver> driver;
  std::unique_ptr<ProducerIds> producer_ids;
  std::unique_ptr<FetchBudget> fetch_budget;
  std::unique_ptr<FetchSessionCache> sessions;
  std::unique_ptr<Upkeep> upkeep;
  std::unique_ptr<ServerDispatch> dispatch;
  std::unique_ptr<ServerSecurity> security;
  std::unique_ptr<net::NetServer> network;
  absl::Mutex limits_mutex;
  bool listens ABSL_GUARDED_BY(limits_mutex) = false;

  Uuid incarnation_id;
  std::vector<Uuid> directories;
  int64_t previous_broker_epoch = -1;
  std::atomic<int64_t> broker_epoch{-1};
  std::atomic<bool> leads{false};  // the quorum has had this node as its leader
  Signal unfenced;
  bool logs_loaded = false;
  uint64_t descriptors = 0;              // how many files may be open at once
  int32_t connections_room = INT32_MAX;  // on the lane

  Result<void, Failure> start();
  Result<void, Failure> open_logs();
  Result<void, Failure> make_quorum();
  NodeConfig config_of(const ClusterImage& image) const;
  void follow_security(const SecurityConfig& secured) ABSL_LOCKS_EXCLUDED(limits_mutex);
  void follow_limits(const ClusterImage& before, const ClusterImage& after);
  void take_up_settings(const ClusterImage& image);
  void set_limits(const NetworkConfig& limits);
  void follow_replicas();
  void make_groups();
  void make_handlers();
  Result<void, Failure> wait_until_unfenced();
  void register_broker();
  void unfence_broker();
  void allocate_producer_ids();
  void stop();
  void fatal(const std::string& message);
};

Result<void, Failure> Server::Parts::start() {
  const bool has_metadata = disk.exists(config.metadata_log.dir + "/" + std::string(kMetadataDirectory));
  auto secured = ServerSecurity::make(config, images, clock, has_metadata);
  if (!secured) return Error{secured.error()};
  security = std::move(*secured);
  // A port that is in use is said before the logs are recovered.
  auto bound = net::BoundListeners::bind(config.network);
  if (!bound) return Error{bound.error()};
  memory = std::make_unique<MemoryBudget>(memory_limits(config.network));
  workers = std::make_unique<net::WorkerPool>("disk", config.network.disk_workers);
  fsync = std::make_unique<net::WorkerPool>("fsync", 1);
  flushers = std::make_unique<net::WorkerPool>("flush", kFlushers);
  lane = std::make_unique<Lane>(*workers);
  loops = std::make_unique<net::LoopPool>(config.network.loops, clock);
  quorum_loop = std::make_unique<net::LoopThread>("quorum", clock);
  if (auto opened = open_logs(); !opened) return opened;
  make_groups();
  if (auto made = make_quorum(); !made) return made;
  make_handlers();
  loops->start();
  quorum_loop->start();
  quorum_loop->post([this] { driver->start(); });
  if (auto waited = wait_until_unfenced(); !waited) return waited;
  const NodeConfig now = config_of(*images.get());
  if (auto adopted = security->adopt(now.security); !adopted) return adopted;
  network =
      std::make_unique<net::NetServer>(now.network, *loops, *workers, *memory, *dispatch, &security->gates());
  if (auto listening = network->start(std::move(*bound)); !listening) return listening;
  security->start(*quorum_loop, *workers);
  {
    absl::MutexLock lock(&limits_mutex);
    listens = true;
  }
  // Settings may have changed meanwhile: on the lane none that came later is passed over.
  lane->run([this] {
    take_up_settings(*images.get());
    follow_replicas();
  });
  upkeep->start();
  return {};
}

// The quorum is given up on after a while. To follow what it has decided takes as long as there are
// partitions.
Result<void, Failure> Server::Parts::wait_until_unfenced() {
  for (int64_t waited_ms = 0; !unfenced.wait_for(kStartCheckMs); waited_ms += kStartCheckMs) {
    if (is_asked_to_end()) return Error{Failure{"the quorum had not yet made it a broker"}};
    if (leads || waited_ms < kStartPatienceMs) continue;
    return Error{Failure{fmt::format("the metadata quorum of node {} has had no leader for {} s",
                                     config.id.value, kStartPatienceMs / 1000)}};
  }
  return {};
}

Result<void, Failure> Server::Parts::open_logs() {
  auto logs = LogManager::open(data_disk, random, config.id, config.storage);
  if (!logs) return Error{logs.error()};
  descriptors = raise_descriptor_limit();
  if (auto few = check_descriptors_for(descriptors, (*logs)->partition_count())) {
    LOG_WARN("{}", few->text);
  }
  cluster_id = (*logs)->cluster_id();
  previous_broker_epoch = (*logs)->previous_broker_epoch();
  for (const auto& directory : (*logs)->directories()) directories.push_back(directory->id());
  const auto& data = config.storage.log_dirs;
  if (std::find(data.begin(), data.end(), config.metadata_log.dir) == data.end()) {
    // Identified and locked as those of data are: two processes may not write one metadata log (KAFKA-14557).
    auto opened = storage::LogDir::open(disk, random, config.metadata_log.dir, {config.id, cluster_id});
    if (!opened) return Error{Failure{opened.error().message}};
    metadata_directory = std::move(*opened);
  }
  ReplicaManager::Uses uses{data_disk, clock,    partitions,
                            *flushers, shortage, [this](const std::string& message) { fatal(message); }};
  replicas = std::make_unique<ReplicaManager>(uses, config, std::move(*logs));
  auto loaded = replicas->load(is_asked_to_end);
  logs_loaded = loaded.ok();
  return loaded;
}

Result<void, Failure> Server::Parts::make_quorum() {
  Uuid directory = metadata_directory ? metadata_directory->id() : directories.front();
  for (size_t i = 0; i < config.storage.log_dirs.size(); ++i) {
    if (config.storage.log_dirs[i] == config.metadata_log.dir) directory = directories[i];
  }
  auto start = read_quorum_start(disk, config, cluster_id, directory, clock.wall_ms(), is_asked_to_end);
  if (!start) return Error{start.error()};
  auto on_fatal = [this](const std::string& message) { fatal(message); };
  auto apply = [this](ControllerHost::Image before, ControllerHost::Image after, Task done) {
    lane->run([this, before = std::move(before), after = std::move(after), done = std::move(done)]() mutable {
      replicas->apply(*before, *after);
      groups->follow(*before, *after);
      follow_limits(*before, *after);
      follow_replicas();
      done();
    });
  };
  auto on_active = [this](bool active) {
    if (!active) return;
    leads = true;
    quorum_loop->post([this] { register_broker(); });
  };
  controller = std::make_unique<ControllerHost>(ControllerHost::Uses{
      *quorum_loop, random, config, images, disk, clock, *workers, apply, on_active, on_fatal});
  driver = std::make_unique<RaftDriver>(
      RaftDriver::Uses{*quorum_loop, *fsync, disk, clock, random, *controller, on_fatal},
      std::move(start->log), start->config, start->self, start->voters, start->remembered,
      start->kraft_version, start->applied);
  controller->attach(*driver, std::move(start->bootstrap), std::move(start->loader), start->applied);
  return {};
}

NodeConfig Server::Parts::config_of(const ClusterImage& image) const {
  BrokerSettings settings(image.configs(), config);
  return reconfigured(config, settings.layers());
}

// On the lane: what can change while the node runs follows the settings of brokers.
void Server::Parts::follow_limits(const ClusterImage& before, const ClusterImage& after) {
  auto same = [&](const std::string& name) {
    return before.configs().of(ConfigResourceType::kBroker, name) ==
           after.configs().of(ConfigResourceType::kBroker, name);
  };
  if (same("") && same(std::to_string(config.id.value))) return;
  take_up_settings(after);
}

// On the lane.
void Server::Parts::take_up_settings(const ClusterImage& image) {
  if (auto wrong = find_wrong_limits(BrokerSettings(image.configs(), config).layers()))
    LOG_WARN("limits of connections are those of the file: {}", *wrong);
  const NodeConfig now = config_of(image);
  set_limits(now.network);
  follow_security(now.security);
}

// On the lane, once there is somebody to listen.
void Server::Parts::follow_security(const SecurityConfig& secured) {
  absl::MutexLock lock(&limits_mutex);
  if (listens) security->follow(secured);
}

void Server::Parts::set_limits(const NetworkConfig& limits) {
  workers->set_threads_max(limits.disk_workers);
  absl::MutexLock lock(&limits_mutex);
  // Listeners are opened with the limits of their day.
  if (!listens) return;
  if (auto set = network->set_limits(limits); !set)
    LOG_WARN("limits stay as they were: {}", set.error().message);
}

// On the lane: connections leave the descriptors to logs that these need.
void Server::Parts::follow_replicas() {
  absl::MutexLock lock(&limits_mutex);
  if (!listens) return;
  const int32_t room = connections_beside(descriptors, replicas->count());
  if (room != std::exchange(connections_room, room)) network->set_room(room);
}

// Deadlines are short work, and are spread over the network loops, which are there and idle when nothing else
// is to be done.
void Server::Parts::make_groups() {
  auto loop_of = [this](int32_t partition) -> Loop& {
    return loops->at(static_cast<size_t>(partition) % loops->size());
  };
  groups = std::make_unique<LedGroups>(
      LedGroups::Uses{config.groups, clock, random, *workers, partitions, loop_of}, config.id);
}

void Server::Parts::make_handlers() {
  producer_ids = std::make_unique<ProducerIds>([this] { allocate_producer_ids(); });
  fetch_budget = std::make_unique<FetchBudget>(FetchBudget::partitions_of(memory->clients().limit()));
  sessions = std::make_unique<FetchSessionCache>(static_cast<size_t>(config.broker.fetch_sessions_max),
                                                 *fetch_budget, random);
  upkeep = std::make_unique<Upkeep>(*quorum_loop, *lane, *replicas, config.storage);
  dispatch = std::make_unique<ServerDispatch>(
      ServerDispatch::Uses{config, cluster_id, clock, images, partitions, *sessions, *producer_ids, *workers,
                           *lane, *replicas, *quorum_loop, *controller, loggers, *groups,
                           [this](const std::string& listener, const security::TlsConfig& stores) {
                             return security->try_stores(listener, stores);
                           }});
}

// On the quorum loop, whenever this node has become the controller: itself is the first broker it registers.
void Server::Parts::register_broker() {
  if (!controller->is_active() || !config.is_broker) return;
  if (incarnation_id.is_zero()) incarnation_id = Uuid::random(random);
  Registration registration{config.id,          incarnation_id, {},
                            config.broker.rack, directories,    previous_broker_epoch};
  for (const Endpoint& endpoint : config.network.advertised) {
    registration.endpoints.push_back({endpoint.listener, endpoint.host, static_cast<uint16_t>(endpoint.port),
                                      static_cast<int16_t>(endpoint.protocol)});
  }
  Offset epoch = controller->next_offset();
  Decision decision = decide_register_broker(controller->view(), registration, epoch);
  controller->perform(std::move(decision), [this, epoch](ErrorCode code) {
    if (code != ErrorCode::kNone) return;
    broker_epoch = epoch.value;
    LOG_INFO("Registered broker {} at broker epoch {}", config.id.value, epoch.value);
    unfence_broker();
  });
}

void Server::Parts::unfence_broker() {
  Decision decision = decide_unfence_broker(controller->view(), config.id);
  controller->perform(std::move(decision), [this](ErrorCode code) {
    if (code != ErrorCode::kNone) return;
    lane->run([this] {
      replicas->finish_start();
      LOG_INFO("[BrokerLifecycleManager id={}] Transitioning from RECOVERY to RUNNING.", config.id.value);
      unfenced.set();
    });
  });
}

void Server::Parts::allocate_producer_ids() {
  quorum_loop->post([this] {
    if (!controller->is_active()) return producer_ids->on_block(Error{ErrorCode::kNotController}, 0);
    ProducerIdBlock block = decide_allocate_producer_ids(controller->view(), config.id, broker_epoch);
    controller->perform(std::move(block.decision), [this, first = block.first](ErrorCode code) {
      if (code != ErrorCode::kNone) return producer_ids->on_block(Error{code}, 0);
      producer_ids->on_block(first, kProducerIdBlockSize);
    });
  });
}

// Members that wait for others are answered first, so that their connections may end; then requests end, then
// what they caused is flushed, then the quorum's log is closed.
void Server::Parts::stop() {
  if (groups) {
    Signal resigned;
    groups->stop([&] { resigned.set(); });
    resigned.wait_for(INT64_MAX / 1'000'000);
  }
  if (network) network->stop(kStopPatienceMs);
  if (upkeep) upkeep->stop();
  if (security) security->stop();
  if (logs_loaded) {
    Signal closed;
    lane->run([&] {
      // Before it has registered, the node is still the one that was shut down cleanly, or was not.
      replicas->close(broker_epoch < 0 ? previous_broker_epoch : broker_epoch.load());
      closed.set();
    });
    closed.wait_for(INT64_MAX / 1'000'000);
  }
  if (driver && quorum_loop) {
    Signal stopped;
    quorum_loop->post([&] { driver->stop([&] { stopped.set(); }); });
    // The task names this frame, so that there is no leaving before it has run.
    stopped.wait_for(INT64_MAX / 1'000'000);
  }
  if (workers) workers->stop();
  if (fsync) fsync->stop();
  if (flushers) flushers->stop();
  if (quorum_loop) quorum_loop->stop();
  if (loops) loops->stop();
}

// From any thread. The process ends with the message; what was acknowledged is on disk or was never promised
// to be.
void Server::Parts::fatal(const std::string& message) {
  {
    absl::MutexLock lock(&failure_mutex);
    if (!failure.empty()) return;
    failure = message;
  }
  LOG_ERROR("{}", message);
  kill(getpid(), SIGTERM);
}

Server::Server(NodeConfig config) : parts_(std::make_unique<Parts>(std::move(config))) {
  hold_ending_signals();
}

Server::~Server() = default;

Result<void, Failure> Server::start() {
  auto started = parts_->start();
  if (!started) return started;
  for (const Listener& listener : parts_->config.network.listeners) {
    LOG_INFO("listening on {}://{}:{}", listener.endpoint.listener,
             listener.endpoint.host.empty() ? "0.0.0.0" : listener.endpoint.host,
             parts_->network->port(listener.endpoint.listener));
  }
  LOG_INFO("[KafkaRaftServer nodeId={}] Kafka Server started", parts_->config.id.value);
  return {};
}

void Server::stop() { parts_->stop(); }

void Server::wait_for_end() {
  sigset_t signals = ending_signals();
  int received = 0;
  sigwait(&signals, &received);
  if (!has_failed()) LOG_INFO("Terminating process due to signal SIG{}", sigabbrev_np(received));
}

bool Server::has_failed() const {
  absl::MutexLock lock(&parts_->failure_mutex);
  return !parts_->failure.empty();
}

}  // namespace klamm::broker
