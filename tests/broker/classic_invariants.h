// What must hold of a shard's classic groups after every step, whatever was asked of them.
#pragma once

#include <optional>
#include <string>

#include "tests/broker/group_fixture.h"

namespace klamm::broker::group::testing {

// The first thing found wrong, in words.
std::optional<std::string> find_broken(GroupFixture& world);

// A group that is stable is the same when it is loaded from the log; and one that is empty, if no write was
// ever refused.
std::optional<std::string> find_unlike_log(GroupFixture& world, bool with_empty);

}  // namespace klamm::broker::group::testing
