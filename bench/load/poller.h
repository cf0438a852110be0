// Poller: which of many connections have something to read (epoll). For one thread.
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <span>
#include <vector>

namespace klamm::bench {

class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // The socket is called by this number from now on.
  void watch(int socket, size_t number);
  // The numbers of those that can be read, valid until the next call; none when nothing has come by then.
  std::span<const size_t> wait_until(int64_t then_ns);

 private:
  int epoll_ = -1;
  std::vector<epoll_event> events_;
  std::vector<size_t> numbers_;
};

}  // namespace klamm::bench
