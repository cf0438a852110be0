// What a scrape sees of the process around a node: its network, loops and memory. From any thread.
#pragma once

#include <functional>
#include <vector>

#include "broker/client_software.h"
#include "broker/memory_budget.h"
#include "broker/metrics/listener_sample.h"
#include "broker/metrics/request_stats.h"

namespace klamm::broker {

// All of it outlives who is given this.
struct NetView {
  std::function<std::vector<metrics::ListenerSample>()> listeners;
  std::function<std::vector<metrics::LoopSample>()> loops;
  std::vector<const metrics::RequestStats*> requests;  // of each loop
  const SoftwareCensus& softwares;
  MemoryBudget& memory;
};

}  // namespace klamm::broker
