#include "security/kafka_opts.h"

#include <algorithm>

namespace klamm::security {
namespace {

std::string_view without(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

}  // namespace

SystemProperties system_properties(std::string_view kafka_opts) {
  constexpr std::string_view kBlanks = " \t\r\n";
  SystemProperties properties;
  size_t begin = kafka_opts.find_first_not_of(kBlanks);
  while (begin != std::string_view::npos) {
    const size_t end = std::min(kafka_opts.find_first_of(kBlanks, begin), kafka_opts.size());
    const std::string_view word = kafka_opts.substr(begin, end - begin);
    if (word.starts_with("-D")) {
      const size_t equals = std::min(word.find('='), word.size());
      const std::string_view value = word.substr(std::min(equals + 1, word.size()));
      properties[std::string(word.substr(2, equals - 2))] = value;
    }
    begin = kafka_opts.find_first_not_of(kBlanks, end);
  }
  return properties;
}

std::optional<std::string> jaas_path_of(const SystemProperties& properties) {
  const auto found = properties.find("java.security.auth.login.config");
  if (found == properties.end()) return std::nullopt;
  // Java takes a second = for "this file and no other", and a URL as well as a path.
  const std::string_view url = without(found->second, "=");
  return std::string(url.starts_with("file:") ? without(url.substr(5), "//") : url);
}

}  // namespace klamm::security
