#include "cli/text.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <charconv>

#include "protocol/json_writer.h"

namespace klamm::cli {
namespace {

bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  // from_chars knows no plus sign, and Java does.
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  size_t begin = 0;
  for (;;) {
    const size_t end = text.find(separator, begin);
    if (end == std::string_view::npos) break;
    pieces.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  const bool is_whole = pieces.empty();
  pieces.push_back(text.substr(begin));
  while (!is_whole && !pieces.empty() && pieces.back().empty()) pieces.pop_back();
  return pieces;
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) text += separator;
    text += part;
  }
  return text;
}

std::string joined_numbers(const std::vector<int32_t>& numbers, std::string_view separator) {
  return fmt::format("{}", fmt::join(numbers, separator));
}

std::optional<int32_t> parse_int(std::string_view text) { return parse_number<int32_t>(text); }
std::optional<int64_t> parse_long(std::string_view text) { return parse_number<int64_t>(text); }

std::optional<double> parse_double(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string double_text(double value) { return protocol::java_double_text(value); }

size_t java_length(std::string_view text) {
  size_t length = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) length += byte >= 0xF0 ? 2 : 1;
  }
  return length;
}

std::string padded(std::string_view text, size_t columns) {
  std::string wide(text);
  const size_t length = java_length(text);
  if (length < columns) wide.append(columns - length, ' ');
  return wide;
}

std::string right_aligned(std::string_view text, size_t columns) {
  const size_t length = java_length(text);
  return std::string(length < columns ? columns - length : 0, ' ') + std::string(text);
}

std::string instant_text(int64_t ms) {
  const int64_t millis = ((ms % 1000) + 1000) % 1000;
  const time_t seconds = static_cast<time_t>((ms - millis) / 1000);
  tm parts{};
  gmtime_r(&seconds, &parts);
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                  parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  if (millis != 0) text += fmt::format(".{:03}", millis);
  return text + "Z";
}

}  // namespace klamm::cli
