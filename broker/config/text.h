// How Java reads and writes the small pieces of configuration text, where that can be observed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace klamm::broker {

// String.trim(): everything up to and with the space, at both ends.
std::string_view java_trim(std::string_view text);
// ASCII, as names and enums are compared here.
std::string upper_case(std::string_view text);
std::string lower_case(std::string_view text);

// Kafka's list: trimmed, split at commas with the white space around them; empty text is an empty list, and
// "a,,b" has an empty entry.
std::vector<std::string> split_list(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

// Integer.parseInt and its sisters, with an optional sign and nothing around: nullopt when out of range or
// not a number. `text` is trimmed already.
std::optional<int64_t> parse_integer(std::string_view text, int64_t min, int64_t max);
std::optional<double> parse_double(std::string_view text);
// Double.toString: "0.5", "1.0E10".
std::string render_double(double value);

}  // namespace klamm::broker
