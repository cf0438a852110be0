#include "broker/config/settings.h"

#include "base/check.h"
#include "broker/config/text.h"

namespace klamm::broker {

ConfigValue Settings::value(std::string_view name) const {
  const ConfigKey* key = broker_keys().find(name);
  CHECK(key != nullptr);
  auto found = settings_.find(name);
  if (found == settings_.end()) return default_value(*key);
  Result<ConfigValue, Failure> value = parse_value(*key, found->second);
  return value ? std::move(value).value() : default_value(*key);
}

std::optional<std::string> Settings::optional_text(std::string_view name) const {
  ConfigValue found = value(name);
  if (std::string* text = std::get_if<std::string>(&found)) return std::move(*text);
  return std::nullopt;
}

std::optional<int64_t> Settings::optional_number(std::string_view name) const {
  ConfigValue found = value(name);
  if (int64_t* number = std::get_if<int64_t>(&found)) return *number;
  return std::nullopt;
}

StringList Settings::list(std::string_view name) const {
  ConfigValue found = value(name);
  if (StringList* list = std::get_if<StringList>(&found)) return std::move(*list);
  return {};
}

std::optional<int32_t> Settings::of_listener(std::string_view listener, std::string_view name) const {
  std::string prefixed = "listener.name." + lower_case(listener) + "." + std::string(name);
  auto found = settings_.find(prefixed);
  if (found == settings_.end()) return std::nullopt;
  Result<ConfigValue, Failure> value = parse_value(*broker_keys().find(name), prefixed, found->second);
  if (!value) return std::nullopt;
  return static_cast<int32_t>(std::get<int64_t>(*value));
}

}  // namespace klamm::broker
