#include "tests/sim/cluster/host.h"

#include <sstream>

#include "base/check.h"
#include "broker/config/load.h"
#include "broker/storage_tool/tool.h"
#include "tests/sim/cluster/sim_peer.h"

namespace klamm::sim::cluster {
namespace {

constexpr std::string_view kClusterId = "4L6g3nShT-eMCtK--X86sw";
constexpr std::string_view kSettingsFile = "/server.properties";
// As long as a server waits for its cluster to let it go.
constexpr int64_t kShutdownPatience = 310 * kSecond;
constexpr int kTurnsToEnd = 100'000;

}  // namespace

namespace {

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

// ---- The machine

void Host::write_settings() {
  std::string listeners, roles;
  if (plan_.is_broker) {
    roles = "broker";
    listeners = fmt::format("PLAINTEXT://127.0.0.1:{}", broker_port());
  }
  if (plan_.is_controller) {
    roles += roles.empty() ? "controller" : ",controller";
    listeners += fmt::format("{}CONTROLLER://127.0.0.1:{}", listeners.empty() ? "" : ",", controller_port());
  }
  disk_.plant(std::string(kSettingsFile),
              fmt::format("process.roles={}\nnode.id={}\ncontroller.listener.names=CONTROLLER\n"
                          "listeners={}\nlog.dirs=/d\nmetadata.log.dir={}\n{}",
                          roles, plan_.id, listeners, metadata_directory(), plan_.settings));
}

void Host::format() {
  broker::ConfigSources sources{disk_, [](const std::string&) { return std::nullopt; }, "localhost"};
  auto loaded = broker::load_node_config(std::string(kSettingsFile), {}, sources);
  if (!loaded) return world_.fail("settings: " + loaded.error().message);
  config_ = std::make_unique<broker::NodeConfig>(std::move(loaded->config));
  std::ostringstream out, errors;
  const std::vector<std::string_view> args = {"format", "-t", kClusterId, "-c", kSettingsFile};
  if (broker::run_storage_tool(args, sources, random_, machine_.clock, out, errors) != 0)
    return world_.fail("format: " + errors.str());
  if (plan_.has_two_disks) data_.plant("/d/meta.properties", disk_.content("/d/meta.properties"));
}

void Host::wipe() {
  CHECK(!runs());
  for (SimDisk* disk : machine_.disks) {
    for (const char* directory : {"/d", "/m"}) {
      if (disk->exists(directory)) (void)disk->remove_all(directory);
    }
    (void)disk->sync_directory("/");
  }
  format();
}

void Host::pause(int64_t pause_for) {
  machine_.still_until = std::max(machine_.still_until, world_.now() + pause_for);
}

void Host::go_on() { machine_.still_until = std::min(machine_.still_until, world_.now()); }

// ---- Starting

void Host::start() {
  if (runs() || !has_power_ || world_.failure()) return;
  world_.note("{} starts", plan_.id);
  watcher_.on_start(*this);
  fenced_ = true;
  ending_ = dying_ = false;
  network_.begin_process(plan_.id);
  process_ = std::make_shared<Process>(machine_, random_.next());
  if (auto wrong = load_and_join()) {
    watcher_.on_fatal(*this, "it does not start: " + *wrong);
    kill();
  }
}

std::optional<std::string> Host::load_and_join() {
  Process& process = *process_;
  std::vector<broker::Loop*> loops;
  for (const auto& loop : process.loops) loops.push_back(loop.get());
  process.node = std::make_unique<broker::Node>(
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
                const SimPeer::Target target{plan_.id, (address.port - kControllerPort) % 100, address.port};
                return std::make_unique<SimPeer>(world_, network_, loop, target);
              },
          .store_trial = {},
          .is_cancelled = [] { return false; },
          .fatal = [this](const std::string& why) { on_fatal(why); },
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
  if (auto loaded = process.node->load(); !loaded) return loaded.error().message;
  if (plan_.is_controller) listen(controller_port(), true);
  process.node->join();
  return std::nullopt;
}

void Host::listen(uint16_t port, bool for_controllers) {
  broker::ClientInfo client;
  client.listener = for_controllers ? "CONTROLLER" : "PLAINTEXT";
  client.controller_listener = for_controllers;
  client.host = "127.0.0.1";
  const auto info = std::make_shared<const broker::ClientInfo>(std::move(client));
  network_.listen(plan_.id, port, [this, info](const std::shared_ptr<Wire>& wire) {
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
  world_.note("{} fails: {}", plan_.id, why);
  dying_ = true;
  world_.after(0, [this, why, weak = std::weak_ptr(process_)] {
    if (process_ == nullptr || weak.lock() != process_) return;
    watcher_.on_fatal(*this, why);
    kill();
  });
}

void Host::shut_down() {
  if (!runs() || ending_) return;
  world_.note("{} is asked to end", plan_.id);
  ending_ = true;
  process_->node->begin_shutdown();
  world_.after(kShutdownPatience, [this, weak = std::weak_ptr(process_)] {
    if (process_ != nullptr && weak.lock() == process_) finish_shutdown();
  });
}

// As a server ends: another controller leads first, for which the others need their time.
void Host::finish_shutdown() {
  if (dying_ || process_->has_finished) return;
  world_.note("{} may end", plan_.id);
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
  world_.note("{} ends", plan_.id);
  const broker::Node::Wait wait = [this](const auto& begin) { run_until_ended(begin); };
  process_->node->resign(wait);
  for (const auto& weak : process_->connections) {
    if (const auto connection = weak.lock()) connection->hurry();
  }
  while (run_some()) {
  }
  network_.stop_listening(plan_.id);
  process_->node->close_logs(wait);
  destroy();
  for (SimDisk* disk : machine_.disks) disk->kill_process();
}

void Host::kill() {
  if (!runs()) return;
  world_.note("{} dies", plan_.id);
  dying_ = true;
  network_.end_process(plan_.id, true);
  // From here on it reaches no disk, whatever it does before its memory is gone.
  for (SimDisk* disk : machine_.disks) disk->cut_after_steps(0);
  destroy();
  for (SimDisk* disk : machine_.disks) disk->kill_process();
}

void Host::lose_power() {
  if (!has_power_) return;
  world_.note("{} loses power", plan_.id);
  has_power_ = false;
  network_.set_power(plan_.id, false);
  if (runs()) {
    dying_ = true;
    network_.end_process(plan_.id, false);
    for (SimDisk* disk : machine_.disks) disk->cut_after_steps(0);
    destroy();
  }
  for (SimDisk* disk : machine_.disks) disk->crash(random_);
}

void Host::power_on() {
  has_power_ = true;
  network_.set_power(plan_.id, true);
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
  network_.end_process(plan_.id, true);
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
