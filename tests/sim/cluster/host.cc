#include "tests/sim/cluster/host.h"

#include "base/check.h"
#include "tests/sim/cluster/sim_peer.h"

namespace klamm::sim::cluster {
namespace {

// As long as a server waits for its cluster to let it go.
constexpr int64_t kShutdownPatience = 310 * kSecond;
constexpr int kTurnsToEnd = 100'000;

// Those who want a partition's log for themselves wait on their thread until a flush of it has ended. With
// one thread for all, a flush takes no time.
class InlineWorkers final : public broker::Workers {
 public:
  void run(Task task) override { task(); }
};

}  // namespace

struct Host::Process {
  Process(Machine& machine, uint64_t seed)
      : random(seed),
        quorum_loop(std::make_shared<SimLoop>(machine)),
        loops{std::make_shared<SimLoop>(machine), std::make_shared<SimLoop>(machine)},
        workers(std::make_shared<SimWorkers>(machine, SimWorkers::Pace{.threads = 3})),
        fsync(std::make_shared<SimWorkers>(
            machine, SimWorkers::Pace{.threads = 1, .least_us = 200, .most_us = 2500, .slow_steps = 20})) {}

  bool run_some() {
    bool did = quorum_loop->run_now();
    for (auto& loop : loops) did |= loop->run_now();
    for (auto* some : {workers.get(), fsync.get()}) did |= some->run_now();
    return did;
  }
  void close() {
    quorum_loop->close();
    for (auto& loop : loops) loop->close();
    for (auto* some : {workers.get(), fsync.get()}) some->close();
  }

