// docs/configuration.md, written from the table.
#pragma once

#include <string>

namespace klamm::broker {

std::string configuration_page();

}  // namespace klamm::broker
