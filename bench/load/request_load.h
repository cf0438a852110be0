// RequestLoad: one thread that sends the same request on each of many connections, over and over: each again
// as soon as it is answered, or all in turn at a pace.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "bench/load/client.h"
#include "bench/load/poller.h"
#include "bench/load/tally.h"

namespace klamm::bench {

struct Caller {
  Client* client;
  Bytes frame;
  int64_t due_ns = 0;  // of the request that is under way
  bool is_waiting = false;
  // Paced: when requests were due that could not be sent, since one was under way.
  std::deque<int64_t> owed_ns{};
};

class RequestLoad {
 public:
  // Gives up on a response that it does not like.
  using Check = void (*)(ByteView response);

  // At `rate` requests a second over all callers; 0 for as many as there will be. The objects outlive this.
  RequestLoad(std::vector<Caller> callers, Check check, double rate, const Window& window, Tally& tally);

  // Until the window says to stop, and every request has been answered.
  void run();

 private:
  void send(Caller& caller, int64_t due_ns);
  void send_due();
  void receive(Caller& caller);

  std::vector<Caller> callers_;
  const Check check_;
  const int64_t interval_ns_;  // 0 where there is no pace
  const Window& window_;
  Tally& tally_;
  Poller poller_;
  int64_t due_ns_ = 0;
  size_t next_ = 0;  // caller in turn
  size_t waiting_ = 0;
};

}  // namespace klamm::bench
