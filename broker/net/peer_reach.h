// PeerReach: what is to be said in the log about another node that cannot be reached: one line for each
// reason, and one when it can be again. And how long to wait before the next attempt.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/random.h"

namespace klamm::broker::net {

class PeerReach {
 public:
  struct Backoff {
    int64_t first_ms;
    int64_t most_ms;
  };
  // `where` is "node 2 at host:port (listener X)". `random` outlives it.
  PeerReach(std::string where, const Backoff& backoff, Random& random)
      : where_(std::move(where)), backoff_(backoff), random_(random) {}

  const std::string& where() const { return where_; }

  // Both give the line for the log, which is empty when there is nothing to be said.
  std::string on_reached();
  std::string on_unreachable(const std::string& why);

  // For how long nothing should be tried after a failure, or when a connection has ended: as Kafka has it,
  // twice as long after each in a row, up to the most, and up to a fifth more or less.
  int64_t next_backoff_ms();

 private:
  // Of reasons, of which a node may have several that take turns.
  static constexpr size_t kToldMax = 16;

  const std::string where_;
  const Backoff backoff_;
  Random& random_;
  int failures_ = 0;  // since it was reached last
  std::set<std::string> told_;
};

}  // namespace klamm::broker::net
