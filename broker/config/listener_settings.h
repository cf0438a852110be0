// The settings of one listener: its own, under listener.name.<name in lower case>., else the node's, else the
// default.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "broker/config/settings.h"

namespace klamm::broker {

class ListenerSettings {
 public:
  ListenerSettings(const Settings& settings, std::string_view listener);

  const std::string& prefix() const { return prefix_; }  // "listener.name.external."
  bool has_own(std::string_view name) const { return settings_.is_set(prefix_ + std::string(name)); }
  bool is_set(std::string_view name) const { return has_own(name) || settings_.is_set(name); }
  // The name under which it is set, for messages; the listener's own where it is not set.
  std::string written(std::string_view name) const;

  ConfigValue value(std::string_view name) const;
  int64_t number(std::string_view name) const { return std::get<int64_t>(value(name)); }
  bool flag(std::string_view name) const { return std::get<bool>(value(name)); }
  std::optional<std::string> text(std::string_view name) const;  // nullopt for null
  StringList list(std::string_view name) const;

  // listener.name.<name>.<mechanism in lower case>.<rest>; no other name is looked at.
  std::string name_of_mechanism(std::string_view mechanism, std::string_view name) const;
  // What is set for the mechanism; nullopt when nothing is.
  std::optional<std::string> text_of_mechanism(std::string_view mechanism, std::string_view name) const;

 private:
  const Settings& settings_;
  std::string prefix_;
};

}  // namespace klamm::broker
