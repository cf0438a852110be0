// A refusal of a request about configuration: Kafka's error, and Kafka's sentence, which clients print.
#pragma once

#include <string>

#include "protocol/errors.h"

namespace klamm::broker {

struct ConfigError {
  protocol::ErrorCode code = protocol::ErrorCode::kNone;
  std::string message;

  friend bool operator==(const ConfigError&, const ConfigError&) = default;
};

}  // namespace klamm::broker
