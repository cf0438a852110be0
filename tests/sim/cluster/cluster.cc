#include "tests/sim/cluster/cluster.h"

#include <algorithm>

#include "tests/sim/cluster/admin.h"
#include "tests/sim/cluster/consumer.h"
#include "tests/sim/cluster/member.h"
#include "tests/sim/cluster/producer.h"
#include "tests/sim/cluster/settings.h"

namespace klamm::sim::cluster {
namespace {

constexpr int64_t kFormingMax = 60 * kSecond;

}  // namespace

Cluster::Cluster(uint64_t seed, const ClusterPlan& cluster_plan, bool keeps_lines)
    : world(seed),
      network(world),
      ledger(world),
      images(world, counters),
      plan(cluster_plan),
      client_machine_(world, 1.0),
      client_loop_(std::make_shared<SimLoop>(client_machine_)) {
  if (keeps_lines) world.keep_lines();
  watcher_.on_start = [this](Host& host) { images.on_start(host.number()); };
  watcher_.on_image = [this](Host& host, const auto& before, const auto& after) {
    images.on_image(host.number(), before, after);
  };
  watcher_.on_request = [this](int16_t key) {
    if (key == 59) ++counters.snapshot_fetches;
    if (key == 52) ++counters.votes;
  };
  watcher_.on_fatal = [this](Host& host, const std::string& why) { on_fatal(host, why); };
  make_hosts();
  make_clients();
}

Cluster::~Cluster() {
  client_loop_->close();
  admin_.reset();
  members_.clear();
  consumers_.clear();
  producers_.clear();
  twins_.clear();
  hosts_.clear();
}

// ---- Who there is

void Cluster::make_hosts() {
  const uint64_t kind = world.random().below(30);
  const int32_t voters = plan.combined + plan.controllers;
  std::string quorum;
  for (int32_t id = 1; id <= voters; ++id)
    quorum += fmt::format("{}{}@127.0.0.1:{}", id > 1 ? "," : "", id, kControllerPort + id);
  for (int32_t id = 1; id <= voters + plan.brokers; ++id) {
    const double drift = static_cast<double>(world.between(-200, 200)) / 1e6;
    HostPlan one{.id = id,
                 .is_broker = id <= plan.combined || id > voters,
                 .is_controller = id <= voters,
                 .has_two_disks = plan.has_two_disks,
                 .clock_rate = 1 + drift,
                 .settings = settings_of(plan, kind) + "controller.quorum.voters=" + quorum + "\n"};
    hosts_.push_back(std::make_unique<Host>(world, network, std::move(one), watcher_));
  }
}

Host& Cluster::twin_of(Host& host) {
  std::unique_ptr<Host>& twin = twins_[host.id()];
  if (twin == nullptr) {
    HostPlan one = host.plan();
    one.is_twin = true;
    twin = std::make_unique<Host>(world, network, std::move(one), watcher_);
  }
  return *twin;
}

void Cluster::make_clients() {
  const auto count = 2 + static_cast<int32_t>(world.random().below(3));
  for (int32_t i = 0; i < count; ++i)
    topics_.push_back({fmt::format("t{}", i), 1 + static_cast<int32_t>(world.random().below(3))});
  int32_t number = 0;
  admin_ = std::make_unique<Admin>(*this, ++number);
  for (int i = 0; i < 3; ++i) producers_.push_back(std::make_unique<Producer>(*this, ++number, 150));
  std::vector<TopicPartition> all, some;
  for (const SteadyTopic& topic : topics_) {
    for (int32_t index = 0; index < topic.partitions; ++index) {
      all.emplace_back(topic.name, index);
      if (index == 0) some.emplace_back(topic.name, index);
    }
  }
  group_ = std::make_unique<GroupLedger>(GroupLedger{"members", all});
  for (int i = 0; i < 3; ++i) members_.push_back(std::make_unique<Member>(*this, ++number, *group_));
  consumers_.push_back(std::make_unique<Consumer>(*this, ++number, all));
  consumers_.push_back(std::make_unique<Consumer>(*this, ++number, some));
}

std::vector<int32_t> Cluster::broker_ids() const {
  std::vector<int32_t> ids;
  for (const auto& host : hosts_) {
    if (host->plan().is_broker) ids.push_back(host->id());
  }
  return ids;
}

Host* Cluster::active_controller() {
  for (auto& host : hosts_) {
    if (host->is_active_controller()) return host.get();
  }
  return nullptr;
}

std::shared_ptr<const broker::ClusterImage> Cluster::newest_image() const {
  std::shared_ptr<const broker::ClusterImage> newest;
  for (const auto& host : hosts_) {
    if (!host->runs()) continue;
    auto image = host->node().images().get();
    if (newest == nullptr || image->last_applied().offset > newest->last_applied().offset)
      newest = std::move(image);
  }
  return newest;
}

// ---- Its life

void Cluster::begin() {
  for (auto& host : hosts_) {
    world.after(world.between(1, 2 * kSecond), [host = host.get()] { host->start(); });
  }
  bool made = false;
  world.after(3 * kSecond, [this, &made] { admin_->create_steady([&made] { made = true; }); });
  for (const int64_t until = world.now() + kFormingMax; !made && world.now() < until && !world.failure();)
    world.run_until(world.now() + kSecond);
  if (!made) return world.fail("the cluster does not form");
  for (auto& producer : producers_) producer->start();
  for (auto& consumer : consumers_) consumer->start();
  for (auto& member : members_) member->start();
  admin_->start();
}

void Cluster::excuse(int32_t host, int64_t excuse_for) {
  int64_t& until = excused_until_[host];
  until = std::max(until, world.now() + excuse_for);
}

void Cluster::on_fatal(Host& host, const std::string& why) {
  if (host.plan().is_twin) return;
  ++counters.fatal_ends;
  if (excused_until_[host.id()] <= world.now())
    return world.fail(fmt::format("node {} ends without a fault that explains it: {}", host.id(), why));
  world.after(world.between(kSecond, 10 * kSecond), [this, &host, why] {
    if (host.runs()) return;
    if (before_restart) before_restart(host, why);
    host.start();
  });
}

void Cluster::rest_clients(bool rest) {
  for (auto& producer : producers_) producer->rest(rest);
  for (auto& consumer : consumers_) consumer->rest(rest);
  for (auto& member : members_) member->rest(rest);
  admin_->rest(rest);
}

void Cluster::heal() {
  world.note("healing");
  network.heal();
  for (auto& [id, twin] : twins_) twin->kill();
  for (auto& host : hosts_) {
    host->machine().disk_step_us = 0;
    host->go_on();
    for (SimDisk* disk : host->machine().disks) {
      disk->clear_faults();
      disk->set_capacity(UINT64_MAX);
    }
    if (!host->has_power()) host->power_on();
    start_when_ended(*host);
  }
}

// One that ends is left to it: what it has may be what another one has lost.
void Cluster::start_when_ended(Host& host) {
  if (host.is_ending()) return world.after(kSecond, [this, &host] { start_when_ended(host); });
  host.start();
}

std::optional<std::string> Cluster::find_unhealed_node() {
  if (active_controller() == nullptr) return "there is no active controller";
  const auto newest = newest_image();
  for (auto& host : hosts_) {
    if (!host->runs()) return fmt::format("node {} does not run", host->id());
    if (host->plan().is_broker && !host->is_unfenced()) return fmt::format("node {} is fenced", host->id());
    if (!same_content(*host->node().images().get(), *newest))
      return fmt::format("node {} does not have the metadata of the others", host->id());
  }
  for (const auto& [id, topic] : newest->topics().by_id()) {
    for (const auto& [index, state] : topic.partitions) {
      if (!state.has_leader()) return fmt::format("{}-{} has no leader", topic.name, index);
      if (state.is_reassigning()) return fmt::format("{}-{} is still moved", topic.name, index);
      for (auto& host : hosts_) {
        const bool is_one_of_them = !host->plan().is_broker || state.has_replica(NodeId{host->id()});
        const std::string directory = fmt::format("/d/{}-{}", topic.name, index);
        if (!is_one_of_them && host->data_disk().exists(directory))
          return fmt::format("node {} still has {}", host->id(), directory);
      }
      if (state.isr.size() != state.replicas.size())
        return fmt::format("{}-{} has {} of {} replicas in sync", topic.name, index, state.isr.size(),
                           state.replicas.size());
    }
  }
  return std::nullopt;
}

std::optional<std::string> Cluster::find_unhealed() {
  if (auto unhealed = find_unhealed_node()) return unhealed;
  for (auto& producer : producers_) {
    if (!producer->is_idle()) return "a producer still waits";
  }
  for (auto& consumer : consumers_) {
    if (!consumer->is_idle()) return "a consumer still waits, or has not read all that was acknowledged";
  }
  for (auto& member : members_) {
    if (!member->is_idle()) return "a member does not come into its group";
  }
  if (!admin_->is_idle()) return "the administrator still waits";
  return std::nullopt;
}

}  // namespace klamm::sim::cluster
