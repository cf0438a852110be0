// What Kafka's clients push (KIP-714): MetricsData of OpenTelemetry, written by hand.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace klamm::broker::testing {

class ProtobufText {
 public:
  ProtobufText& bytes(uint32_t number, std::string_view value) {
    tag(number, 2);
    varint(value.size());
    out_ += value;
    return *this;
  }
  ProtobufText& number(uint32_t number, uint64_t value) {
    tag(number, 0);
    varint(value);
    return *this;
  }
  ProtobufText& fixed64(uint32_t number, uint64_t value) {
    tag(number, 1);
    for (int shift = 0; shift < 64; shift += 8) out_ += static_cast<char>(value >> shift & 0xFF);
    return *this;
  }
  ProtobufText& fixed32(uint32_t number, uint32_t value) {
    tag(number, 5);
    for (int shift = 0; shift < 32; shift += 8) out_ += static_cast<char>(value >> shift & 0xFF);
    return *this;
  }
  const std::string& text() const { return out_; }

 private:
  void tag(uint32_t number, uint32_t wire) { varint(uint64_t{number} << 3 | wire); }
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_ += static_cast<char>((value & 0x7F) | 0x80);
    out_ += static_cast<char>(value);
  }

  std::string out_;
};

using OtlpAttributes = std::vector<std::pair<std::string, std::string>>;

inline std::string otlp_attribute(std::string_view key, std::string_view value) {
  return ProtobufText().bytes(1, key).bytes(2, ProtobufText().bytes(1, value).text()).text();
}

inline std::string otlp_point(double value, const OtlpAttributes& attributes = {}) {
  ProtobufText point;
  point.fixed64(3, 1'700'000'000'000'000'000);  // when
  point.fixed64(4, std::bit_cast<uint64_t>(value));
  for (const auto& [key, text] : attributes) point.bytes(7, otlp_attribute(key, text));
  return point.text();
}

inline std::string otlp_whole_point(int64_t value) {
  return ProtobufText().fixed64(6, static_cast<uint64_t>(value)).text();
}

// The Metric of one gauge.
inline std::string otlp_gauge(std::string_view name, const std::vector<std::string>& points) {
  ProtobufText gauge;
  for (const std::string& point : points) gauge.bytes(1, point);
  return ProtobufText().bytes(1, name).bytes(5, gauge.text()).text();
}

enum class OtlpSum : uint64_t { kDelta = 1, kCumulative = 2 };

inline std::string otlp_sum(std::string_view name, OtlpSum temporality, const std::string& point) {
  ProtobufText sum;
  sum.bytes(1, point).number(2, static_cast<uint64_t>(temporality)).number(3, 1);
  return ProtobufText().bytes(1, name).bytes(3, "a unit").bytes(7, sum.text()).text();
}

// Of one resource.
inline std::string otlp_of(const std::vector<std::string>& metrics, const OtlpAttributes& of_resource = {}) {
  ProtobufText scope, resource;
  scope.bytes(1, ProtobufText().bytes(1, "a scope").text());
  for (const std::string& metric : metrics) scope.bytes(2, metric);
  for (const auto& [key, text] : of_resource) resource.bytes(1, otlp_attribute(key, text));
  return ProtobufText()
      .bytes(1, ProtobufText().bytes(1, resource.text()).bytes(2, scope.text()).text())
      .text();
}

}  // namespace klamm::broker::testing
