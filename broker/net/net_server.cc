#include "broker/net/net_server.h"

#include <absl/synchronization/mutex.h>
#include <absl/synchronization/notification.h>
#include <absl/time/time.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/logging.h"
#include "broker/config/descriptors.h"
#include "broker/net/acceptor.h"
#include "broker/net/cpu_count.h"
#include "broker/net/handshakes.h"
#include "broker/net/loop_host.h"

namespace klamm::broker::net {
namespace {

// A configured time beyond this is meant as never, and would overflow when added to now.
constexpr int64_t kNeverMs = int64_t{1} << 50;

// Where brokers and clients share the only listener but the controllers', it is the clients' (so it is in
// Kafka, whose controllers count their connections apart).
bool is_between_brokers(const NetworkConfig& config, const Listener& listener) {
  const bool has_own = std::count_if(config.listeners.begin(), config.listeners.end(),
                                     [](const Listener& each) { return !each.controller; }) > 1;
  return has_own && listener.endpoint.listener == config.inter_broker_listener;
}

std::vector<ConnectionLimits::OfListener> limits_of_listeners(const NetworkConfig& config) {
  std::vector<ConnectionLimits::OfListener> limits;
  for (const auto& listener : config.listeners) {
    limits.push_back({.connections_max = listener.connections_max,
                      .creation_rate_max = listener.connection_creation_rate_max,
                      .between_brokers = is_between_brokers(config, listener)});
  }
  return limits;
}

Result<ConnectionLimits::OfNode, Failure> limits_of_node(const NetworkConfig& config) {
  ConnectionLimits::OfNode node{.connections_max = config.connections_max,
                                .creation_rate_max = config.connection_creation_rate_max,
                                .per_ip_max = config.connections_per_ip_max};
  for (const auto& [host, most] : config.connections_per_ip_overrides) {
    auto addresses = resolve(host);
    if (!addresses) {
      return Error{
          Failure{fmt::format("max.connections.per.ip.overrides: the host {} is not known ({}): name an "
                              "address, or a host that resolves",
                              host, addresses.error().message)}};
    }
    for (const IpAddress& ip : *addresses) node.per_ip_overrides[ip] = most;
  }
  return node;
}

bool has_tls(const NetworkConfig& config) {
  return std::any_of(config.listeners.begin(), config.listeners.end(),
                     [](const Listener& each) { return speaks_tls(each.endpoint.protocol); });
}

// Half of the cores at most, and never many: a storm of handshakes takes what it is given.
int handshake_threads() { return usable_cores() >= 4 ? 2 : 1; }

// Of the other end; 0 where the kernel does not know any more.
uint16_t peer_port(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getpeername(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

// Runs `task` on the loop and waits for it. When the loop has ended it runs here: nobody else is there then.
void run_on(LoopThread& loop, absl::AnyInvocable<void()> task) {
  struct Signal {
    absl::Notification& done;
    ~Signal() { done.Notify(); }
  };
  absl::Notification done;
  bool ran = false;
  loop.post([&task, &ran, signal = std::make_unique<Signal>(done)] {
    task();
    ran = true;
  });
  done.WaitForNotification();
  if (!ran) task();
}

void add(const LoopStats& one, NetStats& sum) {
  sum.connections += one.connections.load();
  sum.connections_opened += one.connections_opened.load();
  sum.connections_idle_closed += one.connections_idle_closed.load();
  sum.requests += one.requests.load();
  sum.bytes_in += one.bytes_in.load();
  sum.bytes_out += one.bytes_out.load();
  sum.cold_reads += one.cold_reads.load();
  sum.handshakes += one.handshakes.load();
  sum.handshakes_failed += one.handshakes_failed.load();
  sum.logins += one.logins.load();
  sum.logins_failed += one.logins_failed.load();
  sum.sessions_expired += one.sessions_expired.load();
}

// Counts the hosts that still have connections.
struct Drain {
  absl::Mutex mutex;
  size_t hosts_left ABSL_GUARDED_BY(mutex);

  bool is_done() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) { return hosts_left == 0; }
};

}  // namespace

// Shared, so that a message between loops that is on its way when the server goes still finds it.
struct NetServer::State : std::enable_shared_from_this<State> {
  State(NetworkConfig config, LoopPool& loops, Workers& workers, MemoryBudget& memory,
        RequestHandler& handler, const ListenerGates* gates)
      : config(std::move(config)),
        loops(loops),
        workers(workers),
        memory(memory),
        handler(handler),
        gates(gates) {}

