// What Faults does to a cluster, one step at a time: chosen by chance, or said by a script. The disks' steps
// are in fault_disks.cc, those that change what a node is in fault_nodes.cc.
#include <algorithm>
#include <map>

#include "base/check.h"
#include "tests/sim/cluster/faults.h"

namespace klamm::sim::cluster {
namespace {

// A broker whose disk was lost is looked at again after this long at the earliest.
constexpr int64_t kWeakMin = 5 * kSecond;

}  // namespace

Faults::Faults(Cluster& cluster, uint64_t seed)
    : cluster_(cluster), world_(cluster.world), random_(seed) {
  cluster_.before_restart = [this](Host& host, const std::string& why) { replace_log(host, why); };
}

// What such a disk has lost, or what its process takes for lost, is known when the power has gone, and not in
// another round.
void Faults::end_failures() {
  for (const int32_t host : std::set<int32_t>(failing_)) act({"end-failures", {host}});
}

void Faults::forget() {
  weak_ = twin_ = 0;
  has_given_way_ = false;
  failing_.clear();
  damaged_.clear();
  cluster_.may_be_damaged = false;
}

// ---- Steps

Faults::Doer Faults::doer_of(const std::string& what) {
  static const std::map<std::string, Doer> kDoers = {
      {"kill", &Faults::do_kill},
      {"lose-power", &Faults::do_lose_power},
      {"lose-all-power", &Faults::do_lose_all_power},
      {"start", &Faults::do_start},
      {"start-without-snapshots", &Faults::do_start_without_snapshots},
      {"stop", &Faults::do_stop},
      {"pause", &Faults::do_pause},
      {"cut", &Faults::do_cut},
      {"slow-network", &Faults::do_slow_network},
      {"slow-receiver", &Faults::do_slow_receiver},
      {"reset", &Faults::do_reset},
      {"slow-disk", &Faults::do_slow_disk},
      {"fail-syncs", &Faults::do_fail_syncs},
      {"fail-writes", &Faults::do_fail_writes},
      {"fail-reads", &Faults::do_fail_reads},
      {"end-failures", &Faults::do_end_failures},
      {"fill-disk", &Faults::do_fill_disk},
      {"wipe", &Faults::do_wipe},
      {"back-up", &Faults::do_back_up},
      {"restore", &Faults::do_restore},
      {"start-with-disks-of", &Faults::do_start_with_disks_of},
      {"set-clock", &Faults::do_set_clock},
      {"flip-bit", &Faults::do_flip_bit},
      {"lose-write", &Faults::do_lose_write},
      {"misdirect-write", &Faults::do_misdirect_write},
      {"configure", &Faults::do_configure},
      {"move", &Faults::do_move},
      {"start-second", &Faults::do_start_second},
      {"start-twin", &Faults::do_start_twin},
      {"give-way", &Faults::do_give_way},
      {"end-twin", &Faults::do_end_twin},
  };
  const auto found = kDoers.find(what);
  CHECK(found != kDoers.end());
  return found->second;
}

bool Faults::act(const Step& step) {
  if (weak_ != 0 && is_weak_over()) weak_ = 0;
  if (!spares_twins(step) || !(this->*doer_of(step.what))(step)) return false;
  steps_.push_back({world_.now(), step});
  if (on_step) on_step(steps_.back());
  return true;
}

void Faults::follow(const std::vector<TimedStep>& steps) {
  for (const TimedStep& timed : steps)
    world_.at(std::max(timed.at, world_.now()), [this, step = timed.step] { take(step); });
}

// Another code may take longer to end than the one that the script is of.
void Faults::take(const Step& step) {
  if (cluster_.is_quiet()) return;
  const Host* host = step.what == "start" ? host_of(step) : nullptr;
  if (host != nullptr && host->is_ending()) return world_.after(kSecond, [this, step] { take(step); });
  if (!act(step)) world_.note("not done: {}", text_of(TimedStep{world_.now(), step}));
}

Host* Faults::host_at(int64_t id) {
  if (id < 1 || id > static_cast<int64_t>(cluster_.hosts().size())) return nullptr;
  return cluster_.hosts()[static_cast<size_t>(id) - 1].get();
}

std::optional<int32_t> Faults::place_at(int64_t number) {
  if (number >= kFirstClientPlace) return static_cast<int32_t>(number);
  const Host* host = host_at(number);
  return host == nullptr ? std::nullopt : std::optional(host->place());
}

// ---- What may be

// While there are two of an id, nothing keeps the cluster from hearing of the first. If its session ended,
// the other one would be registered; and a process that goes on after that takes what the metadata says of
// its id for its own, here as with Apache Kafka: two would lead, and nothing is promised of it.
bool Faults::spares_twins(const Step& step) const {
  static const std::set<std::string> kOfTwins = {"start", "give-way", "end-twin", "back-up"};
  if (twin_ == 0 || kOfTwins.contains(step.what)) return true;
  if (step.what == "lose-all-power") return false;
  const size_t names = step.what == "cut" ? 2 : 1;
  return std::none_of(step.numbers.begin(), step.numbers.begin() + static_cast<std::ptrdiff_t>(names),
                      [&](int64_t number) { return number == twin_; });
}

bool Faults::is_weak_over() {
  if (world_.now() < weak_since_ + kWeakMin || has_damage()) return false;
  Host& host = *cluster_.hosts()[static_cast<size_t>(weak_) - 1];
  const Host* active = cluster_.active_controller();
  if (!host.is_unfenced() || host.is_ending() || active == nullptr || active->is_paused()) return false;
  // What the others know of it may be of before; what it knows itself is not.
  const NodeId id{host.id()};
  for (const auto& image : {active->node().images().get(), host.node().images().get()}) {
    for (const auto& [topic_id, topic] : image->topics().by_id()) {
      for (const auto& [index, state] : topic.partitions) {
        if (state.has_replica(id) && !state.in_isr(id)) return false;
      }
    }
  }
  return true;
}

bool Faults::may_lose(Host& host) {
  if (!host.plan().is_broker) return true;
  if (weak_ != 0) return false;
  const Host* active = cluster_.active_controller();
  if (active == nullptr || active->is_paused()) return false;
  const NodeId id{host.id()};
  auto counts = [&](NodeId other) {
    const Host& there = *cluster_.hosts()[static_cast<size_t>(other.value) - 1];
    return other != id && there.is_unfenced() && !there.is_ending();
  };
  for (const auto& one : cluster_.hosts()) {
    if (!one->runs()) continue;
    const auto image = one->node().images().get();
    for (const auto& [topic_id, topic] : image->topics().by_id()) {
      for (const auto& [index, state] : topic.partitions) {
        if (state.has_replica(id) && !std::ranges::any_of(state.isr, counts)) return false;
      }
    }
  }
  return true;
}

// An election may need what only some of the nodes know.
bool Faults::may_forget(Host& host) {
  if (weak_ != 0 || !may_lose(host) || cluster_.find_unhealed_node()) return false;
  const auto newest = cluster_.newest_image();
  return std::ranges::all_of(cluster_.hosts(), [&](const auto& one) {
    return !one->is_paused() &&
           one->node().images().get()->last_applied().offset == newest->last_applied().offset;
  });
}

bool Faults::may_kill(Host& host) { return !host.plan().is_broker || weak_ == 0 || weak_ == host.id(); }

void Faults::weaken(Host& host, int64_t since) {
  if (!host.plan().is_broker) return;
  weak_ = host.id();
  weak_since_ = since;
}

// ---- Processes and power

bool Faults::do_kill(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || !host->runs() || !may_kill(*host)) return false;
  ++cluster_.counters.kills;
  host->kill();
  return true;
}

