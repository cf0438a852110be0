// Typed reading of broker keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "broker/config/config_map.h"
#include "broker/config/value.h"

namespace klamm::broker {

// What is set, else the default. A file's values have been checked before; a dynamic one that cannot be read
// (it was set through a newer release) counts as not set.
class Settings {
 public:
  explicit Settings(const ConfigMap& settings) : settings_(settings) {}

  bool is_set(std::string_view name) const { return settings_.find(name) != settings_.end(); }
  ConfigValue value(std::string_view name) const;

  int64_t number(std::string_view name) const { return std::get<int64_t>(value(name)); }
  int32_t integer(std::string_view name) const { return static_cast<int32_t>(number(name)); }
  bool flag(std::string_view name) const { return std::get<bool>(value(name)); }
  std::string text(std::string_view name) const { return std::get<std::string>(value(name)); }
  // nullopt for null.
  std::optional<std::string> optional_text(std::string_view name) const;
  std::optional<int64_t> optional_number(std::string_view name) const;
  // Empty for null.
  StringList list(std::string_view name) const;

  // The same key with the listener's prefix, else nullopt.
  std::optional<int32_t> of_listener(std::string_view listener, std::string_view name) const;

  const ConfigMap& map() const { return settings_; }

 private:
  const ConfigMap& settings_;
};

}  // namespace klamm::broker
