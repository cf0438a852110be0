#include "tests/sim/cluster/faults.h"

#include <algorithm>
#include <iterator>

namespace klamm::sim::cluster {
namespace {

constexpr int64_t kPauseMin = 5 * kSecond;
constexpr int64_t kPauseMax = 45 * kSecond;
constexpr int64_t kSecondMs = kSecond / kMs;

}  // namespace

void Faults::begin() { next(); }

void Faults::next() {
  world_.after(between(kPauseMin, kPauseMax), [this] {
    if (!cluster_.is_quiet()) inject();
    next();
  });
}

void Faults::inject() {
  switch (random_.below(24)) {
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

void Faults::reset() { act({"reset", {leading_or_any().id()}}); }

// ---- Disks and clocks

void Faults::slow_disk() {
  const Host& host = leading_or_any();
  const int64_t step_ms = between(1, 30), slow_for = between(kSecondMs, 40 * kSecondMs);
  act({"slow-disk", {host.id(), step_ms, slow_for}});
}

void Faults::fail_disk() {
  Host& host = leading_or_any();
  const int64_t of_data = between(0, 2), times = between(1, 4), until_end = between(kSecond, 20 * kSecond);
  if (!act({random_.one_in(4) ? "fail-writes" : "fail-syncs", {host.id(), of_data, times}})) return;
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

void Faults::step_clock() {
  const Host& host = any_host();
  act({"set-clock", {host.id(), between(-3'600'000, 3'600'000)}});
}

// In a sealed segment, of what was acknowledged long ago.
void Faults::flip_bit() {
  Host& host = any_host();
  const auto& topics = cluster_.topics();
  const std::string directory = fmt::format("/d/{}-0", topics[random_.below(topics.size())].name);
  const auto names = host.data_disk().list(directory);
  if (!names) return;
  std::vector<std::string> logs;
  std::ranges::copy_if(*names, std::back_inserter(logs),
                       [](const auto& name) { return name.ends_with(".log"); });
  if (logs.size() < 2) return;
  const std::string path = directory + "/" + logs[random_.below(logs.size() - 1)];
  const size_t size = host.data_disk().content(path).size();
  if (size == 0) return;
  const int64_t byte = between(0, static_cast<int64_t>(size)), bit = between(0, 8);
  if (act({"flip-bit", {host.id(), byte, bit}, path})) restart_later(host);
}

}  // namespace klamm::sim::cluster
