#include "broker/crash_watch.h"

#include <algorithm>

#include "base/check.h"

namespace klamm::broker {

CrashWatch::CrashWatch(Brokers brokers, int64_t now_ms) {
  for (auto& [id, broker] : brokers) {
    Watched& watched = watched_[id];
    watched.broker = std::move(broker);
    watched.next_attempt_ms = now_ms;
    watched.doubt = Doubt{.until_ms = now_ms + kTermBeginsMs};
  }
}

std::vector<NodeId> CrashWatch::follow(const Brokers& brokers, int64_t now_ms) {
  std::vector<NodeId> dropped;
  std::erase_if(watched_, [&](const auto& entry) {
    const auto found = brokers.find(entry.first);
    if (found != brokers.end() && found->second == entry.second.broker) return false;
    dropped.push_back(entry.first);
    return true;
  });
  for (const auto& [id, broker] : brokers) {
    if (watched_.contains(id)) continue;
    Watched& watched = watched_[id];
    watched.broker = broker;
    watched.next_attempt_ms = now_ms;
  }
  return dropped;
}

const CrashWatch::Broker* CrashWatch::find(NodeId id) const {
  const auto found = watched_.find(id);
  return found == watched_.end() ? nullptr : &found->second.broker;
}

CrashWatch::Watched& CrashWatch::at(NodeId id) {
  const auto found = watched_.find(id);
  CHECK(found != watched_.end());
  return found->second;
}

// ---- What happens

void CrashWatch::on_heartbeat(NodeId id, int64_t epoch) {
  const auto found = watched_.find(id);
  if (found != watched_.end() && found->second.broker.epoch == epoch) found->second.doubt.reset();
}

void CrashWatch::on_connected(NodeId id, int64_t now_ms) {
  Watched& watched = at(id);
  CHECK(watched.state == State::kTrying);
  watched.state = State::kConnected;
  watched.connected_ms = now_ms;
  watched.doubt.reset();
}

std::optional<CrashWatch::Crash> CrashWatch::on_refused(NodeId id, int64_t now_ms) {
  Watched& watched = at(id);
  CHECK(watched.state == State::kTrying);
  ++watched.failures;
  if (!watched.doubt) {
    part(watched, now_ms + backoff_ms(watched.failures));
    return std::nullopt;
  }
  Doubt& doubt = *watched.doubt;
  part(watched, std::max(now_ms + kRefusedForMs, doubt.until_ms));
  if (doubt.refusals++ == 0) doubt.refused_since_ms = now_ms;
  const int64_t refused_for_ms = now_ms - doubt.refused_since_ms;
  if (refused_for_ms < kRefusedForMs || now_ms < doubt.until_ms || is_widespread()) return std::nullopt;
  return Crash{id, watched.broker.epoch, doubt.refusals, refused_for_ms};
}

void CrashWatch::on_failed(NodeId id, int64_t now_ms) {
  Watched& watched = at(id);
  CHECK(watched.state == State::kTrying);
  part(watched, now_ms + backoff_ms(++watched.failures));
  if (watched.doubt) watched.doubt->refusals = 0;
}

void CrashWatch::on_closed(NodeId id, int64_t now_ms) {
  Watched& watched = at(id);
  if (watched.state == State::kApart) return;
  const bool has_lasted =
      watched.state == State::kConnected && now_ms - watched.connected_ms >= kShortLivedMs;
  watched.failures = has_lasted ? 0 : watched.failures + 1;
  part(watched, has_lasted ? now_ms : now_ms + backoff_ms(watched.failures));
  const int64_t before_ms = watched.doubt ? watched.doubt->until_ms : now_ms;
  watched.doubt = Doubt{.until_ms = std::max(before_ms, now_ms)};
}

void CrashWatch::part(Watched& watched, int64_t next_attempt_ms) {
  watched.state = State::kApart;
  watched.next_attempt_ms = next_attempt_ms;
}

int64_t CrashWatch::backoff_ms(int failures) {
  CHECK(failures > 0);
  int64_t backoff_ms = kBackoffFirstMs;
  for (int i = 1; i < failures && backoff_ms < kBackoffMostMs; ++i) backoff_ms *= 2;
  return std::min(backoff_ms, kBackoffMostMs);
}

// Whether more than half of the nodes, this one among those that are there, refuse connections at once: that
// is rather something between this node and the others.
bool CrashWatch::is_widespread() const {
  const auto refusing = std::ranges::count_if(
      watched_, [](const auto& entry) { return entry.second.doubt && entry.second.doubt->refusals > 0; });
  return 2 * static_cast<size_t>(refusing) > watched_.size() + 1;
}

// ---- What is to be done

std::vector<NodeId> CrashWatch::take_due(int64_t now_ms) {
  std::vector<NodeId> due;
  for (auto& [id, watched] : watched_) {
    if (watched.state != State::kApart || watched.next_attempt_ms > now_ms) continue;
    watched.state = State::kTrying;
    due.push_back(id);
  }
  return due;
}

std::optional<int64_t> CrashWatch::next_deadline_ms() const {
  std::optional<int64_t> next;
  for (const auto& [id, watched] : watched_) {
    if (watched.state != State::kApart) continue;
    next = std::min(next.value_or(watched.next_attempt_ms), watched.next_attempt_ms);
  }
  return next;
}

}  // namespace klamm::broker
