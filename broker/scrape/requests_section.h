// What was answered, by API: RequestMetrics.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "broker/metrics/histogram.h"
#include "broker/scrape/kept.h"
#include "broker/scrape/net_view.h"
#include "broker/scrape/section.h"

namespace klamm::broker::scrape {

class RequestsSection final : public Section {
 public:
  // All of them outlive it.
  RequestsSection(const NetView& net, const Clock& clock, Kept& kept)
      : net_(net), clock_(clock), kept_(kept) {}

  Progress write(Exposition& out) override;

 private:
  // Of one API, from all loops.
  struct Read {
    std::string labels;  // `request="Fetch"`
    std::vector<std::pair<int, int64_t>> by_version;
    std::vector<std::pair<int, int64_t>> by_error;
    std::array<metrics::HistogramSummary, Kept::kRequestTimes> times;
  };

  void read(size_t row);
  void write_counts(Exposition& out) const;
  void write_times(Exposition& out) const;

  const NetView& net_;
  const Clock& clock_;
  Kept& kept_;
  size_t row_ = 0;
  std::vector<Read> read_;
};

}  // namespace klamm::broker::scrape
