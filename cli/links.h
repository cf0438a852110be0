// The tools under Kafka's names: links to this binary.
//   klamm links /usr/local/bin
#pragma once

#include <span>
#include <string>

#include "cli/output.h"
#include "cli/tool.h"

namespace klamm::cli {

// kafka-topics.sh and kafka-topics, and so on, in `folder`, to `binary`; what stands there already is left as
// it is. The exit status.
int make_links(std::span<const Tool> tools, const std::string& folder, const std::string& binary,
               Console& console);

}  // namespace klamm::cli
