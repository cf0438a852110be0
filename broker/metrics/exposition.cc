#include "broker/metrics/exposition.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <iterator>
#include <system_error>
#include <utility>

#include "base/check.h"
#include "base/mutants_fuzz.h"
#include "base/utf8.h"

namespace klamm::broker::metrics {
namespace {

constexpr std::string_view kTotal = "_total";

template <class Number>
void append_number(Number value, std::string& out) {
  char text[32];
  const auto [end, error] = std::to_chars(std::begin(text), std::end(text), value);
  CHECK(error == std::errc());
  out.append(text, end);
}

void append_double(double value, std::string& out) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
  } else {
    append_number(value, out);
  }
}

}  // namespace

std::string_view content_type_of(Format format) {
  return format == Format::kOpenMetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                        : "text/plain; version=0.0.4; charset=utf-8";
}

void append_label_value(std::string_view value, std::string& out) {
  size_t left = kLabelSizeMax;
  while (!value.empty()) {
    const size_t size = utf8_size(value);
    if (std::max<size_t>(size, 1) > left) return;
    left -= std::max<size_t>(size, 1);
    if (size == 0) {
      out += mutant::kLabelAsItCame ? value.substr(0, 1) : kUtf8Replacement;
    } else if (value.front() == '\n') {
      out += "\\n";
    } else {
      if (value.front() == '"' || value.front() == '\\') out += '\\';
      out += value.substr(0, size);
    }
    value.remove_prefix(std::max<size_t>(size, 1));
  }
}

Labels& Labels::add(std::string_view name, std::string_view value) {
  if (!text_.empty()) text_ += ',';
  text_ += name;
  text_ += "=\"";
  append_label_value(value, text_);
  text_ += '"';
  return *this;
}

void Exposition::begin(Family family) {
  const FamilyInfo& info = info_of(family);
  begin(info.name, info.kind, info.help);
}

// In OpenMetrics a counter is named without its _total, and one that has none is no counter.
void Exposition::begin(std::string_view name, Kind kind, std::string_view help) {
  name_ = name;
  std::string_view family = name;
  std::string_view type = name_of(kind);
  if (format_ == Format::kOpenMetrics && kind == Kind::kCounter) {
    if (family.ends_with(kTotal)) {
      family.remove_suffix(kTotal.size());
    } else {
      type = "unknown";
    }
  }
  for (const auto& [what, text] : {std::pair("# HELP ", help), std::pair("# TYPE ", type)}) {
    out_ += what;
    out_ += family;
    out_ += ' ';
    out_ += text;
    out_ += '\n';
  }
}

void Exposition::begin_sample(std::string_view suffix, std::string_view labels) {
  out_ += name_;
  out_ += suffix;
  if (!labels.empty()) {
    out_ += '{';
    out_ += labels;
    out_ += '}';
  }
  out_ += ' ';
}

void Exposition::end_sample(int64_t value) {
  append_number(value, out_);
  out_ += '\n';
}

void Exposition::end_sample(double value) {
  append_double(value, out_);
  out_ += '\n';
}

void Exposition::add_count(std::string_view labels, int64_t value) {
  begin_sample("_count", labels);
  end_sample(value);
}

void Exposition::add_sum(std::string_view labels, double value) {
  begin_sample("_sum", labels);
  end_sample(value);
}

void Exposition::add_quantile(std::string_view labels, std::string_view quantile, double value) {
  out_ += name_;
  out_ += '{';
  out_ += labels;
  if (!labels.empty()) out_ += ',';
  out_ += "quantile=\"";
  out_ += quantile;
  out_ += "\"} ";
  end_sample(value);
}

void Exposition::add_of_partition(std::string_view topic_labels, int32_t partition, int64_t value) {
  out_ += name_;
  out_ += '{';
  out_ += topic_labels;
  out_ += ",partition=\"";
  append_number(partition, out_);
  out_ += "\"} ";
  end_sample(value);
}

void Exposition::end() {
  if (format_ == Format::kOpenMetrics) out_ += "# EOF\n";
}

std::string Exposition::take() { return std::exchange(out_, {}); }

}  // namespace klamm::broker::metrics
