// IsrChanger: takes what leaders on this node propose about their in-sync replicas to the active controller,
// and brings back what became of it. Lives on the quorum loop.
#pragma once

#include <functional>
#include <memory>

#include "broker/controller_client.h"
#include "broker/replica/isr_changes.h"
#include "broker/replica/partitions.h"

namespace klamm::broker {

class IsrChanger {
 public:
  // All of it outlives the loop's tasks.
  struct Uses {
    Loop& loop;
    ControllerClient& controller;
    const Partitions& partitions;
    NodeId self;
    std::function<int64_t()> broker_epoch;
  };

  explicit IsrChanger(Uses uses) : uses_(std::move(uses)), changes_(uses_.self) {}
  ~IsrChanger();

  // On the loop: nothing is proposed any more.
  void stop();
  // From any thread.
  void propose(const IsrChanges::Key& key, IsrProposal proposal);

 private:
  void submit(const IsrChanges::Key& key, IsrProposal proposal);
  void pump();
  void send(protocol::AlterPartitionRequest request);
  void on_answer(Result<PeerAnswer, ControllerFailure> answer);
  void tell(const IsrChanges::Ended& ended);

  const Uses uses_;
  IsrChanges changes_;
  TimerId timer_ = TimerId::kNone;
  bool stopped_ = false;
};

}  // namespace klamm::broker
