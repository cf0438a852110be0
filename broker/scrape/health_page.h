// HealthPage: how a node is, as orchestrators ask it: does it live, is it ready, has it started; and as the
// agent in Strimzi's images answers.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "broker/admin.h"
#include "broker/config/node_config.h"
#include "broker/metrics/node_stats.h"
#include "broker/scrape/loop_watch.h"

namespace klamm::broker {

class HealthPage {
 public:
  // A loop that has not turned for so long is dead; one that turns answers in much less than the other.
  static constexpr int64_t kSilenceMs = 10'000;
  static constexpr int64_t kPatienceMs = 1'000;

  // All of them outlive it.
  HealthPage(const NodeConfig& config, const Clock& clock, const metrics::NodeStats& stats)
      : config_(config), clock_(clock), stats_(stats) {}

  // From any thread, once the loops run: until then nobody waits for them.
  void watch(const std::vector<LoopWatch::Watched>& loops) ABSL_LOCKS_EXCLUDED(mutex_);

  // On the admin's thread. Of `query` it counts whether it has "verbose".
  AdminAnswer live();
  AdminAnswer ready(std::string_view query) const;
  AdminAnswer started(std::string_view query) const;
  AdminAnswer agent_ready() const;
  AdminAnswer agent_state() const;

 private:
  struct Check {
    std::string_view name;
    bool passes;
    std::string why_not;
  };

  std::vector<Check> readiness() const;
  std::string recovery() const;
  AdminAnswer told(bool is_well, const std::vector<Check>& checks, std::string_view word,
                   std::string_view query) const;

  const NodeConfig& config_;
  const Clock& clock_;
  const metrics::NodeStats& stats_;
  absl::Mutex mutex_;
  std::shared_ptr<LoopWatch> loops_ ABSL_GUARDED_BY(mutex_);  // used on the admin's thread alone
};

}  // namespace klamm::broker
