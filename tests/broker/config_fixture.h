// Verbs for tests of reading a configuration: files in memory, an environment, a host name.
#pragma once

#include "tests/testing.h"

#include <map>
#include <optional>
#include <string>

#include "broker/config/load.h"
#include "tests/sim/sim_disk.h"

namespace klamm::broker {

// The smallest settings that make a node of this release.
inline ConfigMap minimal() {
  return {{"process.roles", "broker,controller"},
          {"node.id", "1"},
          {"controller.listener.names", "CONTROLLER"},
          {"controller.quorum.voters", "1@localhost:9093"},
          {"listeners", "PLAINTEXT://:9092,CONTROLLER://:9093"},
          {"log.dirs", "/data"}};
}

struct ConfigFixture {
  sim::SimDisk disk;
  std::map<std::string, std::string> environment;
  std::string host_name = "box.example";

  ConfigSources sources() {
    return {disk,
            [this](const std::string& name) -> std::optional<std::string> {
              auto found = environment.find(name);
              if (found == environment.end()) return std::nullopt;
              return found->second;
            },
            host_name};
  }

  // minimal() with changes laid over it; a change to "-" takes the key out.
  Result<LoadedConfig, Failure> make(const ConfigMap& changes = {}) {
    ConfigMap settings = minimal();
    for (const auto& [key, value] : changes) {
      if (value == "-") {
        settings.erase(key);
      } else {
        settings[key] = value;
      }
    }
    return make_node_config(settings, sources());
  }

  NodeConfig node(const ConfigMap& changes = {}) {
    Result<LoadedConfig, Failure> loaded = make(changes);
    INFO((loaded ? "" : loaded.error().message));
    REQUIRE(loaded.ok());
    return loaded->config;
  }

  // The message of the refusal.
  std::string refusal(const ConfigMap& changes) {
    Result<LoadedConfig, Failure> loaded = make(changes);
    REQUIRE_FALSE(loaded.ok());
    return loaded.error().message;
  }

  // What is said at start, one line each.
  std::string notices(const ConfigMap& changes) {
    Result<LoadedConfig, Failure> loaded = make(changes);
    INFO((loaded ? "" : loaded.error().message));
    REQUIRE(loaded.ok());
    std::string lines;
    for (const Notice& notice : loaded->notices) lines += notice.text + "\n";
    return lines;
  }
};

}  // namespace klamm::broker
