// What Faults does to a cluster, one step at a time: chosen by chance, or said by a script.
#include <algorithm>
#include <map>
#include <utility>

#include "base/check.h"
#include "protocol/record_batch.h"
#include "tests/sim/cluster/faults.h"

namespace klamm::sim::cluster {
namespace {

// A broker whose disk was lost is looked at again after this long at the earliest.
constexpr int64_t kWeakMin = 5 * kSecond;
// A disk that fails and the loss of power behind it are one.
constexpr int64_t kFailuresMax = 30 * kSecond;

// Of a batch's header, no checksum covers the epoch: one that has become another possible one is not found
// (storage/segment_exam.h).
bool is_of_an_epoch(ByteView segment, size_t byte) {
  protocol::BatchCursor batches(segment);
  size_t begin = 0;
  while (batches.next() && batches.position() <= byte) begin = batches.position();
  return byte - begin >= 12 && byte - begin < 16;
}

}  // namespace

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
      {"reset", &Faults::do_reset},
      {"slow-disk", &Faults::do_slow_disk},
      {"fail-syncs", &Faults::do_fail_syncs},
      {"fail-writes", &Faults::do_fail_writes},
      {"end-failures", &Faults::do_end_failures},
      {"fill-disk", &Faults::do_fill_disk},
      {"wipe", &Faults::do_wipe},
      {"set-clock", &Faults::do_set_clock},
      {"flip-bit", &Faults::do_flip_bit},
  };
  const auto found = kDoers.find(what);
  CHECK(found != kDoers.end());
  return found->second;
}

bool Faults::act(const Step& step) {
  if (weak_ != 0 && is_weak_over()) weak_ = 0;
  if (!(this->*doer_of(step.what))(step)) return false;
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

Host* Faults::host_of(const Step& step) {
  const int64_t id = step.numbers[0];
  if (id < 1 || id > static_cast<int64_t>(cluster_.hosts().size())) return nullptr;
  return cluster_.hosts()[static_cast<size_t>(id) - 1].get();
}

// ---- What may be

bool Faults::has_damage() {
  if (!flipped_) return false;
  SimDisk& disk = cluster_.hosts()[static_cast<size_t>(flipped_->host) - 1]->data_disk();
  if (!disk.exists(flipped_->path)) return false;
  const Bytes now = disk.content(flipped_->path);
  return now.size() > flipped_->byte && now[flipped_->byte] == flipped_->value;
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

// Somebody has taken the snapshots of the metadata for old files, and moved them away. A log that does not
// begin at offset 0 may not be started from then (KAFKA-14240); they are moved back.
bool Faults::do_start_without_snapshots(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || host->runs() || !may_kill(*host)) return false;
  SimDisk& disk = host->metadata_disk();
  const std::string directory = host->metadata_directory() + "/__cluster_metadata-0";
  const auto names = disk.list(directory);
  if (!names) return false;
  bool begins_later = false;
  std::map<std::string, Bytes> moved;
  for (const std::string& name : *names) {
    if (name == "00000000000000000000.log") return false;
    begins_later |= name.ends_with(".log");
    const std::string path = directory + "/" + name;
    if (name.ends_with(".checkpoint") && !name.starts_with("00000000000000000000-"))
      moved[path] = disk.content(path);
  }
  if (!begins_later || moved.empty()) return false;
  for (const auto& [path, content] : moved) (void)disk.remove(path);
  (void)disk.sync_directory(directory);
  world_.note("the snapshots of {} are moved away", host->id());
  cluster_.excuse(host->id(), 1);
  host->power_on();
  host->start();
  if (host->runs()) {
    world_.fail(fmt::format("node {} has started without its metadata's beginning", host->id()));
    return true;
  }
  for (const auto& [path, content] : moved) disk.plant(path, content);
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
  const auto from = static_cast<int32_t>(step.numbers[0]), to = static_cast<int32_t>(step.numbers[1]);
  world_.note("{} does not reach {} for {} ms", from, to, step.numbers[2]);
  cluster_.network.cut(from, to, step.numbers[2] * kMs);
  return true;
}

bool Faults::do_slow_network(const Step& step) {
  const Host* host = host_of(step);
  if (host == nullptr) return false;
  ++cluster_.counters.slow_networks;
  cluster_.network.slow(host->id(), step.numbers[1] * kMs);
  return true;
}

bool Faults::do_reset(const Step& step) {
  const Host* host = host_of(step);
  if (host == nullptr) return false;
  ++cluster_.counters.resets;
  cluster_.network.reset_connections(host->id());
  return true;
}

// ---- Disks and clocks

bool Faults::do_slow_disk(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr) return false;
  ++cluster_.counters.slow_disks;
  host->machine().disk_step_us = step.numbers[1] * kMs;
  world_.after(step.numbers[2] * kMs, [host] { host->machine().disk_step_us = 0; });
  return true;
}

