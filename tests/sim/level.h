// Level: what the program klamm_sim runs: the simulator of one part of Klamm, seed by seed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace klamm::sim {

class Level {
 public:
  struct Outcome {
    std::optional<std::string> failure;
    std::vector<std::string> last_events;
    uint64_t trace_hash = 0;
    int hours_run = 0;
    int hours_counted = 0;  // with work and faults enough
  };

  virtual ~Level() = default;
  // An option of this level alone; false when it has no such option.
  virtual bool set(std::string_view /*key*/, std::string_view /*value*/) { return false; }
  // The counters of a run are added to the report when it `counts`.
  virtual Outcome run(uint64_t seed, int hours, bool counts) = 0;
  // The command that runs this seed again.
  virtual std::string command(uint64_t seed, int hours) const = 0;
  // What all runs together have seen.
  virtual std::string report() const = 0;
};

std::unique_ptr<Level> make_quorum_level();
std::unique_ptr<Level> make_groups_level();
std::unique_ptr<Level> make_cluster_level();

}  // namespace klamm::sim
