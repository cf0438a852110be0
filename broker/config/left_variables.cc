#include "broker/config/left_variables.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "broker/config/providers.h"
#include "broker/config/synonyms.h"
#include "broker/config/text.h"
#include "broker/config/value.h"

namespace klamm::broker {
namespace {

StringList named_providers(const ConfigMap& settings) {
  const auto found = settings.find("config.providers");
  return found == settings.end() ? StringList() : split_list(found->second);
}

// The class that the provider of this name is most likely meant to have.
std::string_view likely_class(const ConfigVariable& variable) {
  if (variable.provider.find("dir") != std::string::npos) return "DirectoryConfigProvider";
  return variable.path.empty() ? "EnvVarConfigProvider" : "FileConfigProvider";
}

std::optional<std::string> left_in(const std::string& text, const StringList& providers) {
  std::optional<std::string> line;
  find_variables(text, [&](std::string_view written, const ConfigVariable& variable) {
    if (line || std::ranges::find(providers, variable.provider) != providers.end()) return;
    StringList more = providers;
    more.push_back(variable.provider);
    line = fmt::format(
        "{0} is not replaced, since config.providers does not name {1}; add config.providers={2} and "
        "config.providers.{1}.class=org.apache.kafka.common.config.provider.{3}",
        written, variable.provider, join(more, ","), likely_class(variable));
  });
  return line;
}

bool may_be_any_text(const ConfigKey& key) {
  return key.type == ConfigType::kString || key.type == ConfigType::kPassword;
}

}  // namespace

LeftVariables find_left_variables(const ConfigMap& settings) {
  LeftVariables found;
  const StringList providers = named_providers(settings);
  for (const auto& [name, text] : settings) {
    const ConfigKey* key = find_broker_key(name);
    if (key == nullptr || name == "config.providers") continue;
    const auto left = left_in(text, providers);
    if (!left) continue;
    std::string line = fmt::format("{}: {}", name, *left);
    if (may_be_any_text(*key) && parse_value(*key, name, text).ok()) {
      found.notices.push_back({LogLevel::kWarn, std::move(line)});
    } else {
      found.problems.push_back(std::move(line));
    }
  }
  return found;
}

}  // namespace klamm::broker
