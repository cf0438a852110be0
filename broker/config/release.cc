// What this release cannot do, said before anything starts. Each of these goes when its feature comes.
#include <fmt/format.h>

#include "broker/config/build.h"
#include "broker/config/text.h"

namespace klamm::broker {
namespace {

bool is_quorum_of_this_node(const NodeConfig& config) {
  return config.quorum.voters.size() == 1 && config.quorum.voters.front().id == config.id;
}

}  // namespace

std::vector<std::string> check_release(const NodeConfig& config) {
  std::vector<std::string> problems;
  if (!config.is_broker || !config.is_controller) {
    problems.push_back(
        fmt::format("process.roles={}: this release runs both roles in one process; write "
                    "process.roles=broker,controller",
                    config.is_broker ? "broker" : "controller"));
  } else if (!is_quorum_of_this_node(config)) {
    problems.push_back(fmt::format(
        "controller.quorum.{}: this release runs a quorum of one; write "
        "controller.quorum.voters={}@{}",
        config.quorum.voters.empty() ? "bootstrap.servers names more than this node's controller listener"
                                     : fmt::format("voters names {} voters", config.quorum.voters.size()),
        config.id.value,
        config.network.advertised_controllers.empty()
            ? "localhost:9093"
            : render_address(config.network.advertised_controllers.front().host,
                             config.network.advertised_controllers.front().port)));
  }
  if (config.storage.log_dirs.size() > 1) {
    problems.push_back(fmt::format("log.dirs={}: this release keeps its logs in one directory; name one",
                                   join(config.storage.log_dirs, ",")));
  }
  return problems;
}

}  // namespace klamm::broker
