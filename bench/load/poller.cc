#include "bench/load/poller.h"

#include <unistd.h>

#include <algorithm>

#include "bench/load/client.h"

namespace klamm::bench {
namespace {

constexpr size_t kAtOnce = 256;
constexpr int64_t kSecond = 1'000'000'000;

}  // namespace

Poller::Poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)), events_(kAtOnce) {
  if (epoll_ < 0) give_up("no epoll");
}

Poller::~Poller() { ::close(epoll_); }

void Poller::watch(int socket, size_t number) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = number}};
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) give_up("a connection cannot be watched");
}

std::span<const size_t> Poller::wait_until(int64_t then_ns) {
  const int64_t left = std::max<int64_t>(then_ns - now_ns(), 0);
  const timespec wait{.tv_sec = left / kSecond, .tv_nsec = left % kSecond};
  const int found = epoll_pwait2(epoll_, events_.data(), static_cast<int>(events_.size()), &wait, nullptr);
  numbers_.clear();
  for (int i = 0; i < found; ++i) numbers_.push_back(events_[static_cast<size_t>(i)].data.u64);
  return numbers_;
}

}  // namespace klamm::bench
