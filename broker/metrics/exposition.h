// Exposition: writes samples as Prometheus reads them: the text format 0.0.4, or OpenMetrics 1.0.0. It
// appends to a text that its owner takes away now and then, so that no more of a scrape is held than a slice.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "broker/metrics/families.h"

namespace klamm::broker::metrics {

enum class Format : uint8_t { kText, kOpenMetrics };
std::string_view content_type_of(Format format);

// As a label's value stands between its quotes: what must be is escaped, what is not UTF-8 becomes U+FFFD
// (such a value would make Prometheus drop the whole scrape), and after kLabelSizeMax bytes it is cut.
inline constexpr size_t kLabelSizeMax = 512;
void append_label_value(std::string_view value, std::string& out);

// `name="value"`, joined by commas: what stands in a sample's braces.
class Labels {
 public:
  Labels() = default;
  Labels(std::string_view name, std::string_view value) { add(name, value); }

  Labels& add(std::string_view name, std::string_view value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

class Exposition {
 public:
  explicit Exposition(Format format) : format_(format) {}

  // The samples behind this are of the family, and all of them; a family without samples is not begun.
  void begin(Family family);
  // One that is not in the table, with a name that is right.
  void begin(std::string_view name, Kind kind, std::string_view help);

  // `labels` is text of Labels.
  template <class Number>
    requires std::is_arithmetic_v<Number>
  void add(std::string_view labels, Number value) {
    begin_sample({}, labels);
    if constexpr (std::is_floating_point_v<Number>) {
      end_sample(static_cast<double>(value));
    } else {
      end_sample(static_cast<int64_t>(value));
    }
  }
  template <class Number>
    requires std::is_arithmetic_v<Number>
  void add(Number value) {
    add(std::string_view(), value);
  }
  // The family and its only sample.
  template <class Number>
    requires std::is_arithmetic_v<Number>
  void add_only(Family family, Number value) {
    begin(family);
    add(value);
  }
  // Of a summary: name_count, name_sum, and the quantiles.
  void add_count(std::string_view labels, int64_t value);
  void add_sum(std::string_view labels, double value);
  void add_quantile(std::string_view labels, std::string_view quantile, double value);
  // With `partition` behind the topic's labels; there may be very many.
  void add_of_partition(std::string_view topic_labels, int32_t partition, int64_t value);

  // Behind everything.
  void end();

  size_t size() const { return out_.size(); }
  // What was written since the last call.
  std::string take();

 private:
  void begin_sample(std::string_view suffix, std::string_view labels);
  void end_sample(int64_t value);
  void end_sample(double value);

  const Format format_;
  std::string name_;
  std::string out_;
};

}  // namespace klamm::broker::metrics
