// Raft's messages and outputs as lines of text, for transcripts and for whole-output comparisons.
#pragma once

#include <string>
#include <vector>

#include "raft/output.h"

namespace klamm::raft {

std::string describe(const Request& request);
std::string describe(const Response& response);
// One line per part, in the order in which they are performed, without the name of the node.
std::vector<std::string> describe(const Output& output);

// "5@2": offset 5, epoch 2.
std::string describe(const LogPoint& point);

}  // namespace klamm::raft
