// What the steps of a group's shard are given, and where they leave what they want written.
#pragma once

#include <absl/functional/any_invocable.h>

#include "broker/coordinator_journal.h"

namespace klamm::broker::group {

using broker::Journal;
using broker::Now;

// The answer to a request, given once, now or in a later step. What the response views is valid for the call.
template <class Response>
using Answer = absl::AnyInvocable<void(const Response&)>;

}  // namespace klamm::broker::group
