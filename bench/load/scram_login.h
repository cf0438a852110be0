// A login by SCRAM-SHA-512 on a connection that has just been made.
#pragma once

#include <string>

#include "bench/load/client.h"

namespace klamm::bench {

// Gives up when it is refused, or the broker does not prove that it knows the password. What a password
// hashes to is kept for each salt, so that a storm of logins costs the broker and not the one who makes it.
void log_in(Client& client, const std::string& user, const std::string& password);

}  // namespace klamm::bench
