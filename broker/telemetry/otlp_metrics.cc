#include "broker/telemetry/otlp_metrics.h"

#include "broker/telemetry/protobuf_reader.h"

namespace klamm::broker {
namespace {

using Wire = ProtobufReader::Wire;

// Field numbers of opentelemetry/proto/metrics/v1, and of common/v1 and resource/v1.
constexpr uint32_t kResourceMetrics = 1;  // of MetricsData
constexpr uint32_t kResource = 1;         // of ResourceMetrics
constexpr uint32_t kScopeMetrics = 2;
constexpr uint32_t kResourceAttributes = 1;  // of Resource
constexpr uint32_t kMetrics = 2;             // of ScopeMetrics
constexpr uint32_t kName = 1;                // of Metric
constexpr uint32_t kGauge = 5;
constexpr uint32_t kSum = 7;
constexpr uint32_t kHistogram = 9;
constexpr uint32_t kExponentialHistogram = 10;
constexpr uint32_t kSummary = 11;
constexpr uint32_t kDataPoints = 1;   // of Gauge and Sum
constexpr uint32_t kTemporality = 2;  // of Sum
constexpr uint64_t kDelta = 1;
constexpr uint32_t kAsDouble = 4;  // of NumberDataPoint
constexpr uint32_t kAsInt = 6;
constexpr uint32_t kPointAttributes = 7;
constexpr uint32_t kKey = 1;  // of KeyValue
constexpr uint32_t kValue = 2;
constexpr uint32_t kStringValue = 1;  // of AnyValue

using Attributes = std::vector<std::pair<std::string_view, std::string_view>>;

class Reading {
 public:
  Reading(const std::function<void(const OtlpPoint&)>& visit, size_t& passed_over)
      : visit_(visit), passed_over_(passed_over) {}

  bool read(ByteView message) {
    each(message, kResourceMetrics, [this](ByteView of_resource) { read_resource_metrics(of_resource); });
    return ok_;
  }

 private:
  // Calls `step` for each message in that field.
  template <class Step>
  void each(ByteView message, uint32_t number, Step step) {
    ProtobufReader reader(message);
    while (auto field = reader.next()) {
      if (field->number == number && field->wire == Wire::kBytes) step(field->bytes);
    }
    ok_ = ok_ && reader.ok();
  }

  void read_resource_metrics(ByteView message) {
    point_.attributes.clear();
    each(message, kResource, [this](ByteView resource) {
      each(resource, kResourceAttributes, [this](ByteView attribute) { add_attribute(attribute); });
    });
    of_resource_ = point_.attributes.size();
    each(message, kScopeMetrics, [this](ByteView scope) {
      each(scope, kMetrics, [this](ByteView metric) { read_metric(metric); });
    });
  }

  // The name may stand behind the numbers.
  void read_metric(ByteView message) {
    ProtobufReader reader(message);
    ByteView gauge, sum;
    bool is_other = false;
    point_.name = {};
    while (auto field = reader.next()) {
      if (field->wire != Wire::kBytes) continue;
      if (field->number == kName) point_.name = field->text();
      if (field->number == kGauge) gauge = field->bytes;
      if (field->number == kSum) sum = field->bytes;
      is_other |= field->number == kHistogram || field->number == kExponentialHistogram ||
                  field->number == kSummary;
    }
    ok_ = ok_ && reader.ok();
    if (!ok_) return;
    passed_over_ += is_other ? 1 : 0;
    point_.is_difference = false;
    read_points(gauge);
    point_.is_difference = is_delta(sum);
    read_points(sum);
  }

  bool is_delta(ByteView sum) {
    ProtobufReader reader(sum);
    bool delta = false;
    while (auto field = reader.next()) {
      if (field->number == kTemporality && field->wire == Wire::kVarint)
        delta = field->number_value == kDelta;
    }
    ok_ = ok_ && reader.ok();
    return delta;
  }

  void read_points(ByteView numbers) {
    each(numbers, kDataPoints, [this](ByteView point) { read_point(point); });
  }

  void read_point(ByteView message) {
    point_.attributes.resize(of_resource_);
    ProtobufReader reader(message);
    bool has_value = false;
    while (auto field = reader.next()) {
      if (field->number == kAsDouble && field->wire == Wire::kFixed64) {
        point_.value = field->as_double();
        has_value = true;
      } else if (field->number == kAsInt && field->wire == Wire::kFixed64) {
        point_.value = static_cast<double>(field->as_signed());
        has_value = true;
      } else if (field->number == kPointAttributes && field->wire == Wire::kBytes) {
        add_attribute(field->bytes);
      }
    }
    ok_ = ok_ && reader.ok();
    if (ok_ && has_value) visit_(point_);
  }

  void add_attribute(ByteView message) {
    ProtobufReader reader(message);
    std::string_view key;
    ByteView value;
    while (auto field = reader.next()) {
      if (field->wire != Wire::kBytes) continue;
      if (field->number == kKey) key = field->text();
      if (field->number == kValue) value = field->bytes;
    }
    ok_ = ok_ && reader.ok();
    each(value, kStringValue, [&](ByteView text) {
      if (point_.attributes.size() < kOtlpAttributesMax) point_.attributes.emplace_back(key, as_text(text));
    });
  }

  const std::function<void(const OtlpPoint&)>& visit_;
  size_t& passed_over_;
  bool ok_ = true;
  OtlpPoint point_;
  size_t of_resource_ = 0;  // how many of its attributes are the resource's
};

}  // namespace

bool read_otlp_metrics(ByteView message, const std::function<void(const OtlpPoint&)>& visit,
                       size_t& passed_over) {
  return Reading(visit, passed_over).read(message);
}

}  // namespace klamm::broker
