// BrokerLife: drives a BrokerLifecycle: its requests go to the active controller, wherever that is, its
// timers are the quorum loop's, and what it says is told to those whom it concerns. On the quorum loop.
#pragma once

#include <functional>

#include "base/random.h"
#include "broker/broker_lifecycle.h"
#include "broker/controller_client.h"

namespace klamm::broker {

class BrokerLife {
 public:
  // All of it outlives the loop's tasks.
  struct Uses {
    Loop& loop;
    ControllerClient& controller;
    Random& random;
    std::function<void(int64_t epoch)> on_registered;
    std::function<void()> on_caught_up;
    std::function<void(bool fenced)> on_fenced;
    std::function<void()> on_may_stop;
    std::function<void(const std::string&)> fatal;
    std::function<void(BrokerState)> on_state{};  // also where it is the same
  };

  BrokerLife(Uses uses, BrokerIdentity identity, const LifecycleTimes& times)
      : uses_(std::move(uses)), machine_(std::move(identity), times, uses_.random) {}
  ~BrokerLife();

  void start() { perform(machine_.start(now())); }
  void on_metadata(const ClusterImage& image) { perform(machine_.on_metadata(image, now())); }
  void on_controller_found() { perform(machine_.on_controller_found(now())); }
  void ready_to_unfence() { perform(machine_.ready_to_unfence(now())); }
  void begin_controlled_shutdown() { perform(machine_.begin_controlled_shutdown(now())); }
  // Nothing is sent any more.
  void stop() { perform(machine_.shut_down(now())); }

 private:
  int64_t now() const { return uses_.loop.now_ms(); }
  void perform(LifecycleOutput output);
  void send(LifecycleRequest request);
  void set_timer();

  const Uses uses_;
  BrokerLifecycle machine_;
  TimerId timer_ = TimerId::kNone;
};

}  // namespace klamm::broker
