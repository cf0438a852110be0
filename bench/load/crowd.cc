#include "bench/load/crowd.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "bench/load/coordinators.h"

namespace klamm::bench {
namespace {

constexpr int64_t kMillisecond = 1'000'000;
constexpr int64_t kWholeWithinNs = 300'000'000'000;

}  // namespace

Crowd::Crowd(const Options& options)
    : options_(options),
      client_(options.address),
      topic_(prepare_topic(options)),
      shares_(static_cast<size_t>(std::min(options.threads, options.groups))),
      groups_left_(options.groups) {
  await_coordinators(client_, group_names());
  for (int32_t number = 0; number < options.groups; ++number) {
    Share& share = shares_[static_cast<size_t>(number) % shares_.size()];
    share.groups.emplace_back();
    for (int32_t i = 0; i < options.members; ++i) {
      share.seats.push_back(std::make_unique<Seat>(options.address, group_name(number), topic_));
    }
  }
}

// So that two runs on one broker with topics of their own have groups of their own.
std::string Crowd::group_name(int32_t number) const {
  return fmt::format("{}-group-{}", options_.topic, number);
}

std::vector<std::string> Crowd::group_names() const {
  std::vector<std::string> names;
  for (int32_t number = 0; number < options_.groups; ++number) names.push_back(group_name(number));
  return names;
}

std::vector<Seat*> Crowd::seats_of(size_t thread) {
  std::vector<Seat*> seats;
  for (const auto& seat : shares_[thread].seats) seats.push_back(seat.get());
  return seats;
}

void Crowd::join() {
  began_ns_ = now_ns();
  std::vector<std::thread> threads;
  for (Share& share : shares_) threads.emplace_back([this, &share] { run(share); });
  for (std::thread& thread : threads) thread.join();
  for (const Share& share : shares_) {
    for (const auto& seat : share.seats) whole_ns_ = std::max(whole_ns_, seat->synced_ns);
  }
}

// Members of a group that is whole go on beating until all of them are, as they would.
void Crowd::run(Share& share) {
  Poller poller;
  for (size_t i = 0; i < share.seats.size(); ++i) poller.watch(share.seats[i]->client.socket(), i);
  for (const auto& seat : share.seats) seat->client.send(seat->member.join());
  while (groups_left_.load() > 0) {
    if (now_ns() - began_ns_ > kWholeWithinNs) give_up("the groups do not become stable");
    const int64_t look = now_ns() + kMillisecond;
    for (size_t seat : poller.wait_until(share.beats.empty() ? look : std::min(look, share.beats[0].first))) {
      on_input(share, seat);
    }
    send_beats(share);
  }
  end_beats(share);
}

void Crowd::on_input(Share& share, size_t number) {
  Seat& seat = *share.seats[number];
  const bool was_syncing = seat.member.state() == Member::State::kSyncing;
  const ByteView next = seat.member.hear(seat.client.receive_only());
  if (!next.empty()) return seat.client.send(next);
  share.beats.emplace_back(now_ns() + options_.beat_ms * kMillisecond, number);
  if (was_syncing) on_synced(share, number);
}

void Crowd::on_synced(Share& share, size_t number) {
  Seat& seat = *share.seats[number];
  seat.synced_ns = now_ns();
  Group& group = share.groups[number / static_cast<size_t>(options_.members)];
  if (seat.member.generation() < group.generation) return;
  if (seat.member.generation() > group.generation) group = {seat.member.generation(), 0};
  if (++group.synced == options_.members) --groups_left_;
}

void Crowd::send_beats(Share& share) {
  while (!share.beats.empty() && share.beats[0].first <= now_ns()) {
    Seat& seat = *share.seats[share.beats[0].second];
    share.beats.pop_front();
    seat.client.send(seat.member.beat());
  }
}

// A whole group has nobody left who could disturb it.
void Crowd::end_beats(Share& share) {
  for (const auto& seat : share.seats) {
    if (seat->member.state() != Member::State::kBeating) continue;
    if (!seat->member.hear(seat->client.receive_only()).empty()) give_up("a whole group is disturbed");
  }
}

void Crowd::leave() {
  const auto size = static_cast<size_t>(options_.members);
  for (Share& share : shares_) {
    for (size_t first = 0; first < share.seats.size(); first += size) {
      std::vector<std::string> ids;
      for (size_t i = 0; i < size; ++i) ids.push_back(share.seats[first + i]->member.id());
      leave_group(client_, share.seats[first]->member.group(), ids);
    }
  }
}

void Crowd::check_stable() { bench::check_stable(client_, group_names(), options_.members); }

Histogram Crowd::latencies() const {
  Histogram latencies;
  for (const Share& share : shares_) {
    for (const auto& seat : share.seats) latencies.add(seat->synced_ns - began_ns_);
  }
  return latencies;
}

int64_t Crowd::joins() const {
  int64_t joins = 0;
  for (const Share& share : shares_) {
    for (const auto& seat : share.seats) joins += seat->member.joins();
  }
  return joins;
}

}  // namespace klamm::bench
