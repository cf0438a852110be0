#include "broker/config/environment.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include "broker/config/endpoints.h"
#include "broker/config/java_variables.h"
#include "broker/config/logger_levels.h"
#include "broker/config/text.h"
#include "storage/properties.h"

namespace klamm::broker {
namespace {

constexpr std::string_view kPrefix = "KAFKA_";
constexpr uint64_t kSecretSizeMax = 1 << 16;

// Variables of the images' scripts that are no settings. With those of java_variables.h, and those of levels,
// they are Kafka's exclusion list, and what the scripts of both images and of Strimzi read besides.
constexpr std::string_view kOfNoEffect[] = {"KAFKA_DATA_DIRS",
                                            "KAFKA_DEBUG",
                                            "KAFKA_HOME",
                                            "KAFKA_JMX_EXPORTER_ENABLED",
                                            "KAFKA_TOOLS_LOG4J_LOGLEVEL",
                                            "KAFKA_VERSION"};

// By these both images set levels of loggers in log4j's file: WARN, and kafka.controller=INFO,kafka=DEBUG.
constexpr std::string_view kRootLevel = "KAFKA_LOG4J_ROOT_LOGLEVEL";
constexpr std::string_view kLoggerLevels = "KAFKA_LOG4J_LOGGERS";
// The key that does so here.
constexpr std::string_view kLevelsKey = "klamm.log.levels";

// Addresses as they were written before there were listeners.
struct OldAddress {
  std::string_view variable;
  bool is_advertised;
  bool is_port;
};
constexpr OldAddress kOldAddresses[] = {
    {"ADVERTISED_HOST", true, false},
    {"ADVERTISED_HOST_NAME", true, false},
    {"ADVERTISED_PORT", true, true},
    {"KAFKA_ADVERTISED_HOST", true, false},
    {"KAFKA_ADVERTISED_HOST_NAME", true, false},
    {"KAFKA_ADVERTISED_PORT", true, true},
    {"KAFKA_HOST", false, false},
    {"KAFKA_HOST_NAME", false, false},
    {"KAFKA_PORT", false, true},
};

// Settings whose empty variable the images take for none; for others, an empty value is a value.
constexpr std::string_view kUnsetWhenEmpty[] = {"advertised.listeners", "listeners", "log.dirs"};

// Metrics and probes come from outside of a container, whose loopback nobody else sees. Where the port is in
// use the node goes without (see build_admin).
constexpr std::string_view kAdminListener = ":9404";

constexpr std::string_view kStores[] = {"ssl.key", "ssl.keystore", "ssl.truststore"};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Kubernetes tells each pod of the Services beside it, in the way of old Docker links: a Service named kafka
// gives KAFKA_SERVICE_HOST, KAFKA_PORT=tcp://10.0.0.1:9092, KAFKA_PORT_9092_TCP_ADDR and so on.
bool is_service_link(std::string_view name, std::string_view value) {
  if (name.ends_with("_SERVICE_HOST") || name.find("_SERVICE_PORT") != std::string_view::npos) return true;
  for (const std::string_view protocol : {"tcp", "udp", "sctp"}) {
    if (value.starts_with(fmt::format("{}://", protocol)) &&
        (name.ends_with("_PORT") || name.find("_PORT_") != std::string_view::npos)) {
      return true;
    }
    for (const std::string_view part : {"ADDR", "PORT", "PROTO"}) {
      if (name.ends_with(fmt::format("_{}_{}", upper_case(protocol), part))) return true;
    }
  }
  return false;
}

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// Text of any bytes as it stands in a properties file: \uXXXX in the place of what is not ASCII.
std::string escaped_as_in_file(const std::string& text) {
  storage::Properties one;
  one.add("", text);
  const std::string line = storage::properties_text(one);
  // "=" before it, and a line break behind.
  return line.substr(1, line.size() - 2);
}

// The value of a variable. The images write it as it is behind `key=` into a properties file: blanks before
// it and line breaks behind it are nothing, a backslash joins lines, and \n, \\ and \u0041 are single
// characters. A line break without a backslash would end the value there; it is kept, so that JAAS text and
// PEM can stand on several lines.
Result<std::string, Failure> value_of(const std::string& name, std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  std::string line = "value=";
  bool escaped = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n' || c == '\r') {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
      line += escaped ? "\n" : "\\n";
    } else if (is_ascii(c)) {
      line += c;
    } else {
      // A backslash that escapes such a character is nothing, and would undo the one of \uXXXX.
      if (escaped) line.pop_back();
      size_t end = i;
      while (end < text.size() && !is_ascii(text[end])) ++end;
      line += escaped_as_in_file(std::string(text.substr(i, end - i)));
      i = end - 1;
    }
    escaped = c == '\\' && !escaped;
  }
  auto properties = storage::parse_properties(as_bytes(line), name);
  if (!properties) return Error{properties.error()};
  return properties->entries().front().value;
}

