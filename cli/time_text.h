// Times as tools are given them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace klamm::cli {

// "2026-01-31T12:00:00.000", with Z, +02:00, +0200 or +02 behind it, or as if with Z: milliseconds since
// 1970.
std::optional<int64_t> parse_datetime(std::string_view text);

// java.time.Duration.parse: "P1DT2H3M4.5S", in any case, parts with signs; milliseconds. nullopt for what is
// no duration, and for one that is too long to be counted.
std::optional<int64_t> parse_duration(std::string_view text);

}  // namespace klamm::cli
