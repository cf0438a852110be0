#include "tests/sim/cluster/faults.h"

namespace klamm::sim::cluster {
namespace {

constexpr int64_t kPauseMin = 5 * kSecond;
constexpr int64_t kPauseMax = 45 * kSecond;
constexpr int64_t kSecondMs = kSecond / kMs;
// Of numbers for other settings, of which more than a thousand say something else.
constexpr int64_t kOtherSettings = 1'000'000;
constexpr int kRestoreTries = 20;

}  // namespace

void Faults::begin() { next(); }

void Faults::next() {
  world_.after(between(kPauseMin, kPauseMax), [this] {
    if (!cluster_.is_quiet()) inject();
    next();
  });
}

void Faults::inject() {
  switch (random_.below(30)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return kill();
    case 4:
    case 5:
    case 6:
      return cut_power();
    case 7:
      return cluster_.plan.flushes ? cut_all_power() : cut_power();
    case 8:
      return ask_to_end();
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
      return fail_disk();
    case 20:
      return cluster_.plan.has_two_disks && cluster_.plan.fills_disks ? fill_disk() : pause();
    case 21:
      return cluster_.plan.wipes_disks ? wipe() : kill();
    case 22:
      return cluster_.plan.flips_bits ? flip_bit() : isolate();
    case 23:
      return cluster_.plan.loses_writes ? lose_write() : cut_power();
    case 24:
      return cluster_.plan.restores_disks ? restore() : kill();
    case 25:
      return cluster_.plan.has_twins ? start_twin() : ask_to_end();
    case 26:
      return start_second();
    case 27:
    case 28:
      return slow_receiver();
    default:
      return step_clock();
  }
}

// At least `low`, less than `high`.
int64_t Faults::between(int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random_.below(static_cast<uint64_t>(high - low)));
}

// ---- Whom

Host& Faults::any_host() { return *cluster_.hosts()[random_.below(cluster_.hosts().size())]; }

// Leaders have the most to lose, so they are met more often than by chance.
Host& Faults::leading_or_any() {
  Host* active = cluster_.active_controller();
  if (active != nullptr && random_.one_in(3)) return *active;
  if (!random_.one_in(3)) return any_host();
  const auto image = cluster_.newest_image();
  const auto& topics = cluster_.topics();
  const auto* state =
      image == nullptr ? nullptr : image->topics().find(topics[random_.below(topics.size())].name, 0);
  if (state == nullptr || !state->has_leader()) return any_host();
  return *cluster_.hosts()[static_cast<size_t>(state->leader.value) - 1];
}

int64_t Faults::down_for() { return between(0, random_.one_in(4) ? 2 * kMinute : 8 * kSecond); }

void Faults::start(Host& host) {
  if (cluster_.is_quiet() || host.runs()) return;
  if (random_.one_in(16)) act({"start-without-snapshots", {host.id()}});
  if (random_.one_in(24)) act({"start-with-disks-of", {host.id(), any_host().id()}});
  if (random_.one_in(6)) act({"configure", {host.id(), between(0, kOtherSettings)}});
  if (random_.one_in(12)) act({"move", {host.id()}});
  act({"start", {host.id()}});
}

void Faults::restart_later(Host& host) {
  world_.after(down_for(), [this, &host] { start(host); });
}

// ---- Processes and power

void Faults::kill() {
  Host& host = leading_or_any();
  if (act({"kill", {host.id()}})) restart_later(host);
}

void Faults::cut_power() {
  Host& host = leading_or_any();
  if (act({"lose-power", {host.id()}})) restart_later(host);
}

void Faults::cut_all_power() {
  std::vector<Host*> met;
  for (auto& host : cluster_.hosts()) {
    if (host->has_power()) met.push_back(host.get());
  }
  if (!act({"lose-all-power"})) return;
  for (Host* host : met) world_.after(between(0, 15 * kSecond), [this, host] { start(*host); });
}

void Faults::ask_to_end() {
  Host& host = leading_or_any();
  if (!act({"stop", {host.id()}})) return;
  world_.after(between(kSecond, 30 * kSecond), [this, &host] { bring_back(host, false); });
}

// All of them, one after the other.
void Faults::roll() {
  world_.note("a rolling restart");
  roll_on(0);
}

