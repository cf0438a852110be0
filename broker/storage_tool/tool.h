// `klamm storage`: formats log directories and says what is in them, with the commands and options of Apache
// Kafka 4.3's kafka-storage, so that scripts and images may call either.
#pragma once

#include <iosfwd>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "broker/config/sources.h"

namespace klamm::broker {

// `args` is what follows `klamm storage`. Gives the exit status: 0, or 1 with the reason on `err`.
// `random` makes directory ids and salts: the kernel's in a node.
int run_storage_tool(std::span<const std::string_view> args, const ConfigSources& sources, Random& random,
                     const Clock& clock, std::ostream& out, std::ostream& err);

}  // namespace klamm::broker