  NetworkConfig config;
  LoopPool& loops;
  Workers& workers;
  MemoryBudget& memory;
  RequestHandler& handler;
  const ListenerGates* gates;

  std::unique_ptr<ConnectionLimits> limits;
  std::unique_ptr<Handshakes> handshakes;            // if a listener has TLS
  std::vector<std::unique_ptr<LoopHost>> hosts;      // one for each loop
  std::vector<std::shared_ptr<Acceptor>> acceptors;  // one for each listener
  std::vector<uint16_t> ports;
  std::optional<BoundListeners> closed;  // those that are not accepted on yet
  std::vector<bool> is_open;
  std::atomic<uint64_t> next_connection{0};
  const std::shared_ptr<SoftwareCensus> softwares = std::make_shared<SoftwareCensus>();
  bool running = false;

  Result<void, Failure> read_limits();
  HostParts host_parts() const;
  LoopThread& loop_of_listener(size_t index) const { return loops.at(index % loops.size()); }
  void accepted(size_t listener, int socket, const IpAddress& ip);
  MemoryPart& memory_of(size_t listener) const;
  void close_least_recent(size_t host, size_t asked = 0);
  int32_t close_excess();
};

NetServer::NetServer(NetworkConfig config, LoopPool& loops, Workers& workers, MemoryBudget& memory,
                     RequestHandler& handler, const ListenerGates* gates)
    : state_(std::make_shared<State>(std::move(config), loops, workers, memory, handler, gates)) {}

NetServer::~NetServer() { stop(0); }

Result<void, Failure> NetServer::start() {
  auto bound = BoundListeners::bind(state_->config);
  if (!bound) return Error{std::move(bound).error()};
  return start(std::move(*bound), [](const Listener&) { return true; });
}

Result<void, Failure> NetServer::start(BoundListeners listeners,
                                       const std::function<bool(const Listener&)>& early) {
  State& state = *state_;
  CHECK(!state.running);
  if (auto read = state.read_limits(); !read) return read;
  for (const Listener& listener : state.config.listeners) {
    CHECK(listener.endpoint.protocol == SecurityProtocol::kPlaintext ||
          (state.gates != nullptr && state.gates->find(listener.endpoint.listener) != nullptr));
  }
  if (has_tls(state.config)) state.handshakes = std::make_unique<Handshakes>(handshake_threads());
  HostParts parts = state.host_parts();
  for (size_t i = 0; i < state.loops.size(); ++i) {
    state.hosts.push_back(std::make_unique<LoopHost>(parts, state.loops.share(i)));
  }
  state.running = true;
  for (size_t i = 0; i < state.config.listeners.size(); ++i) {
    state.ports.push_back(listeners.port(i));
    state.acceptors.push_back(std::make_shared<Acceptor>(
        state.loop_of_listener(i), state.config.listeners[i].endpoint.listener, i, *state.limits,
        [&state, i](int socket, const IpAddress& ip) { state.accepted(i, socket, ip); }));
  }
  state.closed.emplace(std::move(listeners));
  state.is_open.resize(state.ports.size());
  return open(early);
}

Result<void, Failure> NetServer::open_rest() {
  auto opened = open([](const Listener&) { return true; });
  state_->closed.reset();
  return opened;
}

Result<void, Failure> NetServer::open(const std::function<bool(const Listener&)>& which) {
  State& state = *state_;
  Result<void, Failure> opened;
  for (size_t i = 0; i < state.acceptors.size() && opened; ++i) {
    if (state.is_open[i] || !which(state.config.listeners[i])) continue;
    state.is_open[i] = true;
    auto socket = state.closed->listen(i);
    if (!socket) opened = Error{socket.error()};
    if (!opened) break;
    run_on(state.loop_of_listener(i), [&, i] { opened = state.acceptors[i]->open(socket->descriptor); });
  }
  if (!opened) stop(0);
  return opened;
}

HostParts NetServer::State::host_parts() const {
  int64_t idle_max_ms = config.connection_idle_max_ms;
  return {.handler = handler,
          .workers = workers,
          .limits = *limits,
          .request_size_max = static_cast<size_t>(config.request_size_max),
          .idle_max_ms = idle_max_ms > kNeverMs ? -1 : idle_max_ms,
          .logins = &memory.logins(),
          .gates = gates,
          .handshakes = handshakes.get(),
          .failed_authentication_delay_ms = config.failed_authentication_delay_ms,
          .listeners = config.listeners.size(),
          .quotas = handler.quotas()};
}

Result<void, Failure> NetServer::State::read_limits() {
  auto node = limits_of_node(config);
  if (!node) return Error{node.error()};
  auto on_free = [this] {
    for (size_t i = 0; i < acceptors.size(); ++i) {
      loop_of_listener(i).post([acceptor = acceptors[i]] { acceptor->resume(); });
    }
  };
  limits = std::make_unique<ConnectionLimits>(
      *std::move(node), limits_of_listeners(config), std::move(on_free),
      QuotaWindows::of(config.quota_windows, config.quota_window_seconds));
  return {};
}

// On the listener's loop.
void NetServer::State::accepted(size_t listener, int socket, const IpAddress& ip) {
  const auto& settings = config.listeners[listener];
  uint64_t id = next_connection.fetch_add(1);
  auto client = std::make_shared<ClientInfo>();
  client->listener = settings.endpoint.listener;
  client->protocol = settings.endpoint.protocol;
  client->controller_listener = settings.controller;
  client->host = ip.to_string();
  client->port = peer_port(socket);
  client->connection_id = id;
  client->software = std::make_shared<ClientSoftware>(softwares, client->listener);

  size_t target = id % hosts.size();
  Arrival arrival{.socket = socket,
                  .ip = ip,
                  .listener = listener,
                  .memory = &memory_of(listener),
                  .client = std::move(client)};
  if (loops.at(target).is_current()) {
    hosts[target]->adopt(std::move(arrival));
  } else {
    loops.at(target).post([host = hosts[target].get(), arrival = std::move(arrival)]() mutable {
      host->adopt(std::move(arrival));
    });
  }
  if (limits->is_over()) close_least_recent(target);
}

MemoryPart& NetServer::State::memory_of(size_t listener) const {
  const auto& settings = config.listeners[listener];
  if (settings.controller) return memory.control();
  return is_between_brokers(config, settings) ? memory.replication() : memory.clients();
}

// Asks one loop after the other until one had a connection to close: each for one that has not been let in,
// and only then for any.
void NetServer::State::close_least_recent(size_t host, size_t asked) {
  const size_t count = hosts.size();
  if (asked == 2 * count) return;
  loops.at(host).post([self = shared_from_this(), host, asked, count] {
    const auto among = asked < count ? LoopHost::Among::kNotLetIn : LoopHost::Among::kAll;
    if (!self->limits->is_over() || self->hosts[host]->close_least_recent(among)) return;
    self->close_least_recent((host + 1) % count, asked + 1);
  });
}

int32_t NetServer::State::close_excess() {
  int32_t excess = limits->excess();
  for (int32_t i = 0; i < excess; ++i) close_least_recent(static_cast<size_t>(i) % hosts.size());
  return excess;
}

uint16_t NetServer::port(std::string_view listener) const {
  for (size_t i = 0; i < state_->ports.size(); ++i) {
    if (state_->config.listeners[i].endpoint.listener == listener) return state_->ports[i];
  }
  return 0;
}

Result<void, Failure> NetServer::set_limits(const NetworkConfig& config) {
  State& state = *state_;
  CHECK(state.limits != nullptr);
  auto node = limits_of_node(config);
  if (!node) return Error{node.error()};
  state.limits->change(*std::move(node), limits_of_listeners(config));
  state.close_excess();
  return {};
}

void NetServer::set_room(int32_t connections) {
  State& state = *state_;
  CHECK(state.limits != nullptr);
  state.limits->set_room(connections);
  if (int32_t excess = state.close_excess(); excess > 0) {
    LOG_WARN("{} connections are closed: logs need their descriptors: raise the limit of open files with {}",
             excess, kDescriptorsRemedy);
  }
}

void NetServer::set_ip_rates(const IpRates& rates) {
  CHECK(state_->limits != nullptr);
  ConnectionLimits::IpRates by_ip{.by_default = rates.by_default};
  for (const auto& [name, rate] : rates.by_name) {
    const auto addresses = resolve(name);
    if (!addresses) {
      LOG_WARN("connection_creation_rate of {} is not kept: {}", name, addresses.error().message);
      continue;
    }
    for (const IpAddress& ip : *addresses) by_ip.named[ip] = rate;
  }
  state_->limits->set_ip_rates(std::move(by_ip));
}

void NetServer::stop(int64_t patience_ms) {
  State& state = *state_;
  if (!std::exchange(state.running, false)) return;
  for (size_t i = 0; i < state.acceptors.size(); ++i) {
    run_on(state.loop_of_listener(i), [&, i] { state.acceptors[i]->close(); });
  }
  auto drain = std::make_shared<Drain>();
  {
    absl::MutexLock lock(&drain->mutex);
    drain->hosts_left = state.hosts.size();
  }
  for (size_t i = 0; i < state.hosts.size(); ++i) {
    run_on(state.loops.at(i), [&, i] {
      state.hosts[i]->begin_stop([drain] {
        absl::MutexLock lock(&drain->mutex);
        --drain->hosts_left;
      });
    });
  }
  drain->mutex.LockWhenWithTimeout(absl::Condition(drain.get(), &Drain::is_done),
                                   absl::Milliseconds(patience_ms));
  drain->mutex.Unlock();
  for (size_t i = 0; i < state.hosts.size(); ++i) {
    run_on(state.loops.at(i), [&, i] { state.hosts[i]->close_all(); });
    // Behind what was still posted to the host.
    run_on(state.loops.at(i), [] {});
  }
  if (state.handshakes) state.handshakes->stop();
}

NetStats NetServer::stats() const {
  NetStats sum;
  for (const auto& host : state_->hosts) {
    for (const LoopStats& one : std::as_const(*host).stats()) add(one, sum);
  }
  if (state_->gates != nullptr) sum.tls_reloads_refused = state_->gates->reloads_refused();
  for (const auto& acceptor : state_->acceptors) sum.connections_refused += acceptor->refused();
  return sum;
}

std::vector<ListenerSample> NetServer::samples() const {
  std::vector<ListenerSample> samples;
  for (size_t i = 0; i < state_->config.listeners.size(); ++i) {
    for (size_t loop = 0; loop < state_->hosts.size(); ++loop) {
      const LoopStats& one = std::as_const(*state_->hosts[loop]).stats()[i];
      samples.push_back({.listener = state_->config.listeners[i].endpoint.listener,
                         .loop = loop,
                         .connections = one.connections.load(),
                         .connections_opened = one.connections_opened.load(),
                         .requests = one.requests.load(),
                         .bytes_in = one.bytes_in.load(),
                         .bytes_out = one.bytes_out.load(),
                         .authentications = one.handshakes.load() + one.logins.load(),
                         .authentications_failed = one.handshakes_failed.load() + one.logins_failed.load(),
                         .sessions_expired = one.sessions_expired.load()});
    }
  }
  return samples;
}

std::vector<const metrics::RequestStats*> NetServer::requests() const {
  std::vector<const metrics::RequestStats*> all;
  for (const auto& host : state_->hosts) all.push_back(&std::as_const(*host).requests());
  return all;
}

const SoftwareCensus& NetServer::softwares() const { return *state_->softwares; }

}  // namespace klamm::broker::net
