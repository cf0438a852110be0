// What clients push (KIP-714): metrics as MetricsData of the OpenTelemetry protocol, version 1, of which
// gauges and sums are read. Written against opentelemetry-proto's metrics.proto; what it has besides is
// passed over.
#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace klamm::broker {

struct OtlpPoint {
  std::string_view name;
  // Those of the resource, and behind them those of the point; texts alone.
  std::vector<std::pair<std::string_view, std::string_view>> attributes;
  double value = 0;
  bool is_difference = false;  // of a sum, to what was pushed before
};

// Attributes beyond so many are passed over.
inline constexpr size_t kOtlpAttributesMax = 16;

// Calls `visit` for each number, in order; its views are into `message`. False for what is no MetricsData:
// what was visited until then may be wrong as well. Memory does not depend on the message. `passed_over` is
// how many metrics had no numbers that could be told: histograms and summaries.
bool read_otlp_metrics(ByteView message, const std::function<void(const OtlpPoint&)>& visit,
                       size_t& passed_over);

}  // namespace klamm::broker
