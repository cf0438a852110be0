// PeerReach: says in the log when another node cannot be reached, once for each reason, and when it can be
// again. And how long to wait before the next attempt.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/random.h"

namespace klamm::broker::net {

class PeerReach {
 public:
  // `where` is "node 2 at host:port (listener X)".
  PeerReach(std::string where, int64_t backoff_ms, int64_t backoff_max_ms, Random& random)
      : where_(std::move(where)), backoff_ms_(backoff_ms), backoff_max_ms_(backoff_max_ms), random_(random) {}

  const std::string& where() const { return where_; }

  void on_reached();
  // Both give the milliseconds for which nothing should be tried: as long as Kafka waits, which is twice as
  // long after each failure in a row, up to the most, and by up to a fifth more or less.
  int64_t on_unreachable(const std::string& why);
  int64_t on_disconnect();

 private:
  // Of reasons, of which a node may have several that take turns.
  static constexpr size_t kToldMax = 16;

  int64_t next_backoff_ms();

  const std::string where_;
  const int64_t backoff_ms_;
  const int64_t backoff_max_ms_;
  Random& random_;
  int failures_ = 0;  // since it was reached last
  std::set<std::string> told_;
};

}  // namespace klamm::broker::net
