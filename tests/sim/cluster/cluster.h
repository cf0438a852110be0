// Cluster: hosts, the network between them, clients, and those who look whether the cluster keeps its
// promises. One thread, one virtual clock, one source of chance.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/cluster/host.h"
#include "tests/sim/cluster/image_watch.h"
#include "tests/sim/cluster/ledger.h"
#include "tests/sim/cluster/network.h"
#include "tests/sim/cluster/world.h"

namespace klamm::sim::cluster {

class Client;
class Producer;
class Consumer;
class Admin;
class Member;
struct GroupLedger;

struct Counters {
  int64_t events = 0, frames = 0;
  // Acknowledged operations.
  int64_t batches = 0, records = 0, commits = 0, admin_operations = 0;
  int64_t records_read = 0, rebalances = 0, reassignments = 0;
  // Faults.
  int64_t kills = 0, power_losses = 0, pauses = 0, cuts = 0, clean_stops = 0, slow_disks = 0,
          failed_syncs = 0, full_disks = 0, wiped_disks = 0, clock_steps = 0, resets = 0, slow_networks = 0,
          flipped_bits = 0, failed_reads = 0, lost_writes = 0, restored_disks = 0, twins = 0,
          slow_receivers = 0, other_settings = 0, moves = 0;
  // What came of them.
  int64_t leader_elections = 0, elections_from_elr = 0, isr_shrinks = 0, isr_expansions = 0,
          controller_terms = 0, fencings = 0, truncations = 0, snapshot_fetches = 0, votes = 0,
          fatal_ends = 0, client_retries = 0, duplicates = 0, images_compared = 0;

  int64_t operations() const { return batches + commits + admin_operations; }
  int64_t faults() const {
    return kills + power_losses + pauses + cuts + clean_stops + slow_disks + failed_syncs + full_disks +
           wiped_disks + clock_steps + resets + slow_networks + flipped_bits + failed_reads + lost_writes +
           restored_disks + twins + slow_receivers + other_settings + moves;
  }
};

struct ClusterPlan {
  int32_t combined = 3;
  int32_t controllers = 0;  // alone
  int32_t brokers = 0;      // alone
  bool flushes = false;     // what is acknowledged is on the platters
  bool flips_bits = false;
  bool wipes_disks = false;
  bool fills_disks = false;
  bool loses_writes = false;
  bool restores_disks = false;
  bool has_twins = false;  // of brokers alone
  bool has_two_disks = false;
  bool small_batches = false;  // of metadata: decisions are transactions
};

// A topic that producers write to, and that is never deleted.
struct SteadyTopic {
  std::string name;
  int32_t partitions = 1;
};

class Cluster {
 public:
  Cluster(uint64_t seed, const ClusterPlan& plan, bool keeps_lines);
  ~Cluster();

  World world;
  Network network;
  Counters counters;
  Ledger ledger;
  ImageWatch images;
  const ClusterPlan plan;

  std::vector<std::unique_ptr<Host>>& hosts() { return hosts_; }
  std::vector<SteadyTopic>& topics() { return topics_; }
  Admin& admin() { return *admin_; }
  SimLoop& client_loop() { return *client_loop_; }

  // All nodes from cold, the steady topics made, the clients at work.
  void begin();
  // No faults any more: everything that is down comes up, every cut is over.
  void heal();
  void be_quiet(bool quiet) { quiet_ = quiet; }
  bool is_quiet() const { return quiet_; }
  // Nothing new is sent.
  void rest_clients(bool rest);
  // Why the cluster is not whole yet; nullopt when it is. With the clients: whether they still wait for
  // something.
  std::optional<std::string> find_unhealed_node();
  std::optional<std::string> find_unhealed();
  // At rest: everything that was promised is there, on all nodes alike.
  void check_all();

  // The metadata as the node knows it that knows most.
  std::shared_ptr<const broker::ClusterImage> newest_image() const;
  Host* active_controller();
  // What the nodes have of a partition on their disks, for the one who reads of a failure.
  void note_logs(const TopicPartition& where);
  // Brokers that clients may find.
  std::vector<int32_t> broker_ids() const;
  // The end of a process that an injected fault explains.
  void excuse(int32_t host, int64_t excuse_for);
  // Called with what it has said before such a process is started again.
  std::function<void(Host& host, const std::string& why)> before_restart;
  // A log may be damaged just now: a leader with whom nobody is in sync says so to consumers.
  bool may_be_damaged = false;
  // Another machine with the same id, formatted when it is first asked for; it does not run by itself.
  Host& twin_of(Host& host);

 private:
  void make_hosts();
  void make_clients();
  void start_when_ended(Host& host);
  void on_fatal(Host& host, const std::string& why);

  Host::Watcher watcher_;
  Machine client_machine_;
  std::shared_ptr<SimLoop> client_loop_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::map<int32_t, std::unique_ptr<Host>> twins_;
  std::vector<SteadyTopic> topics_;
  std::vector<std::unique_ptr<Producer>> producers_;
  std::vector<std::unique_ptr<Consumer>> consumers_;
  std::unique_ptr<GroupLedger> group_;
  std::vector<std::unique_ptr<Member>> members_;
  std::unique_ptr<Admin> admin_;
  std::map<int32_t, int64_t> excused_until_;
  bool quiet_ = true;
};

}  // namespace klamm::sim::cluster
