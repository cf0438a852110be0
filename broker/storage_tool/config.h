// What the storage tool reads of server.properties. It is not load_node_config, because directories are
// formatted for whatever the file says: for a quorum of any kind, for roles and numbers of directories that
// this release does not run yet.
#pragma once

#include <string>

#include "base/result.h"
#include "broker/config/node_config.h"
#include "broker/config/sources.h"

namespace klamm::broker {

// Roles, id, directories, listeners and quorum are set, as they stand in the file; the rest has its defaults.
Result<NodeConfig, Failure> read_storage_tool_config(const std::string& path, const ConfigSources& sources);

}  // namespace klamm::broker
