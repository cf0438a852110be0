// KAFKA_OPTS, which Kafka's scripts hand to Java: of it the -Dname=value, and among these the JAAS file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "security/jaas.h"

namespace klamm::security {

// The -Dname=value of KAFKA_OPTS, of which Java takes the last. Words are taken as they are, a ~ included, as
// Kafka's scripts hand them on.
SystemProperties system_properties(std::string_view kafka_opts);

// The file that java.security.auth.login.config names, a path or a file: URL; nullopt where it is not set.
std::optional<std::string> jaas_path_of(const SystemProperties& properties);

}  // namespace klamm::security
