// RegistrarDriver: drives a ControllerRegistrar on the quorum loop.
#pragma once

#include "broker/controller_client.h"
#include "broker/controller_registration.h"

namespace klamm::broker {

class RegistrarDriver {
 public:
  RegistrarDriver(Loop& loop, ControllerClient& controller, ControllerIdentity identity, Random& random)
      : loop_(loop), controller_(controller), machine_(std::move(identity), random) {}
  ~RegistrarDriver();

  void on_metadata(const ClusterImage& image) { perform(machine_.on_metadata(image, loop_.now_ms())); }
  void on_controller_found() { perform(machine_.on_controller_found(loop_.now_ms())); }
  void stop();

 private:
  void perform(RegistrarOutput output);
  void send(RegistrarRequest request);

  Loop& loop_;
  ControllerClient& controller_;
  ControllerRegistrar machine_;
  TimerId timer_ = TimerId::kNone;
  bool stopped_ = false;
};

}  // namespace klamm::broker