// "ssl.keystore" of "ssl.keystore.filename", with a listener's prefix if there is one; nullopt when `key` is
// not a store's, or does not end so.
std::optional<std::string> store_of(std::string_view key, std::string_view ending) {
  if (!key.ends_with(ending)) return std::nullopt;
  const std::string_view base = key.substr(0, key.size() - ending.size());
  for (const std::string_view store : kStores) {
    if (base == store || base.ends_with(fmt::format(".{}", store))) return std::string(base);
  }
  return std::nullopt;
}

class EnvironmentMapper {
 public:
  EnvironmentMapper(const Environment& environment, const ImagePlaces& places, storage::Disk& disk)
      : environment_(environment), places_(places), disk_(disk) {}

  MappedEnvironment map() && {
    for (const auto& [name, value] : environment_) take(name, value);
    take_levels();
    take_files_of_stores();
    take_passwords();
    lay_over_mounted_file();
    settle_old_addresses(true, "advertised.listeners");
    settle_old_addresses(false, "listeners");
    tell_what_is_left_out();
    if (!result_.settings.empty()) {
      complete();
    } else if (result_.problems.empty()) {
      take_defaults();
    }
    // Behind the defaults, since levels alone leave the node to be that of their file, as in Kafka's image.
    if (!levels_.empty() && !result_.settings.empty()) {
      result_.settings[std::string(kLevelsKey)] = join(levels_, ",");
    }
    return std::move(result_);
  }

 private:
  void take(const std::string& name, const std::string& value) {
    if (is_service_link(name, value)) {
      if (name.starts_with(kPrefix)) links_.push_back(name);
    } else if (name.starts_with("ZOOKEEPER_") || name.starts_with("KAFKA_ZOOKEEPER_")) {
      zookeeper_.push_back(name);
    } else if (is_old_address(name)) {
      if (!value.empty()) old_addresses_[name] = value;
    } else if (is_for_java(name)) {
      java_[name] = value;
    } else if (name == kRootLevel) {
      root_level_ = java_trim(value);
    } else if (name == kLoggerLevels) {
      logger_levels_ = java_trim(value);
    } else if (name.starts_with(kPrefix) && name.size() > kPrefix.size() && !contains(kOfNoEffect, name)) {
      take_setting(name, value);
    }
  }

  void take_setting(const std::string& name, const std::string& text) {
    const std::string key = property_of(name);
    Result<std::string, Failure> value = value_of(name, text);
    if (!value) {
      result_.problems.push_back(value.error().message);
    } else if (!value->empty() || !contains(kUnsetWhenEmpty, key)) {
      result_.settings[key] = std::move(*value);
    }
  }

  // The root's comes first, since the list may have it, too. A variable of the key's own goes before both; a
  // mounted file does not, which lies below the environment.
  void take_levels() {
    std::vector<std::string> names;
    if (!root_level_.empty()) names.emplace_back(kRootLevel);
    if (!logger_levels_.empty()) names.emplace_back(kLoggerLevels);
    if (names.empty()) return;
    if (result_.settings.contains(kLevelsKey)) {
      tell(LogLevel::kWarn, fmt::format("{} ignored: {} is set", join(names, ", "), variable_of(kLevelsKey)));
      return;
    }
    if (!root_level_.empty()) add_levels(kRootLevel, {fmt::format("root={}", root_level_)});
    add_levels(kLoggerLevels, split_list(logger_levels_));
  }

  void add_levels(std::string_view variable, const std::vector<std::string>& entries) {
    const auto levels = parse_logger_levels(entries);
    if (!levels) {
      result_.problems.push_back(fmt::format("{}: {}", variable, levels.error().message));
      return;
    }
    for (const LoggerLevel& each : *levels) {
      levels_.push_back(fmt::format("{}={}", each.logger, name_of(each.level)));
    }
  }

