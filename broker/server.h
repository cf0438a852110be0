// Server: a node, put together. The one place where the real clock, disk, network and threads are made and
// handed to those who use them; everything else is told. Nobody includes this but main and the simulator.
#pragma once

#include <memory>

#include "base/result.h"
#include "broker/config/node_config.h"

namespace klamm::broker {

class Server {
 public:
  explicit Server(NodeConfig config);
  ~Server();

  // Returns when clients are served, or says why that cannot be.
  Result<void, Failure> start();
  // Lets open requests end, flushes and closes the logs. Within seconds.
  void stop();
  // Waits until a signal asks the process to end, or a part of the node has failed: then what failed.
  Result<void, Failure> wait_for_end();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace klamm::broker
