// A run as all of them are: threads that work through a warm-up and through the time that counts.
#pragma once

#include <functional>
#include <vector>

#include "bench/load/options.h"
#include "bench/load/report.h"

namespace klamm::bench {

using Work = std::function<void()>;

int64_t after(double seconds);  // from now

// Runs each piece of work in a thread of its own, each with a tally of its own, and reports what they counted
// in the time that counts, and what that cost the broker.
void measure(const Options& options, Window& window, std::vector<Tally>& tallies, std::vector<Work> work,
             Report& report);

}  // namespace klamm::bench
