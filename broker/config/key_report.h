// What there is to say about the keys of a file one by one: bad values, refused keys, keys that do nothing
// here or not yet, and keys that nobody knows.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/config_map.h"
#include "broker/config/load.h"

namespace klamm::broker {

// A key of older releases.
struct RemovedKey {
  std::string_view name;  // ending in '*' it stands for all that begin so
  std::string_view instead;
};
std::span<const RemovedKey> removed_keys();

struct KeyReport {
  std::vector<std::string> problems;  // each ends the start
  std::vector<Notice> notices;        // each key once
};

KeyReport report_keys(const ConfigMap& settings);

// A known key that `name` may have been meant to be; empty when none is near.
std::string similar_key(std::string_view name);

}  // namespace klamm::broker
