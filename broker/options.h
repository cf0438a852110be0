// The command line of `klamm server`, which is that of kafka-server-start: a file, and settings laid over it;
// and the JAAS file, which Kafka's script takes from KAFKA_OPTS.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace klamm::broker {

struct ServerOptions {
  bool wants_help = false;
  std::string file;
  std::vector<std::pair<std::string, std::string>> overrides;  // in order; the last of a key wins
  std::optional<std::string> jaas_file;
};

// The words behind `server`.
Result<ServerOptions, Failure> parse_server_options(std::span<const std::string_view> words);

std::string_view server_usage();

}  // namespace klamm::broker
