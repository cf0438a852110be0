#include "broker/scrape/pushed_section.h"

namespace klamm::broker::scrape {
namespace {

constexpr size_t kValuesOfStep = 500;

}  // namespace

Progress PushedSection::write(Exposition& out) {
  const auto values = pushed_.some(last_, kValuesOfStep);
  for (const PushedMetrics::Value& value : values) {
    if (value.name != last_.name) {
      out.begin(value.name, metrics::Kind::kGauge, "Pushed by clients.");
      last_.name = value.name;
    }
    out.add(value.labels, value.value);
  }
  if (values.size() < kValuesOfStep) return Progress::kDone;
  last_ = values.back();
  return Progress::kMore;
}

}  // namespace klamm::broker::scrape
