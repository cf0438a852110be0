// FdWatch: one descriptor watched by one loop, for readiness. Reading and writing are done by its owner, with
// plain system calls: that is what makes a request cost one receive and one send. Net only.
#pragma once

#include <memory>

#include "broker/net/loop_thread.h"

namespace klamm::broker::net {

// Who is told, on the loop's thread.
class Watched {
 public:
  virtual ~Watched() = default;
  virtual void on_readable() = 0;
  virtual void on_writable() = 0;
};

// Used on the loop's thread alone.
class FdWatch {
 public:
  // Takes over `descriptor`, which must be in non-blocking mode. Null when the kernel refuses to watch it
  // (errno says why); the descriptor is closed then.
  static std::unique_ptr<FdWatch> open(LoopThread& loop, int descriptor);
  ~FdWatch();

  int descriptor() const;
  // One call each for one wait each, also when the descriptor is ready already. The loop keeps `watched`
  // alive meanwhile. There is at most one wait of a kind at a time.
  void wait_readable(std::shared_ptr<Watched> watched);
  void wait_writable(std::shared_ptr<Watched> watched);
  // Closes the descriptor; waits end without a call, or with one that was already on its way.
  void close();

 private:
  struct Descriptor;
  FdWatch(LoopThread& loop, std::unique_ptr<Descriptor> descriptor);

  LoopThread& loop_;
  std::unique_ptr<Descriptor> descriptor_;
};

}  // namespace klamm::broker::net
