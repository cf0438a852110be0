// Server: a node, put together. The one place where the real clock, disk, network and threads are made and
// handed to those who use them; everything else is told. Nobody includes this but main.
#pragma once

#include <memory>

#include "base/result.h"
#include "broker/config/node_config.h"
#include "broker/notify.h"

namespace klamm::broker {

// SIGTERM, SIGINT and, unless it is ignored (nohup), SIGHUP end a node, as they do a JVM. From here on they
// wait to be taken; before any thread is made.
void hold_ending_signals();
// Whether one of them waits. From any thread.
bool is_asked_to_end();

class Server {
 public:
  // `notify` says who is told how the node is.
  explicit Server(NodeConfig config, NotifyTerms notify = {});
  ~Server();

  // Returns when clients are served, or says why that cannot be.
  Result<void, Failure> start();
  // Lets open requests end, flushes and closes the logs, as far as a start had come. Within seconds.
  void stop();
  // Waits until a signal asks the process to end, or a part of the node has failed.
  void wait_for_end();
  // Whether a part has failed, while the node ran or while it stopped; the log says which.
  bool has_failed() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace klamm::broker
