#include "broker/config/topic_names.h"

#include <fmt/core.h>

#include <algorithm>

namespace klamm::broker {
namespace {

constexpr size_t kLengthMax = 249;

bool is_legal(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

}  // namespace

std::optional<std::string> check_topic_name(std::string_view name) {
  if (name.empty()) return "Topic name is invalid: the empty string is not allowed";
  if (name == "." || name == "..") return fmt::format("Topic name is invalid: '{}' is not allowed", name);
  if (name.size() > kLengthMax) {
    return fmt::format("Topic name is invalid: the length of '{}' is longer than the max allowed length {}",
                       name, kLengthMax);
  }
  if (!std::all_of(name.begin(), name.end(), is_legal)) {
    return fmt::format(
        "Topic name is invalid: '{}' contains one or more characters other than ASCII alphanumerics, "
        "'.', '_' and '-'",
        name);
  }
  return std::nullopt;
}

}  // namespace klamm::broker
