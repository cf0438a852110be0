// Peers: at most one request under way per peer, how long to wait for its answer, and how long to leave a
// peer alone after it failed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/types.h"

namespace klamm::raft {

class Peers {
 public:
  Peers(std::vector<NodeId> bootstrap_servers, int32_t request_timeout_ms, int32_t retry_backoff_ms)
      : bootstrap_servers_(std::move(bootstrap_servers)),
        request_timeout_ms_(request_timeout_ms),
        retry_backoff_ms_(retry_backoff_ms) {}

  bool is_ready(NodeId peer, int64_t now_ms) const;
  bool is_backing_off(NodeId peer, int64_t now_ms) const;
  bool has_timed_out(NodeId peer, int64_t now_ms) const;
  // Whether an answer that may still come is waited for, from anyone.
  bool awaits_anyone(int64_t now_ms) const;

  // The correlation of the request that is now under way.
  int64_t on_sent(NodeId peer, int64_t now_ms);
  // Whether an answer is the one that is waited for; all others are late, or not ours.
  bool awaits(NodeId peer, int64_t correlation) const;
  void on_response(NodeId peer, int64_t correlation, bool ok, int64_t now_ms);
  void on_failure(NodeId peer, int64_t now_ms);
  void reset(NodeId peer);
  // A new role has new questions: answers to the old ones are not waited for any more.
  void reset_all();

  // Some bootstrap server that is ready, chosen by chance.
  std::optional<NodeId> ready_bootstrap_server(Random& random, int64_t now_ms) const;
  // When the next request times out or the next peer may be asked again, of those that lie after `now_ms`;
  // INT64_MAX if there is nothing to wait for.
  int64_t next_deadline(int64_t now_ms) const;

 private:
  struct Peer {
    int64_t correlation = 0;  // 0: nothing under way
    int64_t request_deadline_ms = 0;
    int64_t backoff_until_ms = 0;
  };

  std::vector<NodeId> bootstrap_servers_;
  int32_t request_timeout_ms_;
  int32_t retry_backoff_ms_;
  std::map<NodeId, Peer> peers_;
  int64_t last_correlation_ = 0;
};

}  // namespace klamm::raft
