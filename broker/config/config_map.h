// Configuration as text: what a file, a record of the metadata log or a request holds, before types.
#pragma once

#include <map>
#include <string>

namespace klamm::broker {

using ConfigMap = std::map<std::string, std::string, std::less<>>;

}  // namespace klamm::broker