  SeededRandom random;
  const std::shared_ptr<SimLoop> quorum_loop;
  const std::vector<std::shared_ptr<SimLoop>> loops;
  const std::shared_ptr<SimWorkers> workers, fsync;
  InlineWorkers flushers;
  std::unique_ptr<broker::Node> node;
  std::vector<std::weak_ptr<ServerConnection>> connections;
  size_t next_loop = 0;
  bool serves = false;
  bool has_finished = false;
};

Host::Host(World& world, Network& network, HostPlan plan, const Watcher& watcher)
    : world_(world),
      network_(network),
      plan_(std::move(plan)),
      place_(number()),
      watcher_(watcher),
      machine_(world, plan_.clock_rate),
      random_(world.random().next()) {
  machine_.disks = {&disk_, &data_};
  write_settings();
  format();
}

Host::~Host() { kill(); }

broker::Node& Host::node() { return *process_->node; }
const broker::Node& Host::node() const { return *process_->node; }

std::string Host::name() const {
  return plan_.is_twin ? fmt::format("the twin of {}", plan_.id) : std::to_string(plan_.id);
}

void Host::pause(int64_t pause_for) {
  machine_.still_until = std::max(machine_.still_until, world_.now() + pause_for);
}

void Host::go_on() { machine_.still_until = std::min(machine_.still_until, world_.now()); }

// ---- Starting

void Host::start() {
  if (runs() || !has_power_ || world_.failure()) return;
  world_.note("{} starts", name());
  watcher_.on_start(*this);
  fenced_ = true;
  ending_ = dying_ = false;
  network_.begin_process(place_);
  process_ = std::make_shared<Process>(machine_, random_.next());
  if (auto wrong = load_and_join()) {
    watcher_.on_fatal(*this, "it does not start: " + *wrong);
    kill();
  }
}

std::unique_ptr<broker::Node> Host::make_node(Process& process,
                                              std::function<void(const std::string&)> fatal) {
  std::vector<broker::Loop*> loops;
  for (const auto& loop : process.loops) loops.push_back(loop.get());
  return std::make_unique<broker::Node>(
      *config_,
      broker::Node::World{
          .disk = disk_,
          .data_disk = data_disk(),
          .clock = machine_.clock,
          .random = process.random,
          .quorum_loop = *process.quorum_loop,
          .loops = std::move(loops),
          .workers = *process.workers,
          .fsync = *process.fsync,
          .flushers = process.flushers,
          .client_memory = 64 << 20,
          .connect =
              [this](broker::PeerListener, broker::Loop& loop, NodeId, const broker::NodeAddress& address) {
                const SimPeer::Target target{place_, place_of(address.port), address.port};
                return std::make_unique<SimPeer>(world_, network_, loop, target);
              },
          .store_trial = {},
          .is_cancelled = [] { return false; },
          .fatal = std::move(fatal),
          .on_image =
              [this](const broker::ClusterImage& before, const broker::ClusterImage& after) {
                if (!dying_) watcher_.on_image(*this, before, after);
              },
          .on_caught_up = [this] { process_->node->ready(); },
          .on_fenced = [this](bool fenced) { on_fenced(fenced); },
          .on_may_stop =
              [this, weak = std::weak_ptr(process_)] {
                world_.after(0, [this, weak] {
                  if (process_ != nullptr && weak.lock() == process_) finish_shutdown();
                });
              }});
}

std::optional<std::string> Host::load_and_join() {
  Process& process = *process_;
  process.node = make_node(process, [this](const std::string& why) { on_fatal(why); });
  if (auto loaded = process.node->load(); !loaded) return loaded.error().message;
  if (plan_.is_controller) listen(controller_port(), true);
  process.node->join();
  return std::nullopt;
}

// What it would say does not count: it is not to come so far that it says anything.
std::optional<std::string> Host::start_second() {
  CHECK(runs());
  Process second(machine_, random_.next());
  second.node = make_node(second, [](const std::string&) {});
  const auto loaded = second.node->load();
  second.node.reset();
  second.close();
  if (!loaded) return loaded.error().message;
  world_.fail(fmt::format("two processes of {} use the same directories", name()));
  return std::nullopt;
}

void Host::listen(uint16_t port, bool for_controllers) {
  broker::ClientInfo client;
  client.listener = for_controllers ? "CONTROLLER" : "PLAINTEXT";
  client.controller_listener = for_controllers;
  client.host = "127.0.0.1";
  const auto info = std::make_shared<const broker::ClientInfo>(std::move(client));
  network_.listen(place_, port, [this, info](const std::shared_ptr<Wire>& wire) {
    Process& process = *process_;
    const auto& loop = process.loops[process.next_loop++ % process.loops.size()];
    auto connection = std::make_shared<ServerConnection>(
        ServerConnection::Uses{network_, loop, process.node->handler(), watcher_.on_request}, info, wire);
    std::erase_if(process.connections, [](const auto& weak) { return weak.expired(); });
    process.connections.push_back(connection);
    return connection;
  });
}

// Clients are let in when the cluster counts on this broker for the first time.
void Host::on_fenced(bool fenced) {
  if (dying_) return;
  fenced_ = fenced;
  if (fenced || process_->serves) return;
  process_->serves = true;
  listen(broker_port(), false);
  process_->node->start_upkeep();
}

// ---- Ending

void Host::on_fatal(const std::string& why) {
  if (dying_ || !runs()) return;
  world_.note("{} fails: {}", name(), why);
  dying_ = true;
  world_.after(0, [this, why, weak = std::weak_ptr(process_)] {
    if (process_ == nullptr || weak.lock() != process_) return;
    watcher_.on_fatal(*this, why);
    kill();
  });
}

void Host::shut_down() {
  if (!runs() || ending_) return;
  world_.note("{} is asked to end", name());
  ending_ = true;
  process_->node->begin_shutdown();
  world_.after(kShutdownPatience, [this, weak = std::weak_ptr(process_)] {
    if (process_ != nullptr && weak.lock() == process_) finish_shutdown();
  });
}

// As a server ends: another controller leads first, for which the others need their time.
void Host::finish_shutdown() {
  if (dying_ || process_->has_finished) return;
  world_.note("{} may end", name());
  process_->has_finished = true;
  process_->node->hand_over([this, weak = std::weak_ptr(process_)](const auto& begin) {
    begin([this, weak] {
      world_.after(0, [this, weak] {
        if (process_ != nullptr && weak.lock() == process_ && !dying_) end_cleanly();
      });
    });
  });
}

void Host::end_cleanly() {
  world_.note("{} ends", name());
  const broker::Node::Wait wait = [this](const auto& begin) { run_until_ended(begin); };
  process_->node->resign(wait);
  for (const auto& weak : process_->connections) {
    if (const auto connection = weak.lock()) connection->hurry();
  }
  while (run_some()) {
  }
  network_.stop_listening(place_);
  process_->node->close_logs(wait);
  destroy();
  for (SimDisk* disk : machine_.disks) disk->kill_process();
}

void Host::kill() {
  if (!runs()) return;
  world_.note("{} dies", name());
  dying_ = true;
  network_.end_process(place_, true);
  // From here on it reaches no disk, whatever it does before its memory is gone.
  for (SimDisk* disk : machine_.disks) disk->cut_after_steps(0);
  destroy();
  for (SimDisk* disk : machine_.disks) disk->kill_process();
}

void Host::lose_power() {
  if (!has_power_) return;
  world_.note("{} loses power", name());
  has_power_ = false;
  network_.set_power(place_, false);
  if (runs()) {
    dying_ = true;
    network_.end_process(place_, false);
    for (SimDisk* disk : machine_.disks) disk->cut_after_steps(0);
    destroy();
  }
  for (SimDisk* disk : machine_.disks) disk->crash(random_);
}

void Host::power_on() {
  has_power_ = true;
  network_.set_power(place_, true);
}

void Host::run_until_ended(const std::function<void(Task done)>& begin) {
  bool ended = false;
  begin([&ended] { ended = true; });
  for (int i = 0; i < kTurnsToEnd && !ended; ++i) run_some();
  if (!ended) world_.fail(fmt::format("node {} does not end", plan_.id));
  CHECK(ended);
}

bool Host::run_some() { return process_->run_some(); }

void Host::destroy() {
  Process& process = *process_;
  for (const auto& weak : process.connections) {
    if (const auto connection = weak.lock(); connection != nullptr && dying_) connection->drop();
  }
  if (process.node != nullptr) {
    process.node->leave([this](const auto& begin) { run_until_ended(begin); });
    while (run_some()) {
    }
  }
  network_.end_process(place_, true);
  for (const auto& weak : process.connections) {
    if (const auto connection = weak.lock()) connection->drop();
  }
  while (run_some()) {
  }
  process.node.reset();
  process.close();
  process_ = nullptr;
  go_on();
}

}  // namespace klamm::sim::cluster