  static bool is_old_address(std::string_view name) {
    return std::ranges::find(kOldAddresses, name, &OldAddress::variable) != std::end(kOldAddresses);
  }

  // Relative names are below the directory of secrets.
  std::string secret_path(const std::string& name) const {
    return name.starts_with('/') ? name : places_.secrets + "/" + name;
  }

  // KAFKA_SSL_KEYSTORE_FILENAME is a location; KAFKA_SSL_KEYSTORE_CREDENTIALS names the file that has its
  // password, and wins over KAFKA_SSL_KEYSTORE_PASSWORD.
  void take_files_of_stores() {
    const ConfigMap given = result_.settings;
    for (const auto& [key, name] : given) {
      if (const auto store = store_of(key, ".filename")) {
        result_.settings.erase(key);
        const std::string path = secret_path(name);
        if (disk_.exists(path)) {
          result_.settings[*store + ".location"] = path;
        } else {
          result_.problems.push_back(fmt::format("{}: there is no {}; mount the store there",
                                                 variable_line(key, name), path));
        }
      } else if (const auto secured = store_of(key, ".credentials")) {
        result_.settings.erase(key);
        read_password(key, name, *secured + ".password");
        from_credentials_.push_back(*secured + ".password");
      }
    }
  }

  // KAFKA_SSL_KEYSTORE_PASSWORD is the password, or the name of the file that has it.
  void take_passwords() {
    const ConfigMap given = result_.settings;
    for (const auto& [key, value] : given) {
      if (!store_of(key, ".password")) continue;
      if (std::ranges::find(from_credentials_, key) != from_credentials_.end()) continue;
      if (value.empty() || value.find('/') != std::string::npos) continue;
      const std::string path = secret_path(value);
      if (!disk_.exists(path) || disk_.list(path).ok()) continue;
      read_password(key, value, key);
      tell(LogLevel::kInfo,
           fmt::format("{} names the file {}, which has the password", variable_of(key), path));
    }
  }

  // As $(cat FILE) in the images: without the line breaks at its end.
  void read_password(const std::string& key, const std::string& name, const std::string& password) {
    const std::string path = secret_path(name);
    auto content = storage::read_file(disk_, path, kSecretSizeMax);
    if (!content) {
      result_.problems.push_back(fmt::format("{}: {}; the password is read from there",
                                             variable_line(key, name), content.error().what));
      return;
    }
    std::string_view text = as_text(*content);
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    result_.settings[password] = std::string(text);
  }

  void lay_over_mounted_file() {
    if (!disk_.exists(places_.mounted)) return;
    ConfigMap settings = read_properties(places_.mounted);
    for (auto& [key, value] : result_.settings) settings[key] = value;
    result_.settings = std::move(settings);
  }

  // Empty, with a problem, where the file cannot be read.
  ConfigMap read_properties(const std::string& path) {
    ConfigMap settings;
    auto text = storage::read_file(disk_, path);
    if (!text) {
      result_.problems.push_back(fmt::format("cannot read the configuration: {}", text.error().what));
      return settings;
    }
    auto properties = storage::parse_properties(*text, path);
    if (!properties) {
      result_.problems.push_back(properties.error().message);
      return settings;
    }
    for (const storage::Property& property : properties->entries()) settings[property.key] = property.value;
    return settings;
  }

  // Kafka has forgotten these names; an address that is silently not advertised is a cluster that nobody
  // reaches.
  void settle_old_addresses(bool advertised, const std::string& replacement) {
    std::vector<std::string> written;
    std::string host, port = "9092";
    for (const OldAddress& old : kOldAddresses) {
      const auto found = old_addresses_.find(old.variable);
      if (old.is_advertised != advertised || found == old_addresses_.end()) continue;
      written.push_back(fmt::format("{}={}", found->first, found->second));
      (old.is_port ? port : host) = found->second;
    }
    if (written.empty()) return;
    const std::string names = join(written, ", ");
    if (result_.settings.contains(replacement)) {
      tell(LogLevel::kWarn, fmt::format("{} ignored: {} replaces it", names, variable_of(replacement)));
      return;
    }
    if (host.empty() && advertised) host = "<a name or address of this host>";
    result_.problems.push_back(
        fmt::format("{} refused: Kafka has no such setting any more; write {}", names,
                    variable_line(replacement, fmt::format("PLAINTEXT://{}:{}", host, port))));
  }