bool Faults::do_lose_power(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || !host->has_power() || !may_lose(*host)) return false;
  ++cluster_.counters.power_losses;
  weaken(*host, world_.now());
  host->lose_power();
  return true;
}

// Where what is acknowledged is on the platters.
bool Faults::do_lose_all_power(const Step&) {
  if (weak_ != 0 || !cluster_.plan.flushes) return false;
  for (auto& host : cluster_.hosts()) {
    if (!host->has_power()) continue;
    ++cluster_.counters.power_losses;
    host->lose_power();
  }
  return true;
}

bool Faults::do_start(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || host->runs()) return false;
  host->power_on();
  host->start();
  return true;
}

bool Faults::do_stop(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || !host->runs() || host->is_ending()) return false;
  ++cluster_.counters.clean_stops;
  host->shut_down();
  return true;
}

bool Faults::do_pause(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || !host->runs()) return false;
  ++cluster_.counters.pauses;
  world_.note("{} stands still for {} ms", host->id(), step.numbers[1]);
  host->pause(step.numbers[1] * kMs);
  return true;
}

// ---- The network

bool Faults::do_cut(const Step& step) {
  const auto from = place_at(step.numbers[0]), to = place_at(step.numbers[1]);
  if (!from || !to) return false;
  world_.note("{} does not reach {} for {} ms", step.numbers[0], step.numbers[1], step.numbers[2]);
  cluster_.network.cut(*from, *to, step.numbers[2] * kMs);
  return true;
}

bool Faults::do_slow_network(const Step& step) {
  const Host* host = host_of(step);
  if (host == nullptr) return false;
  ++cluster_.counters.slow_networks;
  cluster_.network.slow(host->place(), step.numbers[1] * kMs);
  return true;
}

bool Faults::do_slow_receiver(const Step& step) {
  const auto place = place_at(step.numbers[0]);
  if (!place || step.numbers[1] <= 0) return false;
  ++cluster_.counters.slow_receivers;
  world_.note("{} reads {} bytes a ms for {} ms", step.numbers[0], step.numbers[1], step.numbers[2]);
  cluster_.network.slow_receiver(*place, step.numbers[1], step.numbers[2] * kMs);
  return true;
}

bool Faults::do_reset(const Step& step) {
  const Host* host = host_of(step);
  if (host == nullptr) return false;
  ++cluster_.counters.resets;
  cluster_.network.reset_connections(host->place());
  return true;
}

// ---- Clocks

bool Faults::do_set_clock(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr) return false;
  ++cluster_.counters.clock_steps;
  host->machine().clock.wall_offset_ms = step.numbers[1];
  return true;
}

}  // namespace klamm::sim::cluster
