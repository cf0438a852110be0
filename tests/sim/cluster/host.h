// Host: one machine of the cluster and the node that runs on it, if it does. The disks outlive the process.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/config/node_config.h"
#include "broker/node.h"
#include "tests/sim/cluster/machine.h"
#include "tests/sim/cluster/network.h"
#include "tests/sim/cluster/server_connection.h"
#include "tests/sim/cluster/sim_loop.h"

namespace klamm::sim::cluster {

inline constexpr uint16_t kControllerPort = 9090;  // and the place
inline constexpr uint16_t kBrokerPort = 9190;
// Where the host of an id stands when it has moved, and where another one of that id does: beside the id.
inline constexpr int32_t kMovedPlaces = 20;
inline constexpr int32_t kTwinPlaces = 40;

inline int32_t place_of(uint16_t port) { return (port - kControllerPort) % 100; }

struct HostPlan {
  int32_t id = 0;
  bool is_twin = false;  // of the one that the cluster counts on
  bool is_broker = true;
  bool is_controller = true;
  bool has_two_disks = false;  // the metadata log's own, and the other
  double clock_rate = 1;
  std::string settings{};
};

class Host {
 public:
  // What the cluster wants to know of its hosts.
  struct Watcher {
    std::function<void(Host&)> on_start;
    std::function<void(Host&, const broker::ClusterImage& before, const broker::ClusterImage& after)>
        on_image;
    std::function<void(int16_t key)> on_request;
    std::function<void(Host&, const std::string& why)> on_fatal;
  };

  Host(World& world, Network& network, HostPlan plan, const Watcher& watcher);
  ~Host();

  int32_t id() const { return plan_.id; }
  // Another one than any other host's, and always the same.
  int32_t number() const { return plan_.id + (plan_.is_twin ? kTwinPlaces : 0); }
  const HostPlan& plan() const { return plan_; }
  // In the network. Its ports follow from it.
  int32_t place() const { return place_; }
  uint16_t broker_port() const { return static_cast<uint16_t>(kBrokerPort + place_); }
  uint16_t controller_port() const { return static_cast<uint16_t>(kControllerPort + place_); }
  SimDisk& data_disk() { return plan_.has_two_disks ? data_ : disk_; }
  SimDisk& metadata_disk() { return disk_; }
  Machine& machine() { return machine_; }
  std::string metadata_directory() const { return plan_.has_two_disks ? "/m" : "/d"; }

  bool runs() const { return process_ != nullptr; }
  bool is_ending() const { return runs() && ending_; }
  bool is_unfenced() const { return runs() && !fenced_; }
  bool is_paused() const { return machine_.still_until > world_.now(); }
  broker::Node& node();
  const broker::Node& node() const;
  bool is_active_controller() const { return runs() && node().is_active_controller(); }

  void start();
  // The process ends between two instructions; what it has written is in the page cache.
  void kill();
  // The machine loses power: what was not synced may be lost, torn or old.
  void lose_power();
  void power_on();
  bool has_power() const { return has_power_; }
  // As by SIGTERM. It takes its time.
  void shut_down();
  void pause(int64_t pause_for);
  void go_on();

  // ---- not while the process runs ----
  // Empty disks, formatted again.
  void wipe();
  // It is reached at other ports from its next start on.
  void move(int32_t place);
  // Lines of settings that count from its next start on, in place of those that this was last told of.
  void configure(std::string settings);
  // What its disks hold of data and metadata, file by file, as they are now; the metadata log's disk first.
  using DiskFiles = std::map<std::string, Bytes>;
  std::vector<DiskFiles> copy_disks() const;
  // Instead of what is there.
  void put_disks(const std::vector<DiskFiles>& files);
  void put_disk(size_t disk, const DiskFiles& files);

  // While it runs: another process with the same settings and directories is started. Why it did not come up;
  // nullopt when it did, which ends the run.
  std::optional<std::string> start_second();

 private:
  struct Process;

  std::string name() const;
  void format();
  void write_settings();
  void read_settings();
  void empty(SimDisk& disk);
  std::unique_ptr<broker::Node> make_node(Process& process, std::function<void(const std::string&)> fatal);
  std::optional<std::string> load_and_join();
  void listen(uint16_t port, bool for_controllers);
  void on_fenced(bool fenced);
  void on_fatal(const std::string& why);
  void finish_shutdown();
  void end_cleanly();
  void run_until_ended(const std::function<void(Task done)>& begin);
  bool run_some();
  void destroy();

  World& world_;
  Network& network_;
  const HostPlan plan_;
  int32_t place_;
  std::string told_;  // by configure()
  const Watcher& watcher_;
  Machine machine_;
  SimDisk disk_, data_;
  SeededRandom random_;
  std::unique_ptr<broker::NodeConfig> config_;
  std::shared_ptr<Process> process_;
  bool fenced_ = true;
  bool ending_ = false;
  bool dying_ = false;  // nothing that it says counts any more
  bool has_power_ = true;
};

}  // namespace klamm::sim::cluster
