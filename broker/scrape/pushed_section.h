// What clients have pushed of their own metrics (KIP-714), as gauges.
#pragma once

#include "broker/scrape/section.h"
#include "broker/telemetry/pushed_metrics.h"

namespace klamm::broker::scrape {

class PushedSection final : public Section {
 public:
  // Which outlives it.
  explicit PushedSection(const PushedMetrics& pushed) : pushed_(pushed) {}

  Progress write(Exposition& out) override;

 private:
  const PushedMetrics& pushed_;
  PushedMetrics::Value last_;
};

}  // namespace klamm::broker::scrape
