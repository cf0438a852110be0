#include "tests/sim/cluster/faults.h"

#include <algorithm>
#include <map>

#include "protocol/record_batch.h"

namespace klamm::sim::cluster {
namespace {

constexpr int64_t kPauseMin = 5 * kSecond;
constexpr int64_t kPauseMax = 45 * kSecond;
// A broker whose disk was lost is looked at again after this long at the earliest.
constexpr int64_t kWeakMin = 5 * kSecond;

// Of a batch's header, no checksum covers the epoch: one that has become another possible one is not found
// (storage/segment_exam.h).
bool is_of_an_epoch(ByteView segment, size_t byte) {
  protocol::BatchCursor batches(segment);
  size_t begin = 0;
  while (batches.next() && batches.position() <= byte) begin = batches.position();
  return byte - begin >= 12 && byte - begin < 16;
}

}  // namespace

void Faults::begin() { next(); }

void Faults::next() {
  world_.after(world_.between(kPauseMin, kPauseMax), [this] {
    if (!cluster_.is_quiet()) inject();
    next();
  });
}

void Faults::inject() {
  if (weak_ != 0 && is_weak_over()) weak_ = 0;
  switch (world_.random().below(24)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return kill();
    case 4:
    case 5:
    case 6:
      return lose_power();
    case 7:
      return cluster_.plan.flushes ? lose_all_power() : lose_power();
    case 8:
      return stop_cleanly();
    case 9:
      return roll();
    case 10:
    case 11:
      return pause();
    case 12:
    case 13:
      return cut_one_way();
    case 14:
      return isolate();
    case 15:
      return cut_clients_off();
    case 16:
      return slow_network();
    case 17:
      return reset();
    case 18:
      return slow_disk();
    case 19:
      return fail_syncs();
    case 20:
      return cluster_.plan.has_two_disks && cluster_.plan.fills_disks ? fill_disk() : pause();
    case 21:
      return cluster_.plan.wipes_disks ? wipe() : kill();
    case 22:
      return cluster_.plan.flips_bits ? flip_bit() : isolate();
    default:
      return step_clock();
  }
}

// ---- Whom

Host& Faults::any_host() { return *cluster_.hosts()[world_.random().below(cluster_.hosts().size())]; }

// Leaders have the most to lose, so they are met more often than by chance.
Host& Faults::leading_or_any() {
  Host* active = cluster_.active_controller();
  if (active != nullptr && world_.random().one_in(3)) return *active;
  if (!world_.random().one_in(3)) return any_host();
  const auto image = cluster_.newest_image();
  const auto& topics = cluster_.topics();
  const auto* state =
      image == nullptr ? nullptr : image->topics().find(topics[world_.random().below(topics.size())].name, 0);
  if (state == nullptr || !state->has_leader()) return any_host();
  return *cluster_.hosts()[static_cast<size_t>(state->leader.value) - 1];
}

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

int64_t Faults::down_for() {
  return world_.between(0, world_.random().one_in(4) ? 2 * kMinute : 8 * kSecond);
}

void Faults::start(Host& host) {
  if (cluster_.is_quiet() || host.runs()) return;
  host.power_on();
  if (world_.random().one_in(16) && may_kill(host)) start_without_snapshots(host);
  host.start();
}

// Somebody has taken the snapshots of the metadata for old files, and moved them away. A log that does not
// begin at offset 0 may not be started from then (KAFKA-14240); they are moved back.
void Faults::start_without_snapshots(Host& host) {
  SimDisk& disk = host.metadata_disk();
  const std::string directory = host.metadata_directory() + "/__cluster_metadata-0";
  const auto names = disk.list(directory);
  if (!names) return;
  bool begins_later = false;
  std::map<std::string, Bytes> moved;
  for (const std::string& name : *names) {
    if (name == "00000000000000000000.log") return;
    begins_later |= name.ends_with(".log");
    const std::string path = directory + "/" + name;
    if (name.ends_with(".checkpoint") && !name.starts_with("00000000000000000000-"))
      moved[path] = disk.content(path);
  }
  if (!begins_later || moved.empty()) return;
  for (const auto& [path, content] : moved) (void)disk.remove(path);
  (void)disk.sync_directory(directory);
  world_.note("the snapshots of {} are moved away", host.id());
  cluster_.excuse(host.id(), 1);
  host.start();
  if (host.runs())
    return world_.fail(fmt::format("node {} has started without its metadata's beginning", host.id()));
  for (const auto& [path, content] : moved) disk.plant(path, content);
}

void Faults::restart_later(Host& host) {
  world_.after(down_for(), [this, &host] { start(host); });
}

// ---- Processes and power

void Faults::kill() {
  Host& host = leading_or_any();
  if (!host.runs() || !may_kill(host)) return;
  ++cluster_.counters.kills;
  host.kill();
  restart_later(host);
}

void Faults::lose_power() {
  Host& host = leading_or_any();
  if (!host.has_power() || !may_lose(host)) return;
  ++cluster_.counters.power_losses;
  if (host.plan().is_broker) {
    weak_ = host.id();
    weak_since_ = world_.now();
  }
  host.lose_power();
  restart_later(host);
}

// Where what is acknowledged is on the platters.
void Faults::lose_all_power() {
  if (weak_ != 0) return;
  for (auto& host : cluster_.hosts()) {
    if (!host->has_power()) continue;
    ++cluster_.counters.power_losses;
    host->lose_power();
    world_.after(world_.between(0, 15 * kSecond), [this, host = host.get()] { start(*host); });
  }
}

void Faults::stop_cleanly() {
  Host& host = leading_or_any();
  if (!host.runs() || host.is_ending()) return;
  ++cluster_.counters.clean_stops;
  host.shut_down();
  world_.after(world_.between(kSecond, 30 * kSecond), [this, &host] { bring_back(host, false); });
}

// All of them, one after the other.
void Faults::roll() {
  world_.note("a rolling restart");
  roll_on(0);
}

void Faults::roll_on(size_t at) {
  if (cluster_.is_quiet() || at >= cluster_.hosts().size()) return;
  Host& host = *cluster_.hosts()[at];
  if (!host.runs() || host.is_ending()) return;
  ++cluster_.counters.clean_stops;
  host.shut_down();
  world_.after(kSecond, [this, &host] { bring_back(host, true); });
}

// When it has ended.
void Faults::bring_back(Host& host, bool rolls_on) {
  if (cluster_.is_quiet()) return;
  if (host.is_ending()) {
    return world_.after(kSecond, [this, &host, rolls_on] { bring_back(host, rolls_on); });
  }
  start(host);
  const auto next = static_cast<size_t>(host.id());
  if (rolls_on) world_.after(world_.between(kSecond, 20 * kSecond), [this, next] { roll_on(next); });
}

void Faults::pause() {
  Host& host = leading_or_any();
  if (!host.runs()) return;
  ++cluster_.counters.pauses;
  const int64_t pause_for = world_.between(100 * kMs, world_.random().one_in(3) ? 40 * kSecond : 5 * kSecond);
  world_.note("{} stands still for {} ms", host.id(), pause_for / kMs);
  host.pause(pause_for);
}

// ---- The network

void Faults::cut_one_way() {
  Host &a = leading_or_any(), &b = any_host();
  if (a.id() == b.id()) return;
  ++cluster_.counters.cuts;
  const int64_t cut_for = world_.between(kSecond, 40 * kSecond);
  const bool other_way = world_.random().one_in(2);
  world_.note("{} does not reach {} for {} s", other_way ? b.id() : a.id(), other_way ? a.id() : b.id(),
              cut_for / kSecond);
  other_way ? cluster_.network.cut(b.id(), a.id(), cut_for) : cluster_.network.cut(a.id(), b.id(), cut_for);
  if (world_.random().one_in(2)) cluster_.network.cut(b.id(), a.id(), cut_for);
}

void Faults::isolate() {
  Host& a = leading_or_any();
  ++cluster_.counters.cuts;
  const int64_t cut_for = world_.between(kSecond, 40 * kSecond);
  world_.note("{} is cut off for {} s", a.id(), cut_for / kSecond);
  for (auto& b : cluster_.hosts()) {
    if (b->id() == a.id()) continue;
    cluster_.network.cut(a.id(), b->id(), cut_for);
    cluster_.network.cut(b->id(), a.id(), cut_for);
  }
}

void Faults::cut_clients_off() {
  Host& host = leading_or_any();
  ++cluster_.counters.cuts;
  const int64_t cut_for = world_.between(kSecond, 20 * kSecond);
  for (int32_t client = kFirstClientPlace; client < kFirstClientPlace + 10; ++client) {
    if (world_.random().one_in(2)) cluster_.network.cut(client, host.id(), cut_for);
    if (world_.random().one_in(2)) cluster_.network.cut(host.id(), client, cut_for);
  }
}

void Faults::slow_network() {
  ++cluster_.counters.slow_networks;
  cluster_.network.slow(leading_or_any().id(), world_.between(kSecond, 30 * kSecond));
}

void Faults::reset() {
  ++cluster_.counters.resets;
  cluster_.network.reset_connections(leading_or_any().id());
}

// ---- Disks and clocks

void Faults::slow_disk() {
  Host& host = leading_or_any();
  ++cluster_.counters.slow_disks;
  host.machine().disk_step_us = world_.between(kMs, 30 * kMs);
  world_.after(world_.between(kSecond, 40 * kSecond), [&host] { host.machine().disk_step_us = 0; });
}

// What was not synced then is lost from the disk, though it still reads as if it were there: the power goes
// soon after.
void Faults::fail_syncs() {
  Host& host = leading_or_any();
  if (!host.runs() || !may_lose(host)) return;
  ++cluster_.counters.failed_syncs;
  weak_ = host.id();
  weak_since_ = world_.now() + 30 * kSecond;
  cluster_.excuse(host.id(), 60 * kSecond);
  const bool of_data = world_.random().one_in(2);
  for (SimDisk* disk : host.machine().disks) {
    disk->inject({.operation = DiskOperation::kSync,
                  .path_part = of_data ? "/d/t" : "__cluster_metadata",
                  .times = 1 + world_.random().below(3)});
  }
  world_.note("{} cannot sync its {}", host.id(), of_data ? "data" : "metadata");
  world_.after(world_.between(kSecond, 20 * kSecond), [this, &host] {
    if (cluster_.is_quiet()) return;
    for (SimDisk* disk : host.machine().disks) disk->clear_faults();
    host.lose_power();
    restart_later(host);
  });
}

void Faults::fill_disk() {
  Host& host = leading_or_any();
  if (!host.has_power()) return;
  ++cluster_.counters.full_disks;
  SimDisk& disk = host.data_disk();
  constexpr uint64_t kHuge = uint64_t{1} << 40;
  disk.set_capacity(kHuge);
  const auto space = disk.space("/");
  if (space) disk.set_capacity(kHuge - space->usable_bytes + world_.random().below(200'000));
  world_.after(world_.between(5 * kSecond, 60 * kSecond), [&disk] { disk.set_capacity(UINT64_MAX); });
}

// A machine that comes back with empty disks, under its old id. The others must have all that it knew, of the
// metadata as well.
void Faults::wipe() {
  Host& host = any_host();
  if (!world_.random().one_in(2) || !may_lose(host) || weak_ != 0 || cluster_.find_unhealed_node()) return;
  ++cluster_.counters.wiped_disks;
  weak_ = host.id();
  weak_since_ = world_.now();
  host.kill();
  world_.note("the disks of {} are wiped", host.id());
  host.wipe();
  world_.after(world_.between(0, 20 * kSecond), [this, &host] { start(host); });
}

void Faults::step_clock() {
  Host& host = any_host();
  ++cluster_.counters.clock_steps;
  host.machine().clock.wall_offset_ms = world_.between(-3'600'000, 3'600'000);
}

// In a sealed segment, of what was acknowledged long ago, while its process is away: who starts has what it
// finds examined. Not of the only one in sync, from whom nobody could get it again.
void Faults::flip_bit() {
  Host& host = any_host();
  if (!host.plan().is_broker || !host.runs() || host.is_ending() || !may_lose(host)) return;
  const auto& topics = cluster_.topics();
  const std::string directory = fmt::format("/d/{}-0", topics[world_.random().below(topics.size())].name);
  const auto names = host.data_disk().list(directory);
  if (!names) return;
  std::vector<std::string> logs;
  std::ranges::copy_if(*names, std::back_inserter(logs),
                       [](const auto& name) { return name.ends_with(".log"); });
  if (logs.size() < 2) return;
  const std::string path = directory + "/" + logs[world_.random().below(logs.size() - 1)];
  const Bytes content = host.data_disk().content(path);
  if (content.empty()) return;
  const size_t byte = world_.random().below(content.size());
  if (is_of_an_epoch(content, byte)) return;
  ++cluster_.counters.flipped_bits;
  weak_ = host.id();
  weak_since_ = world_.now();
  const auto bit = static_cast<unsigned>(world_.random().below(8));
  host.kill();
  host.data_disk().flip_bit(path, byte, bit);
  flipped_ = {host.id(), path, byte, static_cast<uint8_t>(content[byte] ^ (1U << bit))};
  world_.note("bit {} of byte {} of {} is flipped on {}", bit, byte, path, host.id());
  restart_later(host);
}

}  // namespace klamm::sim::cluster
