// What bash completes behind `klamm` and behind the tools' names, made of the tables of options:
//   klamm completion > /etc/bash_completion.d/klamm
#pragma once

#include <span>
#include <string>

#include "cli/tool.h"

namespace klamm::cli {

std::string bash_completion(std::span<const Tool> tools);

}  // namespace klamm::cli
