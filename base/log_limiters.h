// LogLimiters: limits what many peers can provoke, each of them and all together, so that nobody's noise
// fills the log or hides somebody else.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/log_limiter.h"

namespace klamm {

class LogLimiters {
 public:
  // As many lines in ten seconds.
  struct Limits {
    int of_each = 20;
    int of_all = 500;
    size_t peers_max = 1'000;  // who comes beyond them shares one limit with the others who do
  };

  LogLimiters() : LogLimiters(Limits()) {}
  explicit LogLimiters(const Limits& limits)
      : limits_(limits), all_(limits.of_all), others_(limits.of_each) {}

  // How many lines, of whomever, were left out before this one; nothing while it is to be left out itself.
  // From any thread.
  std::optional<uint64_t> allow(std::string_view peer, int64_t now_ms);
  // The same by the machine's clock.
  std::optional<uint64_t> allow(std::string_view peer);

 private:
  struct Peer {
    LogLimiter limiter;
    int64_t seen_ms = 0;
  };

  LogLimiter& of(std::string_view peer, int64_t now_ms);
  void forget(int64_t now_ms);

  const Limits limits_;
  std::mutex mutex_;
  LogLimiter all_;
  LogLimiter others_;
  std::map<std::string, Peer, std::less<>> peers_;
  int64_t forgot_ms_ = INT64_MIN / 2;
  uint64_t left_out_ = 0;
};

}  // namespace klamm
