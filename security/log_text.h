// What peers call themselves and others, as it may stand in a log line.
#pragma once

#include <string>
#include <string_view>

namespace klamm::security {

// In single quotes. What is not printable ASCII is written as \xNN, and what is longer than 200 bytes so is
// cut and ends in "...": nobody makes a line of their own, or a long one.
std::string quoted(std::string_view text);

// The same without quotes, where nothing of it had to be written otherwise.
std::string shown(std::string_view text);

}  // namespace klamm::security
