// Node: a server without its network, threads and files, which it is handed: what a process runs, and what
// the simulator runs as well. A controller, a broker, or both (KIP-500).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "broker/config/alter.h"
#include "broker/config/node_config.h"
#include "broker/loop.h"
#include "broker/metrics/node_stats.h"
#include "broker/peer.h"
#include "broker/published_image.h"
#include "broker/quorum_wire.h"
#include "broker/request.h"
#include "storage/disk.h"

namespace klamm::broker {

struct NodeView;  // scrape/node_view.h

// At which of their listeners others are asked.
enum class PeerListener { kControllers, kBrokers };

class Node {
 public:
  // All of it outlives the node, and is stopped after it.
  struct World {
    storage::Disk& disk;       // the metadata log's
    storage::Disk& data_disk;  // of the partitions' logs
    const Clock& clock;
    Random& random;
    Loop& quorum_loop;
    std::vector<Loop*> loops;  // of the network; one at least
    Workers& workers;
    Workers& fsync;     // the metadata log's: one thread
    Workers& flushers;  // of logs whose acknowledgements wait for the disk
    uint64_t client_memory = 0;
    // Connects to another node; on that loop.
    std::function<std::unique_ptr<Peer>(PeerListener, Loop&, NodeId, const NodeAddress&)> connect;
    StoreTrial store_trial{};  // blocks; from any thread
    std::function<bool()> is_cancelled;
    // The process is to end with this message; from any thread.
    std::function<void(const std::string&)> fatal;
    // On the lane: the node acts on another image from now on.
    std::function<void(const ClusterImage& before, const ClusterImage& after)> on_image;
    // On the lane, once: the metadata is as new as this broker's registration. What is left to do before it
    // may lead is to be done, and then ready() called. Of a controller alone: its first metadata has come.
    std::function<void()> on_caught_up;
    // On the quorum loop: the cluster counts on this broker, or does not.
    std::function<void(bool fenced)> on_fenced;
    // On the quorum loop, after begin_shutdown().
    std::function<void()> on_may_stop;
  };

  Node(const NodeConfig& config, World world);
  ~Node();

  // Recovers the logs and opens the metadata log.
  Result<void, Failure> load();
  // Takes part in the quorum, and registers. After load(), once the loops run.
  void join();
  // This broker can serve.
  void ready();

  const PublishedImage& images() const;
  RequestHandler& handler();
  // This node's settings as an image has them.
  NodeConfig config_of(const ClusterImage& image) const;
  size_t replicas() const;            // that are here or are to be; from any thread
  bool has_met_leader() const;        // of the quorum; from any thread
  bool is_active_controller() const;  // on the quorum loop
  void run_on_lane(Task task);
  void start_upkeep();
  // From the beginning, and from any thread.
  metrics::NodeStats& stats();
  // After load().
  NodeView view();

  // The cluster is asked to let this broker go: its leaderships are handed on before it ends. At once
  // on_may_stop() where it has not come so far.
  void begin_shutdown();
  // In this order, behind on_may_stop(). Blocks, but the simulator's world, where `wait` lets everything else
  // go on until the task that it is given has been called.
  using Wait = std::function<void(const std::function<void(Task done)>&)>;
  void hand_over(const Wait& wait);   // another controller leads the quorum, if one can
  void resign(const Wait& wait);      // nobody waits for members of groups any more
  void close_logs(const Wait& wait);  // after the network
  void leave(const Wait& wait);       // the quorum

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

}  // namespace klamm::broker
