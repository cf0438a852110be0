// What there is to say of settings that were made with the config APIs, as key_report.h says it of a file's.
#pragma once

#include <vector>

#include "broker/config/load.h"
#include "broker/metadata/image_delta.h"

namespace klamm::broker {

// Of those that are new or have changed, each once. `listeners` are those that are open.
std::vector<Notice> setting_notices(const ConfigDelta& change, const std::vector<Listener>& listeners);

}  // namespace klamm::broker
