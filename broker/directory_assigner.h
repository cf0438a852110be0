// DirectoryAssigner: tells the active controller in which directory replicas of this node are, or that they
// are in none (AssignReplicasToDirs, KIP-858), and tells it again until it has answered. Lives on the quorum
// loop.
#pragma once

#include <functional>
#include <map>

#include "broker/controller_client.h"
#include "broker/replica/fetcher_types.h"
#include "protocol/messages/assign_replicas_to_dirs_request.h"
#include "protocol/messages/assign_replicas_to_dirs_response.h"

namespace klamm::broker {

class DirectoryAssigner {
 public:
  static constexpr int64_t kRetryMs = 500;

  // All of it outlives the loop's tasks.
  struct Uses {
    Loop& loop;
    ControllerClient& controller;
    NodeId self;
    std::function<int64_t()> broker_epoch;
  };

  explicit DirectoryAssigner(Uses uses) : uses_(std::move(uses)) {}
  ~DirectoryAssigner();

  // On the loop: nothing is said any more.
  void stop();
  // From any thread; of a replica what was said last counts.
  void assign(const PartitionKey& replica, const Uuid& directory);

 private:
  using Places = std::map<PartitionKey, Uuid>;

  void pump();
  void send();
  void on_answer(Result<PeerAnswer, ControllerFailure> answer);
  void take_over(const protocol::AssignReplicasToDirsResponse& response);
  void retry_later();

  const Uses uses_;
  Places wanted_;
  Places sent_;  // not empty: a request is on its way
  TimerId timer_ = TimerId::kNone;
  bool stopped_ = false;
};

}  // namespace klamm::broker