// What was not synced then is lost from the disk, though it still reads as if it were there: the power goes
// soon after.
bool Faults::fail(const Step& step, DiskOperation operation) {
  Host* host = host_of(step);
  if (host == nullptr || !host->runs() || !may_lose(*host)) return false;
  ++cluster_.counters.failed_syncs;
  weaken(*host, world_.now() + kFailuresMax);
  cluster_.excuse(host->id(), 2 * kFailuresMax);
  failing_.insert(host->id());
  const bool of_data = step.numbers[1] != 0;
  for (SimDisk* disk : host->machine().disks) {
    disk->inject({.operation = operation,
                  .path_part = of_data ? "/d/t" : "__cluster_metadata",
                  .times = static_cast<uint64_t>(step.numbers[2])});
  }
  world_.note("{} cannot {} its {}", host->id(), operation == DiskOperation::kSync ? "sync" : "write",
              of_data ? "data" : "metadata");
  return true;
}

bool Faults::do_fail_syncs(const Step& step) { return fail(step, DiskOperation::kSync); }
bool Faults::do_fail_writes(const Step& step) { return fail(step, DiskOperation::kWrite); }

bool Faults::do_end_failures(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || failing_.erase(host->id()) == 0) return false;
  for (SimDisk* disk : host->machine().disks) disk->clear_faults();
  host->lose_power();
  return true;
}

bool Faults::do_fill_disk(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || !host->has_power() || !host->plan().has_two_disks) return false;
  ++cluster_.counters.full_disks;
  SimDisk& disk = host->data_disk();
  constexpr uint64_t kHuge = uint64_t{1} << 40;
  disk.set_capacity(kHuge);
  const auto space = disk.space("/");
  if (space) disk.set_capacity(kHuge - space->usable_bytes + static_cast<uint64_t>(step.numbers[1]));
  world_.after(step.numbers[2] * kMs, [&disk] { disk.set_capacity(UINT64_MAX); });
  return true;
}

// A machine that comes back with empty disks, under its old id. The others must have all that it knew, of the
// metadata as well.
bool Faults::do_wipe(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || weak_ != 0 || !may_lose(*host) || cluster_.find_unhealed_node()) return false;
  ++cluster_.counters.wiped_disks;
  weaken(*host, world_.now());
  host->kill();
  world_.note("the disks of {} are wiped", host->id());
  host->wipe();
  return true;
}

bool Faults::do_set_clock(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr) return false;
  ++cluster_.counters.clock_steps;
  host->machine().clock.wall_offset_ms = step.numbers[1];
  return true;
}

// While its process is away: who starts has what it finds examined. Not of the only one in sync, from whom
// nobody could get it again.
bool Faults::do_flip_bit(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || !host->plan().is_broker || !host->runs() || host->is_ending() || !may_lose(*host))
    return false;
  SimDisk& disk = host->data_disk();
  if (!disk.exists(step.path)) return false;
  const Bytes content = disk.content(step.path);
  const auto byte = static_cast<size_t>(step.numbers[1]);
  const auto bit = static_cast<unsigned>(step.numbers[2]) % 8;
  if (byte >= content.size() || is_of_an_epoch(content, byte)) return false;
  ++cluster_.counters.flipped_bits;
  weaken(*host, world_.now());
  host->kill();
  disk.flip_bit(step.path, byte, bit);
  flipped_ = {host->id(), step.path, byte, static_cast<uint8_t>(content[byte] ^ (1U << bit))};
  world_.note("bit {} of byte {} of {} is flipped on {}", bit, byte, step.path, host->id());
  return true;
}

}  // namespace klamm::sim::cluster
