#include "raft/peers.h"

#include <algorithm>

#include "base/check.h"

namespace klamm::raft {

bool Peers::is_ready(NodeId peer, int64_t now_ms) const {
  auto found = peers_.find(peer);
  if (found == peers_.end()) return true;
  if (found->second.correlation != 0) return has_timed_out(peer, now_ms);
  return now_ms >= found->second.backoff_until_ms;
}

bool Peers::is_backing_off(NodeId peer, int64_t now_ms) const {
  auto found = peers_.find(peer);
  return found != peers_.end() && found->second.correlation == 0 && now_ms < found->second.backoff_until_ms;
}

bool Peers::has_timed_out(NodeId peer, int64_t now_ms) const {
  auto found = peers_.find(peer);
  return found != peers_.end() && found->second.correlation != 0 &&
         now_ms >= found->second.request_deadline_ms;
}

bool Peers::awaits_anyone(int64_t now_ms) const {
  return std::any_of(peers_.begin(), peers_.end(), [&](const auto& entry) {
    return entry.second.correlation != 0 && now_ms < entry.second.request_deadline_ms;
  });
}

int64_t Peers::on_sent(NodeId peer, int64_t now_ms) {
  CHECK(is_ready(peer, now_ms));
  peers_[peer] = {.correlation = ++last_correlation_, .request_deadline_ms = now_ms + request_timeout_ms_};
  return last_correlation_;
}

bool Peers::awaits(NodeId peer, int64_t correlation) const {
  auto found = peers_.find(peer);
  return found != peers_.end() && correlation != 0 && found->second.correlation == correlation;
}

void Peers::on_response(NodeId peer, int64_t correlation, bool ok, int64_t now_ms) {
  if (!awaits(peer, correlation)) return;
  if (ok) {
    reset(peer);
  } else {
    on_failure(peer, now_ms);
  }
}

void Peers::on_failure(NodeId peer, int64_t now_ms) {
  peers_[peer] = {.correlation = 0, .backoff_until_ms = now_ms + retry_backoff_ms_};
}

void Peers::reset(NodeId peer) { peers_.erase(peer); }

void Peers::reset_all() { peers_.clear(); }

std::optional<NodeId> Peers::ready_bootstrap_server(Random& random, int64_t now_ms) const {
  if (bootstrap_servers_.empty() || awaits_anyone(now_ms)) return std::nullopt;
  size_t first = random.below(bootstrap_servers_.size());
  for (size_t i = 0; i < bootstrap_servers_.size(); ++i) {
    NodeId server = bootstrap_servers_[(first + i) % bootstrap_servers_.size()];
    if (is_ready(server, now_ms)) return server;
  }
  return std::nullopt;
}

int64_t Peers::next_deadline(int64_t now_ms) const {
  int64_t next = INT64_MAX;
  for (const auto& [id, peer] : peers_) {
    int64_t deadline = peer.correlation != 0 ? peer.request_deadline_ms : peer.backoff_until_ms;
    if (deadline > now_ms) next = std::min(next, deadline);
  }
  return next;
}

}  // namespace klamm::raft
