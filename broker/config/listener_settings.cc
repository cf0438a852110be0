#include "broker/config/listener_settings.h"

#include "base/check.h"
#include "broker/config/text.h"

namespace klamm::broker {

ListenerSettings::ListenerSettings(const Settings& settings, std::string_view listener)
    : settings_(settings), prefix_("listener.name." + lower_case(listener) + ".") {}

std::string ListenerSettings::written(std::string_view name) const {
  return !has_own(name) && settings_.is_set(name) ? std::string(name) : prefix_ + std::string(name);
}

ConfigValue ListenerSettings::value(std::string_view name) const {
  const ConfigKey* key = broker_keys().find(name);
  CHECK(key != nullptr);
  const std::string own = prefix_ + std::string(name);
  if (auto found = settings_.map().find(own); found != settings_.map().end()) {
    if (auto parsed = parse_value(*key, own, found->second)) return std::move(parsed).value();
  }
  return settings_.value(name);
}

std::optional<std::string> ListenerSettings::text(std::string_view name) const {
  ConfigValue found = value(name);
  if (std::string* text = std::get_if<std::string>(&found)) return std::move(*text);
  return std::nullopt;
}

StringList ListenerSettings::list(std::string_view name) const {
  ConfigValue found = value(name);
  if (StringList* list = std::get_if<StringList>(&found)) return std::move(*list);
  return {};
}

std::string ListenerSettings::name_of_mechanism(std::string_view mechanism, std::string_view name) const {
  return prefix_ + lower_case(mechanism) + "." + std::string(name);
}

std::optional<std::string> ListenerSettings::text_of_mechanism(std::string_view mechanism,
                                                               std::string_view name) const {
  auto found = settings_.map().find(name_of_mechanism(mechanism, name));
  if (found == settings_.map().end()) return std::nullopt;
  return std::string(java_trim(found->second));
}

}  // namespace klamm::broker
