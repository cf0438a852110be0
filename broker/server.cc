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
#include "broker/memory_budget.h"
#include "broker/metadata/snapshot_file.h"
#include "broker/metadata_log.h"
#include "broker/net/loop_pool.h"
#include "broker/net/net_server.h"
#include "broker/net/worker_pool.h"
#include "broker/node.h"
#include "broker/quota/quota_limits.h"
#include "broker/server_admin.h"
#include "broker/server_peers.h"
#include "broker/server_security.h"
#include "storage/posix_disk.h"

namespace klamm::broker {
namespace {

constexpr int64_t kLeaderPatienceMs = 60'000;
// A little longer than a node asks its cluster to let it go.
constexpr int64_t kShutdownPatienceMs = 310'000;
// Made when they are needed. A name server that does not answer holds one for as long as it takes to give up,
// for each connection that is wanted to a node, of which there are half a dozen; addresses are behind them.
constexpr int kResolvers = 8;
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
  Parts(NodeConfig node_config, NotifyTerms notify)
      : config(std::move(node_config)), service(std::move(notify), clock) {}

  NodeConfig config;
  SystemClock clock;
  SystemRandom random;
  storage::PosixDisk disk;  // the metadata log's
  storage::PosixDisk data_disk{descriptor_ceiling()};
  absl::Mutex failure_mutex;
  std::string failure ABSL_GUARDED_BY(failure_mutex);

  std::unique_ptr<MemoryBudget> memory;
  std::unique_ptr<net::WorkerPool> workers;
  std::unique_ptr<net::WorkerPool> fsync;      // the metadata log's
  std::unique_ptr<net::WorkerPool> flushers;   // those of logs whose acknowledgements wait for the disk
  std::unique_ptr<net::WorkerPool> resolvers;  // of the names of other nodes
  std::unique_ptr<net::LoopPool> loops;
  std::unique_ptr<net::LoopThread> quorum_loop;
  std::unique_ptr<ServerPeers> peers;
  std::unique_ptr<Node> node;
  std::unique_ptr<ServerSecurity> security;
  std::unique_ptr<net::NetServer> network;
  std::unique_ptr<ServerAdmin> admin;  // null where nobody is to ask
  absl::Mutex limits_mutex;
  bool listens ABSL_GUARDED_BY(limits_mutex) = false;
  ServiceNotifier service;

  Signal caught_up;
  Signal unfenced;
  Signal may_stop;
  bool joined = false;
  uint64_t descriptors = 0;              // how many files may be open at once
  int32_t connections_room = INT32_MAX;  // on the lane
  IpRates ip_rates;                      // on the lane: those that were asked for last
  std::atomic<uint64_t> ip_rates_asked{0};
  absl::Mutex ip_rates_mutex;  // held while the last ones are worked out

