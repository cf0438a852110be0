// What this release cannot do, said before anything starts. Each of these goes when its feature comes.
#include <fmt/format.h>

#include "broker/config/build.h"
#include "broker/config/text.h"

namespace klamm::broker {
std::vector<std::string> check_release(const NodeConfig& config) {
  std::vector<std::string> problems;
  if (config.storage.log_dirs.size() > 1) {
    problems.push_back(fmt::format("log.dirs={}: this release keeps its logs in one directory; name one",
                                   join(config.storage.log_dirs, ",")));
  }
  return problems;
}

}  // namespace klamm::broker
