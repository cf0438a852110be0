// Keys that every node of a KRaft cluster must have: for each that is missing, the line to add, worked out
// from what is there. A file made for ZooKeeper has none of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/config_map.h"

namespace klamm::broker {

// How a setting is written in the place where it is to be added.
using SettingForm = std::string (*)(std::string_view key, std::string_view value);
// "node.id=1", as in a file.
std::string property_line(std::string_view key, std::string_view value);

// One sentence for each missing key.
std::vector<std::string> missing_keys(const ConfigMap& settings, const std::string& host_name,
                                      SettingForm form = property_line);

// The N of a host name whose first label ends in -N.
std::optional<int32_t> ordinal_of(std::string_view host_name);

}  // namespace klamm::broker
