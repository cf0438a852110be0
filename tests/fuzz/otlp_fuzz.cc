// What clients may push as their metrics: never a crash, reading takes no memory that depends on the message,
// what is kept stays within its limits whatever is pushed, and what is shown of it is text of the exposition.
#include <algorithm>
#include <string>
#include <string_view>

#include "base/check.h"
#include "broker/telemetry/otlp_metrics.h"
#include "broker/telemetry/pushed_metrics.h"
#include "tests/fuzz/memory_bound.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

constexpr PushedMetrics::Limits kLimits{
    .clients = 2, .of_each = 20, .bytes = 4'000, .labels_size = 300, .name_size = 60};
// A point's attributes grow by doubling: sixteen pairs of views, and the eight of before.
constexpr size_t kReadingMemory = 4'096;
// What one push gathers before it is kept: of each value a name and labels; and beside it the labels of one
// point, and three times that while they are escaped and grow.
constexpr size_t kKeptMemory = 64 << 10;
constexpr size_t kMemoryPerByte = 64;

bool is_shown_name(std::string_view name) {
  return name.starts_with("kafka_client_") && std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

// One line, with all quotes in pairs.
bool is_label_text(std::string_view text) {
  size_t quotes = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') return false;
    if (text[i] == '\\') {
      ++i;
    } else {
      quotes += text[i] == '"';
    }
  }
  return quotes % 2 == 0;
}

void check_kept(const PushedMetrics& metrics) {
  size_t bytes = 0;
  const auto values = metrics.some({}, 1'000);
  CHECK(values.size() <= kLimits.clients * kLimits.of_each);
  for (const auto& value : values) {
    bytes += value.name.size() + value.labels.size();
    CHECK(is_shown_name(value.name) && is_label_text(value.labels));
    CHECK(value.labels.size() <= kLimits.labels_size);
  }
  CHECK(bytes <= kLimits.bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView message(data, size);
  bool is_read = false;
  {
    MemoryBound bound(kReadingMemory);
    size_t points = 0, passed_over = 0;
    is_read = read_otlp_metrics(
        message,
        [&](const OtlpPoint& point) {
          ++points;
          CHECK(point.attributes.size() <= kOtlpAttributesMax);
        },
        passed_over);
    // A point is a number of eight bytes and a tag at least.
    CHECK(points <= size / 9 + 1 && passed_over <= size);
  }
  MemoryBound bound(kMemoryPerByte * size + kKeptMemory);
  PushedMetrics metrics(kLimits);
  const auto all = [](std::string_view) { return true; };
  for (uint64_t client = 0; client < 4; ++client) {
    const std::string label = "client_id=\"" + std::to_string(client) + "\"";
    CHECK(metrics.push(Uuid::of(1, client), label, message, all) == is_read);
  }
  check_kept(metrics);
  metrics.forget(Uuid::of(1, 0));
  CHECK(metrics.push(Uuid::of(1, 3), "client_id=\"3\"", message, all) == is_read);
  check_kept(metrics);
  for (uint64_t client = 0; client < 4; ++client) metrics.forget(Uuid::of(1, client));
  CHECK(metrics.some({}, 1).empty());
  return 0;
}