void Faults::roll_on(size_t at) {
  if (cluster_.is_quiet() || at >= cluster_.hosts().size()) return;
  Host& host = *cluster_.hosts()[at];
  if (!act({"stop", {host.id()}})) return;
  world_.after(kSecond, [this, &host] { bring_back(host, true); });
}

// When it has ended.
void Faults::bring_back(Host& host, bool rolls_on) {
  if (cluster_.is_quiet()) return;
  if (host.is_ending()) {
    return world_.after(kSecond, [this, &host, rolls_on] { bring_back(host, rolls_on); });
  }
  start(host);
  const auto following = static_cast<size_t>(host.id());
  if (rolls_on) world_.after(between(kSecond, 20 * kSecond), [this, following] { roll_on(following); });
}

void Faults::pause() {
  Host& host = leading_or_any();
  const int64_t longest_ms = random_.one_in(3) ? 40 * kSecondMs : 5 * kSecondMs;
  act({"pause", {host.id(), between(100, longest_ms)}});
}

// ---- The network

void Faults::cut_one_way() {
  const Host &a = leading_or_any(), &b = any_host();
  if (a.id() == b.id()) return;
  ++cluster_.counters.cuts;
  const int64_t cut_for = between(kSecondMs, 40 * kSecondMs);
  const bool other_way = random_.one_in(2), both_ways = random_.one_in(2);
  if (other_way || both_ways) act({"cut", {b.id(), a.id(), cut_for}});
  if (!other_way || both_ways) act({"cut", {a.id(), b.id(), cut_for}});
}

void Faults::isolate() {
  const Host& a = leading_or_any();
  ++cluster_.counters.cuts;
  const int64_t cut_for = between(kSecondMs, 40 * kSecondMs);
  world_.note("{} is cut off", a.id());
  for (const auto& b : cluster_.hosts()) {
    if (b->id() == a.id()) continue;
    act({"cut", {a.id(), b->id(), cut_for}});
    act({"cut", {b->id(), a.id(), cut_for}});
  }
}

void Faults::cut_clients_off() {
  const Host& host = leading_or_any();
  ++cluster_.counters.cuts;
  const int64_t cut_for = between(kSecondMs, 20 * kSecondMs);
  for (int32_t client = kFirstClientPlace; client < kFirstClientPlace + 10; ++client) {
    if (random_.one_in(2)) act({"cut", {client, host.id(), cut_for}});
    if (random_.one_in(2)) act({"cut", {host.id(), client, cut_for}});
  }
}

void Faults::slow_network() {
  const Host& host = leading_or_any();
  act({"slow-network", {host.id(), between(kSecondMs, 30 * kSecondMs)}});
}

// Who does not keep up with what it is sent: a node that others ask and answer, or a client.
void Faults::slow_receiver() {
  const bool is_client = random_.one_in(2);
  const int64_t whom =
      is_client ? between(kFirstClientPlace + 1, kFirstClientPlace + 10) : leading_or_any().id();
  const int64_t bytes_per_ms = between(5, random_.one_in(2) ? 20 : 300);
  act({"slow-receiver", {whom, bytes_per_ms, between(kSecondMs, 40 * kSecondMs)}});
}

void Faults::reset() { act({"reset", {leading_or_any().id()}}); }

// ---- Disks and clocks

void Faults::slow_disk() {
  const Host& host = leading_or_any();
  const int64_t step_ms = between(1, 30), slow_for = between(kSecondMs, 40 * kSecondMs);
  act({"slow-disk", {host.id(), step_ms, slow_for}});
}

void Faults::fail_disk() {
  Host& host = leading_or_any();
  const bool of_reads = random_.one_in(3);
  const char* const what = of_reads ? "fail-reads" : random_.one_in(3) ? "fail-writes" : "fail-syncs";
  const int64_t of_data = between(0, 2), times = between(1, of_reads ? 30 : 4),
                until_end = between(kSecond, 20 * kSecond);
  if (!act({what, {host.id(), of_data, times}})) return;
  world_.after(until_end, [this, &host] {
    if (!cluster_.is_quiet() && act({"end-failures", {host.id()}})) restart_later(host);
  });
}

