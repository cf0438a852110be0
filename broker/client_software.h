// What a client says its software is (KIP-511).
#pragma once

#include <string_view>

namespace klamm::broker {

// Of a name, and of a version: [a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?
bool is_client_software_text(std::string_view text);

}  // namespace klamm::broker
