// Faults: what befalls a simulated cluster, and no more at once than its promises cover.
//
// With acknowledgements by page caches, all in-sync replicas but one may be lost: while one broker's disk has
// lost something and it has not caught up again, no other broker's process ends without being asked to. The
// metadata is on the platters of a majority, so that controllers alone may lose power as they like.
#pragma once

#include <optional>
#include <string>

#include "tests/sim/cluster/cluster.h"

namespace klamm::sim::cluster {

class Faults {
 public:
  explicit Faults(Cluster& cluster) : cluster_(cluster), world_(cluster.world) {}

  // From now on, whenever the cluster is not quiet.
  void begin();
  // A bit that was flipped is still as it is: nobody has found it yet, or it is not repaired.
  bool has_damage();
  // All is healed: nobody lacks anything.
  void forget() {
    weak_ = 0;
    flipped_.reset();
  }

 private:
  struct Flipped {
    int32_t host = 0;
    std::string path{};
    size_t byte = 0;
    uint8_t value = 0;
  };
  void next();
  void inject();

  Host& any_host();
  Host& leading_or_any();
  bool is_weak_over();
  // Whether the cluster keeps its promises without what is in this one's memory, or on its disks.
  bool may_lose(Host& host);
  bool may_kill(Host& host);
  void restart_later(Host& host);
  void start(Host& host);
  void start_without_snapshots(Host& host);
  int64_t down_for();

  void kill();
  void lose_power();
  void lose_all_power();
  void stop_cleanly();
  void roll();
  void roll_on(size_t at);
  void bring_back(Host& host, bool rolls_on);
  void pause();
  void cut_one_way();
  void isolate();
  void cut_clients_off();
  void slow_network();
  void reset();
  void slow_disk();
  void fail_syncs();
  void fill_disk();
  void wipe();
  void step_clock();
  void flip_bit();

  Cluster& cluster_;
  World& world_;
  int32_t weak_ = 0;  // whose disk has lost something
  int64_t weak_since_ = 0;
  std::optional<Flipped> flipped_;
};

}  // namespace klamm::sim::cluster
