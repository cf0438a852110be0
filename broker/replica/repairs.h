// Repairs: brings replicas of this node whose logs are damaged back to what their leaders have. On the
// replica manager's lane; what it waits for is in the metadata, which it is shown with step().
//
//   phase      what is done                                 until
//   examining  nothing is fetched; the whole log is looked  it is known what is damaged: leaving, or
//   returning
//              at. A replica that begins so is LOST in the
//              metadata, by an earlier life of the process
//   leaving    nothing is fetched. The controller is told   another leads, and this replica neither is in the
//              that the directory is LOST: the replica is   ISR nor eligible: the log is cut where the damage
//              offline, and another in sync leads           begins; returning
//   returning  the controller is told the directory         the metadata says so: the leader is followed
//   again
//
// Nothing is cut while the replica counts as having what it has lost, as the metadata has it: a change that
// is on its way counts for nothing. While nobody else is in sync nothing is told and nothing is cut: the
// replica leads on with what lies below the damage.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "broker/metadata/cluster_image.h"
#include "broker/replica/partition.h"

namespace klamm::broker {

class Repairs {
 public:
  struct Uses {
    NodeId self;
    // Tells the controller; to say the same again changes nothing.
    std::function<void(const PartitionKey&, const Uuid& directory)> assign;
    std::function<void(const std::shared_ptr<Partition>&, const PartitionImage&)> follow;
    std::function<void(const PartitionKey&)> unfollow;
    // Recovery points and log starts are written as the logs have them now.
    std::function<void()> checkpoint;
  };
  enum class Phase { kExamining, kLeaving, kReturning };

  explicit Repairs(Uses uses) : uses_(std::move(uses)) {}

  // The replica is damaged, or was when the metadata last heard of it. step() follows.
  void begin(const std::shared_ptr<Partition>& partition, const Uuid& directory);
  // After each image, and now and then: what has changed meanwhile is acted upon.
  void step(const ClusterImage& image);
  // Until it is repaired, nobody but this follows its leader.
  bool holds(const PartitionKey& key) const { return repairs_.contains(key); }
  bool empty() const { return repairs_.empty(); }

 private:
  struct Repair {
    std::shared_ptr<Partition> partition;
    Uuid directory;  // where the replica is
    Phase phase = Phase::kExamining;
    bool said_alone = false;
    bool said_leaving = false;
  };
  // What the metadata has to say.
  struct View {
    const PartitionImage* partition;
    bool names_directories;
  };

  bool is_done(const PartitionKey& key, Repair& repair, const View& view);
  bool has_left(const PartitionKey& key, Repair& repair, const View& view);
  bool has_returned(const PartitionKey& key, Repair& repair, const View& view);
  void stay(const PartitionKey& key, Repair& repair, const View& view);
  bool cut(Repair& repair, const View& view);

  const Uses uses_;
  std::map<PartitionKey, Repair> repairs_;
};

}  // namespace klamm::broker