void Faults::fill_disk() {
  const Host& host = leading_or_any();
  const int64_t left = between(0, 200'000), full_for = between(5 * kSecondMs, 60 * kSecondMs);
  act({"fill-disk", {host.id(), left, full_for}});
}

void Faults::wipe() {
  Host& host = any_host();
  if (!random_.one_in(2) || !act({"wipe", {host.id()}})) return;
  world_.after(between(0, 20 * kSecond), [this, &host] { start(host); });
}

// What it had a while ago; half of the time of one of its disks alone, where it has two.
void Faults::restore() {
  Host& host = any_host();
  const int64_t which = host.plan().has_two_disks && random_.one_in(2) ? between(1, 3) : 0;
  if (!act({"back-up", {host.id()}})) return;
  world_.after(between(30 * kSecond, 5 * kMinute),
               [this, &host, which] { restore(host, which, kRestoreTries); });
}

void Faults::restore(Host& host, int64_t which, int tries) {
  if (cluster_.is_quiet() || tries == 0) return;
  if (!act({"restore", {host.id(), which}})) {
    return world_.after(3 * kSecond, [this, &host, which, tries] { restore(host, which, tries - 1); });
  }
  world_.after(between(0, 20 * kSecond), [this, &host] { start(host); });
}

void Faults::step_clock() {
  const Host& host = any_host();
  act({"set-clock", {host.id(), between(-3'600'000, 3'600'000)}});
}

// The paths of the segments of a partition, in order.
std::vector<std::string> Faults::segments_of_some(Host& host) {
  const auto& topics = cluster_.topics();
  const std::string directory = fmt::format("/d/{}-0", topics[random_.below(topics.size())].name);
  std::vector<std::string> segments;
  const auto names = host.data_disk().list(directory);
  if (!names) return segments;
  for (const std::string& name : *names) {
    if (name.ends_with(".log")) segments.push_back(directory + "/" + name);
  }
  return segments;
}

// In a sealed segment, of what was acknowledged long ago.
void Faults::flip_bit() {
  Host& host = any_host();
  const std::vector<std::string> segments = segments_of_some(host);
  if (segments.size() < 2) return;
  const std::string& path = segments[random_.below(segments.size() - 1)];
  const size_t size = host.data_disk().content(path).size();
  if (size == 0) return;
  const int64_t byte = between(0, static_cast<int64_t>(size)), bit = between(0, 8);
  if (act({"flip-bit", {host.id(), byte, bit}, path})) restart_later(host);
}

// In the segment that is written to, which may be sealed by the time that the power goes.
void Faults::lose_write() {
  Host& host = any_host();
  const std::vector<std::string> segments = segments_of_some(host);
  if (segments.empty()) return;
  const std::string& path = segments.back();
  const std::vector<uint64_t> sectors = host.data_disk().unsynced_sectors(path);
  if (sectors.empty()) return;
  const auto sector = static_cast<int64_t>(sectors[random_.below(sectors.size())]);
  const int64_t elsewhere = between(0, sector / static_cast<int64_t>(kSectorSize) + 1) *
                            static_cast<int64_t>(kSectorSize);
  const bool is_misdirected =
      random_.one_in(2) && act({"misdirect-write", {host.id(), sector, elsewhere}, path});
  if (!is_misdirected && !act({"lose-write", {host.id(), sector}, path})) return;
  world_.after(between(0, 30 * kSecond), [this, &host] {
    if (!cluster_.is_quiet() && act({"end-failures", {host.id()}})) restart_later(host);
  });
}

// ---- Two of one id

void Faults::start_second() { act({"start-second", {leading_or_any().id()}}); }

void Faults::start_twin() {
  Host& host = any_host();
  if (!act({"start-twin", {host.id(), between(0, 2)}})) return;
  world_.after(between(5 * kSecond, 40 * kSecond), [this, &host] { part_twins(host); });
}

// One of them goes: the other may be registered then, until it goes as well and the first one comes back.
void Faults::part_twins(Host& host) {
  if (cluster_.is_quiet()) return;
  if (random_.one_in(4) || !act({"give-way", {host.id()}})) {
    act({"end-twin", {host.id()}});
    return;
  }
  const int64_t until_end = between(5 * kSecond, 60 * kSecond);
  if (random_.one_in(3)) world_.after(until_end / 2, [this, &host] { start(host); });
  world_.after(until_end, [this, &host] {
    if (!cluster_.is_quiet() && act({"end-twin", {host.id()}})) start(host);
  });
}

}  // namespace klamm::sim::cluster
