// Faults: what befalls a simulated cluster, and no more at once than its promises cover.
//
// With acknowledgements by page caches, all in-sync replicas but one may be lost: while one broker's disk has
// lost something and it has not caught up again, no other broker's process ends without being asked to. The
// metadata is on the platters of a majority, so that controllers alone may lose power as they like.
//
// faults.cc chooses what is done, when and to whom; fault_steps.cc does it, as a script says it too, and
// fault_disks.cc and fault_nodes.cc do what is done to disks, and to what nodes are. What each fault is, and
// what is asked of the cluster then, is in tests/sim/faults_cluster.md.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/cluster/cluster.h"
#include "tests/sim/cluster/script.h"

namespace klamm::sim::cluster {

class Faults {
 public:
  // It has a chance of its own: where a script takes its place, all else goes on as it did.
  Faults(Cluster& cluster, uint64_t seed);

  // From now on, whenever the cluster is not quiet.
  void begin();
  // Instead: these, at their times, as far as each can be done then.
  void follow(const std::vector<TimedStep>& steps);
  // All that has been done, and whom to tell of it when it is.
  const std::vector<TimedStep>& steps() const { return steps_; }
  std::function<void(const TimedStep& timed)> on_step;

  // A file of a log still reads as a flipped bit or a lost write left it: nobody has found that yet, or it is
  // not repaired.
  bool has_damage();
  // Before everything is healed: disks that fail do so no more, behind a loss of power.
  void end_failures();
  // All is healed: nobody lacks anything.
  void forget();

 private:
  struct Damaged {
    int32_t host = 0;
    std::string path{};
    size_t position = 0;
    Bytes wrong{};  // what is read there
  };
  // Whether it was done; it is not where the cluster would owe nothing any more, or where there is nothing to
  // be done.
  using Doer = bool (Faults::*)(const Step& step);

  // ---- choosing
  void next();
  void inject();
  int64_t between(int64_t low, int64_t high);
  Host& any_host();
  Host& leading_or_any();
  int64_t down_for();
  void start(Host& host);
  void restart_later(Host& host);
  void kill();
  void cut_power();
  void cut_all_power();
  void ask_to_end();
  void roll();
  void roll_on(size_t at);
  void bring_back(Host& host, bool rolls_on);
  void pause();
  void cut_one_way();
  void isolate();
  void cut_clients_off();
  void slow_network();
  void slow_receiver();
  void reset();
  void slow_disk();
  void fail_disk();
  void fill_disk();
  void wipe();
  void restore();
  void restore(Host& host, int64_t which, int tries);
  void step_clock();
  std::vector<std::string> segments_of_some(Host& host);
  void flip_bit();
  void lose_write();
  void start_second();
  void start_twin();
  void part_twins(Host& host);

  // ---- doing
  bool act(const Step& step);
  void take(const Step& step);
  static Doer doer_of(const std::string& what);
  // Null: there is none of that number.
  Host* host_at(int64_t id);
  Host* host_of(const Step& step) { return host_at(step.numbers[0]); }
  // Where a node or a client of that number stands.
  std::optional<int32_t> place_at(int64_t number);
  bool spares_twins(const Step& step) const;
  bool is_weak_over();
  // Whether the cluster keeps its promises without what is in this one's memory, or on its disks.
  bool may_lose(Host& host);
  bool may_kill(Host& host);
  // And without all that it ever knew, of the metadata too.
  bool may_forget(Host& host);
  // From `since` on it is looked at whether it has caught up.
  void weaken(Host& host, int64_t since);
  bool fail(const Step& step, DiskOperation operation);
  bool is_there(const Damaged& damaged);
  void note_damage(Host& host, const std::string& path, size_t position);
  bool lose(const Step& step, std::optional<uint64_t> elsewhere);
  void replace_log(Host& host, const std::string& why);
  bool refuses_to_start(Host& host, const std::string& what);
  bool do_kill(const Step& step);
  bool do_lose_power(const Step& step);
  bool do_lose_all_power(const Step& step);
  bool do_start(const Step& step);
  bool do_start_without_snapshots(const Step& step);
  bool do_stop(const Step& step);
  bool do_pause(const Step& step);
  bool do_cut(const Step& step);
  bool do_slow_network(const Step& step);
  bool do_slow_receiver(const Step& step);
  bool do_reset(const Step& step);
  bool do_slow_disk(const Step& step);
  bool do_fail_syncs(const Step& step);
  bool do_fail_writes(const Step& step);
  bool do_fail_reads(const Step& step);
  bool do_end_failures(const Step& step);
  bool do_fill_disk(const Step& step);
  bool do_wipe(const Step& step);
  bool do_back_up(const Step& step);
  bool do_restore(const Step& step);
  bool do_start_with_disks_of(const Step& step);
  bool do_set_clock(const Step& step);
  bool do_flip_bit(const Step& step);
  bool do_lose_write(const Step& step);
  bool do_misdirect_write(const Step& step);
  bool do_configure(const Step& step);
  bool do_move(const Step& step);
  bool do_start_second(const Step& step);
  bool do_start_twin(const Step& step);
  bool do_give_way(const Step& step);
  bool do_end_twin(const Step& step);

  Cluster& cluster_;
  World& world_;
  SeededRandom random_;
  std::vector<TimedStep> steps_;
  int32_t weak_ = 0;  // the broker whose disk has lost something
  int64_t weak_since_ = 0;
  std::set<int32_t> failing_;  // whose disks fail, or have failed and nobody knows
  std::vector<Damaged> damaged_;
  std::map<int32_t, std::vector<Host::DiskFiles>> backups_;
  int32_t twin_ = 0;  // the broker of whose id there are two
  bool has_given_way_ = false;
};

}  // namespace klamm::sim::cluster
