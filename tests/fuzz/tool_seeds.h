// Seeds of the target for what brokers answer to the tools: what a broker of the tests answers to each run.
#pragma once

#include <functional>
#include <string>

#include "base/bytes.h"

namespace klamm::cli {

using WriteSeed = std::function<void(const std::string& name, ByteView bytes)>;

void write_tool_seeds(const WriteSeed& write);

}  // namespace klamm::cli
