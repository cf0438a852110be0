// What there is to say about the keys of a file one by one: bad values, refused keys, keys that do nothing
// here or not yet, and keys that nobody knows.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/config_map.h"
#include "broker/config/definitions.h"
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

// What is done with a setting, where that is not what Kafka does: none for a default, for a value that cannot
// be read, and for what would be refused.
std::optional<Notice> notice_of(const ConfigKey& key, const std::string& name, const std::string& text);

// A known key that `name` may have been meant to be; empty when none is near.
std::string similar_key(std::string_view name);

}  // namespace klamm::broker
