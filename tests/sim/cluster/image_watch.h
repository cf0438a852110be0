// ImageWatch: looks at every image of the metadata that any node publishes. Images of one offset are equal;
// epochs only grow, and have one leader each; in-sync and eligible replicas are replicas, who is in sync is
// not fenced, nobody is eligible where enough are in sync, and who is elected was in sync or eligible before.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "broker/metadata/image_delta.h"
#include "tests/sim/cluster/world.h"

namespace klamm::sim::cluster {

struct Counters;

class ImageWatch {
 public:
  ImageWatch(World& world, Counters& counters) : world_(world), counters_(counters) {}

  void on_image(int32_t node, const broker::ClusterImage& before, const broker::ClusterImage& after);
  // The largest that any node has published; -1 while none has.
  int32_t leader_epoch(const std::string& topic, int32_t index) const;
  // From now on those topics may be led uncleanly that come and go, whatever is configured for them.
  void allow_unclean_elections() { may_be_unclean_ = true; }
  // A node that starts may publish again what it had.
  void on_start(int32_t node) { applied_.erase(node); }

 private:
  using Place = std::pair<Uuid, int32_t>;
  struct Seen {
    int32_t leader_epoch = -1;
    int32_t partition_epoch = -1;
    broker::PartitionImage state{};
  };

  void check_partition(int32_t node, const broker::PartitionDelta& delta);
  void check_lists(const std::string& where, const broker::PartitionImage& state);
  void check_election(const std::string& where, const broker::PartitionImage& before,
                      const broker::PartitionImage& after);
  void note_change(const std::string& where, const broker::PartitionImage& before,
                   const broker::PartitionImage& after);
  void check_in_sync(int32_t node, const broker::ClusterImage& image);
  void compare(int32_t node, const broker::ClusterImage& image);

  World& world_;
  Counters& counters_;
  std::map<int32_t, int64_t> applied_;  // by node
  std::map<Place, Seen> newest_;
  std::map<std::pair<std::string, int32_t>, int32_t> leader_epochs_;
  std::map<std::pair<Place, int32_t>, NodeId> leaders_;  // by leader epoch
  std::map<int64_t, broker::ClusterImage> by_offset_;    // the latest few
  int32_t controller_epoch_ = -1;
  bool may_be_unclean_ = false;
};

}  // namespace klamm::sim::cluster
