// How Java reads and writes the small pieces of text that tools are given and print.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace klamm::cli {

// String.trim(): everything up to and with the space, at both ends.
std::string_view trimmed(std::string_view text);
// ASCII.
std::string upper_case(std::string_view text);
std::string lower_case(std::string_view text);

// String.split(separator): empty pieces at the end are left out; text without a separator is one piece.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string joined(const std::vector<std::string>& parts, std::string_view separator);
// "1,2,3".
std::string joined_numbers(const std::vector<int32_t>& numbers, std::string_view separator = ",");

// Integer.parseInt and Long.parseLong: an optional sign, digits, and nothing else.
std::optional<int32_t> parse_int(std::string_view text);
std::optional<int64_t> parse_long(std::string_view text);
// Double.parseDouble, without its hexadecimal forms.
std::optional<double> parse_double(std::string_view text);
// Double.toString: "0.5", "1024.0", "1.0E10".
std::string double_text(double value);

// Whether text is UTF-8 that Java would print as one column a character, and how many these are: what
// String.length() is of it, but for characters outside of the basic plane, which count as two.
size_t java_length(std::string_view text);
// `text` and blanks behind it, up to `columns` in all: "%-15s".
std::string padded(std::string_view text, size_t columns);
// Blanks before it: "%15s".
std::string right_aligned(std::string_view text, size_t columns);

// a - b of numbers that a broker has said, which may be any: as Java counts, beyond the largest from below.
inline int64_t difference(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}

// "2026-01-02T03:04:05.678Z", as java.time's Instant.toString() with milliseconds.
std::string instant_text(int64_t ms);

}  // namespace klamm::cli
