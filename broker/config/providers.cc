#include "broker/config/providers.h"

#include <fmt/format.h>
#include <regex.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "broker/config/text.h"
#include "storage/properties.h"

namespace klamm::broker {
namespace {

enum class Kind { kEnvironment, kFile, kDirectory, kUnsupported };

struct Provider {
  std::string name;
  Kind kind = Kind::kUnsupported;
  std::string class_name;
  std::vector<std::string> allowed_paths;    // empty: all
  std::optional<std::string> allowed_names;  // a pattern for names of environment variables
};

Kind kind_of(std::string_view class_name) {
  size_t dot = class_name.rfind('.');
  std::string_view simple = dot == std::string_view::npos ? class_name : class_name.substr(dot + 1);
  if (simple == "EnvVarConfigProvider") return Kind::kEnvironment;
  if (simple == "FileConfigProvider") return Kind::kFile;
  if (simple == "DirectoryConfigProvider") return Kind::kDirectory;
  return Kind::kUnsupported;
}

std::string setting(const ConfigMap& settings, const std::string& name) {
  auto found = settings.find(name);
  return found == settings.end() ? "" : std::string(java_trim(found->second));
}

std::vector<Provider> configured_providers(const ConfigMap& settings) {
  std::vector<Provider> providers;
  for (const std::string& name : split_list(setting(settings, "config.providers"))) {
    std::string prefix = "config.providers." + name;
    Provider provider{name, Kind::kUnsupported, setting(settings, prefix + ".class"),
                      split_list(setting(settings, prefix + ".param.allowed.paths")), std::nullopt};
    provider.kind = kind_of(provider.class_name);
    std::string pattern = setting(settings, prefix + ".param.allowlist.pattern");
    if (!pattern.empty()) provider.allowed_names = pattern;
    providers.push_back(std::move(provider));
  }
  return providers;
}

// "name:key" or "name:path:key", where the key takes further colons.
std::optional<ConfigVariable> parse_variable(std::string_view text) {
  size_t first = text.find(':');
  if (first == std::string_view::npos) return std::nullopt;
  std::string_view rest = text.substr(first + 1);
  size_t second = rest.find(':');
  if (second == std::string_view::npos)
    return ConfigVariable{std::string(text.substr(0, first)), "", std::string(rest)};
  return ConfigVariable{std::string(text.substr(0, first)), std::string(rest.substr(0, second)),
                        std::string(rest.substr(second + 1))};
}

bool is_allowed_path(const Provider& provider, const std::string& path) {
  if (provider.allowed_paths.empty()) return true;
  std::filesystem::path wanted = std::filesystem::path(path).lexically_normal();
  for (const std::string& allowed : provider.allowed_paths) {
    std::filesystem::path base = std::filesystem::path(allowed).lexically_normal();
    auto [end_of_base, where] = std::mismatch(base.begin(), base.end(), wanted.begin(), wanted.end());
    if (end_of_base == base.end() || (std::next(end_of_base) == base.end() && end_of_base->empty()))
      return true;
  }
  return false;
}

// The pattern is a POSIX extended one, which is what Java's are in practice here (KAFKA_.*); one that cannot
// be read allows nothing.
bool is_allowed_name(const Provider& provider, const std::string& name) {
  if (!provider.allowed_names) return true;
  regex_t pattern;
  std::string whole = "^(" + *provider.allowed_names + ")$";
  if (regcomp(&pattern, whole.c_str(), REG_EXTENDED | REG_NOSUB) != 0) return false;
  bool matches = regexec(&pattern, name.c_str(), 0, nullptr, 0) == 0;
  regfree(&pattern);
  return matches;
}

Result<std::string, Failure> from_environment(const Provider& provider, const ConfigVariable& variable,
                                              const ConfigSources& sources) {
  if (!variable.path.empty()) {
    return Error{Failure{
        fmt::format("an environment variable has no path; write ${{{}:{}}}", provider.name, variable.key)}};
  }
  if (!is_allowed_name(provider, variable.key)) {
    return Error{Failure{fmt::format("config.providers.{}.param.allowlist.pattern does not allow {}",
                                     provider.name, variable.key)}};
  }
  std::optional<std::string> value = sources.environment(variable.key);
  if (!value) return Error{Failure{fmt::format("the environment variable {} is not set", variable.key)}};
  return *std::move(value);
}

Result<std::string, Failure> from_disk(const Provider& provider, const ConfigVariable& variable,
                                       const ConfigSources& sources) {
  if (variable.path.empty()) {
    return Error{
        Failure{fmt::format("it names no path; write ${{{}:/path:{}}}", provider.name, variable.key)}};
  }
  if (!is_allowed_path(provider, variable.path)) {
    return Error{Failure{fmt::format("config.providers.{}.param.allowed.paths does not allow {}",
                                     provider.name, variable.path)}};
  }
  bool directory = provider.kind == Kind::kDirectory;
  if (directory && variable.key.find('/') != std::string::npos) {
    return Error{Failure{fmt::format("'{}' is not the name of a file in {}", variable.key, variable.path)}};
  }
  std::string path = directory ? variable.path + "/" + variable.key : variable.path;
  storage::DiskResult<Bytes> content = storage::read_file(sources.disk, path, 1 << 20);
  if (!content) return Error{Failure{content.error().what}};
  if (directory) return std::string(as_text(*content));
  Result<storage::Properties, Failure> properties = storage::parse_properties(*content, path);
  if (!properties) return Error{properties.error()};
  const storage::Property* property = properties->find(variable.key);
  if (property == nullptr) return Error{Failure{fmt::format("{} has no key {}", path, variable.key)}};
  return property->value;
}

Result<std::string, Failure> look_up(const Provider& provider, const ConfigVariable& variable,
                                     const ConfigSources& sources) {
  switch (provider.kind) {
    case Kind::kEnvironment:
      return from_environment(provider, variable, sources);
    case Kind::kFile:
    case Kind::kDirectory:
      return from_disk(provider, variable, sources);
    case Kind::kUnsupported:
      break;
  }
  return Error{Failure{fmt::format(
      "config.providers.{}.class={} is not one of Kafka's EnvVarConfigProvider, FileConfigProvider and "
      "DirectoryConfigProvider, which Klamm has built in; mount the values as files and use "
      "DirectoryConfigProvider",
      provider.name, provider.class_name)}};
}

Result<std::string, Failure> replace_in(const std::string& text, const std::vector<Provider>& providers,
                                        const ConfigSources& sources) {
  std::string result;
  size_t done = 0;
  for (size_t start = text.find("${"); start != std::string::npos; start = text.find("${", start)) {
    size_t end = text.find('}', start);
    if (end == std::string::npos) break;
    std::optional<ConfigVariable> variable =
        parse_variable(std::string_view(text).substr(start + 2, end - start - 2));
    const Provider* provider = nullptr;
    for (const Provider& candidate : providers) {
      if (variable && candidate.name == variable->provider) provider = &candidate;
    }
    if (provider == nullptr) {
      start += 2;
      continue;
    }
    Result<std::string, Failure> value = look_up(*provider, *variable, sources);
    if (!value) {
      return Error{
          Failure{fmt::format("{}: {}", text.substr(start, end + 1 - start), value.error().message)}};
    }
    result.append(text, done, start - done).append(*value);
    start = done = end + 1;
  }
  return result.append(text, done);
}

}  // namespace

void find_variables(std::string_view text,
                    const std::function<void(std::string_view written, const ConfigVariable&)>& each) {
  for (size_t start = text.find("${"); start != std::string_view::npos; start = text.find("${", start)) {
    size_t end = text.find('}', start);
    if (end == std::string_view::npos) return;
    auto variable = parse_variable(text.substr(start + 2, end - start - 2));
    if (variable && !variable->provider.empty()) each(text.substr(start, end + 1 - start), *variable);
    start += 2;
  }
}

Result<ConfigMap, Failure> replace_variables(ConfigMap settings, const ConfigSources& sources) {
  std::vector<Provider> providers = configured_providers(settings);
  if (providers.empty()) return settings;
  for (auto& [name, text] : settings) {
    if (name.starts_with("config.providers")) continue;
    Result<std::string, Failure> replaced = replace_in(text, providers, sources);
    if (!replaced) return Error{Failure{fmt::format("{}: {}", name, replaced.error().message)}};
    text = std::move(replaced).value();
  }
  return settings;
}

}  // namespace klamm::broker
