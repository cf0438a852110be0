// Lines of CSV as Kafka's tools write and read them: commas, and double quotes where they are needed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace klamm::cli {

// One line with its end.
std::string csv_line(const std::vector<std::string>& fields);
std::vector<std::string> parse_csv_line(std::string_view line);

}  // namespace klamm::cli