  Result<void, Failure> start();
  void make_threads();
  Result<void, Failure> make_node(bool has_metadata);
  Result<void, Failure> wait_until(Signal& signal, std::string_view what);
  Result<void, Failure> open_listeners();
  void follow_image(const ClusterImage& before, const ClusterImage& after);
  void take_up_settings(const ClusterImage& image);
  Result<void, Failure> adopt(const SecurityConfig& secured);
  void follow_security(const SecurityConfig& secured) ABSL_LOCKS_EXCLUDED(limits_mutex);
  void set_limits(const NetworkConfig& limits);
  void follow_replicas();
  void follow_ip_rates(const ClusterImage& image) ABSL_LOCKS_EXCLUDED(limits_mutex);
  void stop();
  void fatal(const std::string& message);
  bool has_failed();
  void tell_recovery();
  std::vector<Loop*> all_loops() const;
};

Result<void, Failure> Server::Parts::start() {
  service.start();
  const bool has_metadata = disk.exists(config.metadata_log.dir + "/" + std::string(kMetadataDirectory));
  make_threads();
  if (auto made = make_node(has_metadata); !made) return made;
  auto asked = ServerAdmin::open(config, clock, *node);
  if (!asked) return Error{asked.error()};
  admin = *std::move(asked);
  auto secured = ServerSecurity::make(config, node->images(), clock, has_metadata);
  if (!secured) return Error{secured.error()};
  security = std::move(*secured);
  // A port that is in use is said before the logs are recovered.
  auto bound = net::BoundListeners::bind(config.network);
  if (!bound) return Error{bound.error()};
  descriptors = raise_descriptor_limit();
  if (auto loaded = node->load(); !loaded) return loaded;
  network = std::make_unique<net::NetServer>(config.network, *loops, *workers, *memory, node->handler(),
                                             &security->gates());
  loops->start();
  quorum_loop->start();
  // Others are needed for a leader to be found, and the controller for this broker to be unfenced. Clients of
  // the brokers wait, whatever early.start.listeners says: what they are told before that may be long over.
  auto is_early = [](const Listener& listener) { return listener.controller; };
  if (auto listening = network->start(std::move(*bound), is_early); !listening) return listening;
  if (admin) admin->attach(*node, *network, *loops, *quorum_loop, *memory);
  node->join();
  joined = true;
  if (auto waited = wait_until(caught_up, "the cluster's metadata"); !waited) return waited;
  if (auto adopted = adopt(node->config_of(*node->images().get()).security); !adopted) return adopted;
  node->ready();
  if (config.is_broker) {
    if (auto waited = wait_until(unfenced, "the controller to count on it"); !waited) return waited;
  }
  return open_listeners();
}

// The stores that listeners have been given since the file was written are for both ends of connections.
Result<void, Failure> Server::Parts::adopt(const SecurityConfig& secured) {
  if (auto adopted = security->adopt(secured); !adopted) return adopted;
  for (const auto& [name, listener] : secured.listeners) {
    const auto& of_file = config.security.listeners.at(name).tls;
    if (!listener.tls || listener.unfit || *listener.tls == *of_file) continue;
    peers->follow(name, *listener.tls, clock.wall_ms());
  }
  return {};
}

void Server::Parts::make_threads() {
  memory = std::make_unique<MemoryBudget>(memory_limits(config.network));
  workers = std::make_unique<net::WorkerPool>("disk", config.network.disk_workers);
  fsync = std::make_unique<net::WorkerPool>("fsync", 1);
  flushers = std::make_unique<net::WorkerPool>("flush", kFlushers);
  resolvers = std::make_unique<net::WorkerPool>("resolve", kResolvers);
  loops = std::make_unique<net::LoopPool>(config.network.loops, clock);
  quorum_loop = std::make_unique<net::LoopThread>("quorum", clock);
}

Result<void, Failure> Server::Parts::make_node(bool has_metadata) {
  std::vector<net::LoopThread*> threads = {quorum_loop.get()};
  std::vector<Loop*> network_loops;
  for (size_t i = 0; i < loops->size(); ++i) {
    threads.push_back(&loops->at(i));
    network_loops.push_back(&loops->at(i));
  }
  auto made = ServerPeers::make(config, threads, *resolvers, random, clock.wall_ms(), has_metadata);
  if (!made) return Error{made.error()};
  peers = std::move(*made);
  node = std::make_unique<Node>(
      config, Node::World{.disk = disk,
                          .data_disk = data_disk,
                          .clock = clock,
                          .random = random,
                          .quorum_loop = *quorum_loop,
                          .loops = std::move(network_loops),
                          .workers = *workers,
                          .fsync = *fsync,
                          .flushers = *flushers,
                          .client_memory = memory->clients().limit(),
                          .connect =
                              [this](PeerListener which, Loop& loop, NodeId id, const NodeAddress& address) {
                                return peers->connect(which, loop, id, address);
                              },
                          .store_trial =
                              [this](const std::string& listener, const security::TlsConfig& stores) {
                                return security->try_stores(listener, stores);
                              },
                          .is_cancelled =
                              [this] {
                                tell_recovery();
                                return is_asked_to_end();
                              },
                          .fatal = [this](const std::string& message) { fatal(message); },
                          .on_image = [this](const ClusterImage& before,
                                             const ClusterImage& after) { follow_image(before, after); },
                          .on_caught_up = [this] { caught_up.set(); },
                          .on_fenced =
                              [this](bool fenced) {
                                if (!fenced) unfenced.set();
                                service.on_fenced(fenced);
                              },
                          .on_may_stop = [this] { may_stop.set(); }});
  return {};
}

// As in Kafka without an end, but where no controller is to be found: then the log says so once in a while.
Result<void, Failure> Server::Parts::wait_until(Signal& signal, std::string_view what) {
  service.on_waiting(std::string(what));
  for (int64_t waited_ms = kStartCheckMs; !signal.wait_for(kStartCheckMs); waited_ms += kStartCheckMs) {
    service.on_sign_of_life();
    if (is_asked_to_end()) return Error{Failure{fmt::format("the node was waiting for {}", what)}};
    if (waited_ms % kLeaderPatienceMs != 0) continue;
    LOG_WARN("node {} has been waiting for {} for {} s{}", config.id.value, what, waited_ms / 1000,
             node->has_met_leader()
                 ? ""
                 : ": its metadata quorum has had no leader in that time; are a majority of the "
                   "controllers running, and reached at their listener?");
  }
  return {};
}

Result<void, Failure> Server::Parts::open_listeners() {
  if (auto set = network->set_limits(node->config_of(*node->images().get()).network); !set)
    LOG_WARN("limits stay as they were: {}", set.error().message);
  if (auto listening = network->open_rest(); !listening) return listening;
  security->start(*quorum_loop, *workers,
                  [this](const std::string& listener, const security::TlsConfig& stores) {
                    peers->follow(listener, stores, clock.wall_ms());
                  });
  {
    absl::MutexLock lock(&limits_mutex);
    listens = true;
  }
  // Settings may have changed meanwhile: on the lane none that came later is passed over.
  node->run_on_lane([this] {
    const auto image = node->images().get();
    take_up_settings(*image);
    follow_ip_rates(*image);
    follow_replicas();
  });
  node->start_upkeep();
  node->stats().health.serves = true;
  return {};
}

// On the lane: what can change while the node runs follows the settings of brokers.
void Server::Parts::follow_image(const ClusterImage& before, const ClusterImage& after) {
  auto same = [&](const std::string& name) {
    return before.configs().of(ConfigResourceType::kBroker, name) ==
           after.configs().of(ConfigResourceType::kBroker, name);
  };
  if (!same("") || !same(std::to_string(config.id.value))) take_up_settings(after);
  if (!before.client_quotas().entities().same_as(after.client_quotas().entities())) follow_ip_rates(after);
  follow_replicas();
}

// On the lane, once there is somebody to listen. Quotas of addresses may name hosts, for which name servers
// are asked; of several changes that wait for them the last counts.
void Server::Parts::follow_ip_rates(const ClusterImage& image) {
  {
    absl::MutexLock lock(&limits_mutex);
    if (!listens) return;
  }
  IpRates now = ip_rates_of(image.client_quotas());
  if (now == ip_rates) return;
  ip_rates = now;
  resolvers->run([this, now = std::move(now), asked = ++ip_rates_asked] {
    absl::MutexLock lock(&ip_rates_mutex);
    if (asked == ip_rates_asked) network->set_ip_rates(now);
  });
}

// On the lane.
void Server::Parts::take_up_settings(const ClusterImage& image) {
  if (auto wrong = find_wrong_limits(BrokerSettings(image.configs(), config).layers()))
    LOG_WARN("limits of connections are those of the file: {}", *wrong);
  const NodeConfig now = node->config_of(image);
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
  const int32_t room = connections_beside(descriptors, node->replicas());
  if (room != std::exchange(connections_room, room)) network->set_room(room);
}

// The cluster is asked first, while everything still runs. Then members that wait for others are answered, so
// that their connections may end; then requests end, then what they caused is flushed, then the quorum is
// left.
void Server::Parts::stop() {
  auto wait = [](const std::function<void(Task done)>& begin) {
    Signal ended;
    begin([&] { ended.set(); });
    // The task names this frame, so that there is no leaving before it has run.
    ended.wait_for(INT64_MAX / 1'000'000);
  };
  if (node) node->stats().health.stops = true;
  ++ip_rates_asked;  // those that wait for name servers are wanted no more
  if (joined && !has_failed()) {
    node->begin_shutdown();
    may_stop.wait_for(kShutdownPatienceMs);
    node->hand_over(wait);
  }
  if (node) node->resign(wait);
  if (network) network->stop(kStopPatienceMs);
  if (security) security->stop();
  if (node) node->close_logs(wait);
  if (node) node->leave(wait);
  if (admin) admin->stop();
  if (workers) workers->stop();
  if (fsync) fsync->stop();
  if (flushers) flushers->stop();
  if (resolvers) resolvers->stop();
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

bool Server::Parts::has_failed() {
  absl::MutexLock lock(&failure_mutex);
  return !failure.empty();
}

// From any thread that recovers logs.
void Server::Parts::tell_recovery() {
  const metrics::StartProgress& start = node->stats().start;
  const int64_t logs = start.logs;
  if (logs > 0) return service.on_recovery(start.logs_loaded, logs);
  service.on_sign_of_life();
}

std::vector<Loop*> Server::Parts::all_loops() const {
  std::vector<Loop*> all = {quorum_loop.get()};
  for (size_t i = 0; i < loops->size(); ++i) all.push_back(&loops->at(i));
  return all;
}

Server::Server(NodeConfig config, NotifyTerms notify)
    : parts_(std::make_unique<Parts>(std::move(config), std::move(notify))) {
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
  parts_->service.on_serving(parts_->all_loops());
  return {};
}

void Server::stop() {
  parts_->service.on_stopping();
  parts_->stop();
}

void Server::wait_for_end() {
  sigset_t signals = ending_signals();
  int received = 0;
  sigwait(&signals, &received);
  if (!has_failed()) LOG_INFO("Terminating process due to signal SIG{}", sigabbrev_np(received));
}

bool Server::has_failed() const { return parts_->has_failed(); }

}  // namespace klamm::broker
