#include <fmt/format.h>

#include <utility>

#include "broker/config/build.h"

namespace klamm::broker {

Problem build_admin(const Settings& settings, AdminConfig& admin) {
  constexpr std::string_view kListener = "klamm.admin.listener";
  // ":9404" is what every container has (see environment.cc), several of which may share a network.
  admin.is_asked_for = settings.is_set(kListener) && settings.list(kListener) != StringList{":9404"};
  admin.per_partition = settings.flag("klamm.metrics.per.partition");
  admin.json_log = settings.text("klamm.log.format") == "json";
  admin.telemetry_size_max = settings.integer("telemetry.max.bytes");
  for (const std::string& entry : settings.list(kListener)) {
    const auto address = parse_listener_address("ADMIN://" + entry);
    if (!address || entry.find("://") != std::string::npos) {
      return fmt::format("{}: '{}' is not of the form host:port, as in 0.0.0.0:9404, with a port between 0 "
                         "and 65535",
                         kListener, entry);
    }
    admin.listeners.push_back({address->host, address->port});
  }
  return std::nullopt;
}

Problem build_logger_levels(const Settings& settings, AdminConfig& admin) {
  constexpr std::string_view kLevels = "klamm.log.levels";
  auto levels = parse_logger_levels(settings.list(kLevels));
  if (!levels) return fmt::format("{}: {}", kLevels, levels.error().message);
  admin.logger_levels = std::move(levels).value();
  return std::nullopt;
}

}  // namespace klamm::broker