  void tell_what_is_left_out() {
    for (Notice& notice : java_notices(java_)) result_.notices.push_back(std::move(notice));
    if (!zookeeper_.empty()) {
      tell(LogLevel::kWarn, fmt::format("{} ignored: there is no ZooKeeper in this cluster, the controllers "
                                        "keep its metadata",
                                        join(zookeeper_, ", ")));
    }
    if (!links_.empty()) {
      tell(LogLevel::kInfo, fmt::format("{} ignored: Kubernetes tells of a Service with them "
                                        "(enableServiceLinks: false keeps them out)",
                                        join(links_, ", ")));
    }
  }

  void take_defaults() {
    result_.settings = read_properties(places_.defaults);
    if (!result_.problems.empty()) return;
    tell(LogLevel::kInfo, fmt::format("no setting in the environment, and no {}: the node is that of {}",
                                      places_.mounted, places_.defaults));
  }

  // What the images work out: where to listen from where to be reached, and where the volume is; and what a
  // container is asked at.
  void complete() {
    ConfigMap& settings = result_.settings;
    const auto advertised = settings.find("advertised.listeners");
    if (advertised != settings.end() && !settings.contains("listeners") && !is_controller_only()) {
      if (auto listeners = everywhere(advertised->second)) settings["listeners"] = std::move(*listeners);
    }
    if (!settings.contains("log.dirs") && !settings.contains("log.dir")) settings["log.dirs"] = places_.data;
    settings.try_emplace("klamm.admin.listener", kAdminListener);
  }

  bool is_controller_only() const {
    const auto roles = result_.settings.find("process.roles");
    return roles != result_.settings.end() && java_trim(roles->second) == "controller";
  }

  // The advertised listeners, on all addresses of this host; nullopt when they cannot be read, which is told
  // of when all is put together.
  static std::optional<std::string> everywhere(const std::string& advertised) {
    std::vector<std::string> listeners;
    for (const std::string& entry : split_list(advertised)) {
      const auto address = parse_listener_address(entry);
      if (!address) return std::nullopt;
      listeners.push_back(fmt::format("{}://0.0.0.0:{}", address->listener, address->port));
    }
    if (listeners.empty()) return std::nullopt;
    return join(listeners, ",");
  }

  void tell(LogLevel level, std::string text) { result_.notices.push_back({level, std::move(text)}); }

  const Environment& environment_;
  const ImagePlaces& places_;
  storage::Disk& disk_;

  MappedEnvironment result_;
  ConfigMap old_addresses_;
  Environment java_;
  std::string root_level_, logger_levels_;  // as they are written; empty for none
  std::vector<std::string> levels_;         // what they come to: LOGGER=LEVEL each
  // Names of what is not taken, by the reason.
  std::vector<std::string> zookeeper_, links_;
  std::vector<std::string> from_credentials_;  // passwords that CREDENTIALS have given
};

}  // namespace

MappedEnvironment map_environment(const Environment& environment, const ImagePlaces& places,
                                  storage::Disk& disk) {
  return EnvironmentMapper(environment, places, disk).map();
}

std::string property_of(std::string_view variable) {
  if (variable.starts_with(kPrefix)) variable.remove_prefix(kPrefix.size());
  std::string property;
  size_t run = 0;
  auto end_run = [&] {
    property.append(run / 3, '-');
    if (run % 3 == 2) property += '_';
    if (run % 3 == 1) property += '.';
    run = 0;
  };
  for (const char c : variable) {
    if (c == '_' || c == '.') {
      ++run;
      continue;
    }
    end_run();
    property += c;
  }
  end_run();
  return lower_case(property);
}

std::string variable_of(std::string_view property) {
  std::string variable(kPrefix);
  for (const char c : property) {
    switch (c) {
      case '.': variable += "_"; break;
      case '_': variable += "__"; break;
      case '-': variable += "___"; break;
      default: variable += c;
    }
  }
  return upper_case(variable);
}

std::string variable_line(std::string_view property, std::string_view value) {
  return fmt::format("{}={}", variable_of(property), value);
}

}  // namespace klamm::broker
