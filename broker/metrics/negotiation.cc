#include "broker/metrics/negotiation.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace klamm::broker::metrics {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// What stands before the separator, which goes with it.
std::string_view take_until(char separator, std::string_view& rest) {
  const size_t at = std::min(rest.find(separator), rest.size());
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return trimmed(taken);
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// The weight of one entry, and whether its version, if it names one, is `version`.
double weight_of(std::string_view parameters, std::string_view version) {
  double weight = 1;
  while (!parameters.empty()) {
    std::string_view value = take_until(';', parameters);
    const std::string_view name = take_until('=', value);
    if (same_name(name, "version") && !version.empty() && value != version) return 0;
    if (!same_name(name, "q")) continue;
    double read = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), read);
    weight = error == std::errc() ? std::clamp(read, 0.0, 1.0) : 0;
  }
  return weight;
}

// The largest of those that `names` says yes to.
template <class Names>
double best_weight(std::string_view header, std::string_view version, Names names) {
  double best = 0;
  while (!header.empty()) {
    std::string_view entry = take_until(',', header);
    const std::string_view name = take_until(';', entry);
    if (names(name)) best = std::max(best, weight_of(entry, version));
  }
  return best;
}

}  // namespace

Format format_for(std::string_view accept) {
  const double open_metrics = best_weight(accept, "1.0.0", [](std::string_view name) {
    return same_name(name, "application/openmetrics-text");
  });
  const double text = best_weight(accept, "0.0.4", [](std::string_view name) {
    return same_name(name, "text/plain") || same_name(name, "text/*") || name == "*/*";
  });
  return open_metrics > text ? Format::kOpenMetrics : Format::kText;
}

bool takes_gzip(std::string_view accept_encoding) {
  return best_weight(accept_encoding, {}, [](std::string_view name) { return same_name(name, "gzip"); }) > 0;
}

}  // namespace klamm::broker::metrics
