// Invariant: something that must hold after every step of a simulated quorum, whatever happens to it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "raft/messages.h"
#include "raft/output.h"

namespace klamm::sim {

class Cluster;
struct SimNode;
struct SimSnapshot;

// One invariant. It is told what happens and says with broken() when that must not be; the first one counts.
class Invariant {
 public:
  virtual ~Invariant() = default;
  virtual std::string_view name() const = 0;

  // A node has taken a step, and its output has been performed.
  virtual void after_step(const Cluster&, const SimNode&) {}
  // A part of an output is about to be performed.
  virtual void on_quorum_state(const SimNode&, const raft::ElectionState&) {}
  virtual void on_truncate(const Cluster&, const SimNode&, Offset) {}
  virtual void on_send(const SimNode&, const raft::Message&) {}
  virtual void on_commit(const Cluster&, const SimNode&, Offset) {}
  virtual void on_leadership(const SimNode&, const raft::Leadership&) {}
  virtual void on_snapshot(const Cluster&, const SimNode&, const SimSnapshot&) {}
  virtual void on_log_start(const SimNode&, Offset) {}
  // A node is about to take a message.
  virtual void on_delivery(const SimNode&, const raft::Message&) {}
  // A node has come up from what it remembers.
  virtual void on_start(const SimNode&) {}
  // Everything has been healed for long enough.
  virtual void after_heal(const Cluster&) {}

  const std::string& failure() const { return failure_; }

 protected:
  void broken(std::string what) {
    if (failure_.empty()) failure_ = std::move(what);
  }

 private:
  std::string failure_;
};

std::vector<std::unique_ptr<Invariant>> all_invariants(const Cluster& cluster);

}  // namespace klamm::sim
