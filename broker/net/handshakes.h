// Handshakes: the lane on which steps of TLS handshakes are made, each of which may cost half a millisecond
// of CPU: a loop that made them itself would keep all its connections waiting while many clients come at
// once.
//
// A session is handed over for one step and comes back; nobody else touches it meanwhile. New handshakes are
// refused where too many steps wait: their clients would give up before their turn, and come again. Steps of
// those that have begun are always taken, so that what was spent on them is not lost.
#pragma once

#include <atomic>
#include <memory>

#include "broker/net/worker_pool.h"
#include "security/tls_session.h"

namespace klamm::broker::net {

class Handshakes {
 public:
  // Who made the step be made. When it is gone, the session goes with it.
  class Owner {
   public:
    virtual ~Owner() = default;
    // On a thread of the lane, after the step.
    virtual void on_step(std::unique_ptr<security::TlsSession> session) = 0;
  };

  explicit Handshakes(int threads);
  ~Handshakes();

  // Has the step made. False when too many wait and this handshake has only begun: the session stays then.
  bool step(std::unique_ptr<security::TlsSession>& session, std::weak_ptr<Owner> owner, bool begins);
  // Steps that have not begun.
  size_t waiting() const { return waiting_.load(); }
  // Ends the threads after their present step; sessions that wait are dropped.
  void stop();

  // So many steps take a thread half a second.
  static constexpr size_t kWaitingMax = 1000;

 private:
  std::atomic<size_t> waiting_{0};
  std::atomic<bool> stopping_{false};
  WorkerPool threads_;
};

}  // namespace klamm::broker::net
