// Keys that every node of a KRaft cluster must have: for each that is missing, the line to add, worked out
// from what is there. A file made for ZooKeeper has none of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/config/config_map.h"

namespace klamm::broker {

// One sentence for each missing key.
std::vector<std::string> missing_keys(const ConfigMap& settings, const std::string& host_name);

// The N of a host name whose first label ends in -N.
std::optional<int32_t> ordinal_of(std::string_view host_name);

}  // namespace klamm::broker
