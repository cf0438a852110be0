#include "broker/config/client_match.h"

#include <re2/re2.h>

#include <algorithm>

#include "broker/config/text.h"
#include "security/java_pattern.h"

namespace klamm::broker {
namespace {

constexpr std::array<std::string_view, kClientSelectors> kNames = {
    "client_instance_id",      "client_id",             "client_software_name",
    "client_software_version", "client_source_address", "client_source_port"};
// Of a compiled pattern and what matching takes.
constexpr int64_t kPatternMemoryMax = 1 << 20;

std::shared_ptr<const re2::RE2> compile(std::string_view pattern) {
  const auto translated = security::re2_of_java_pattern(pattern);
  if (!translated) return nullptr;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemoryMax);
  auto compiled = std::make_shared<const re2::RE2>(*translated, options);
  return compiled->ok() ? compiled : nullptr;
}

Failure illegal(const std::string& entry) { return {"Illegal client matching pattern: " + entry}; }

}  // namespace

std::string_view name_of(ClientSelector selector) { return kNames[static_cast<size_t>(selector)]; }

// As in Kafka, the last pattern for a selector is the one that counts.
Result<ClientMatch, Failure> ClientMatch::parse(const std::vector<std::string>& match) {
  ClientMatch parsed;
  for (const std::string& entry : match) {
    const size_t equals = entry.find('=');
    if (equals == std::string::npos || equals + 1 == entry.size() ||
        entry.find('=', equals + 1) != std::string::npos) {
      return Error{illegal(entry)};
    }
    const std::string_view selector = java_trim(std::string_view(entry).substr(0, equals));
    const auto found = std::ranges::find(kNames, selector);
    if (found == kNames.end()) return Error{illegal(entry)};
    auto pattern = compile(java_trim(std::string_view(entry).substr(equals + 1)));
    if (pattern == nullptr) return Error{illegal(entry)};
    parsed.patterns_[static_cast<ClientSelector>(found - kNames.begin())] = std::move(pattern);
  }
  return parsed;
}

bool ClientMatch::fits(const ClientAttributes& client) const {
  return std::ranges::all_of(patterns_, [&](const auto& entry) {
    const std::optional<std::string>& attribute = client[static_cast<size_t>(entry.first)];
    return attribute && re2::RE2::FullMatch(*attribute, *entry.second);
  });
}

}  // namespace klamm::broker
