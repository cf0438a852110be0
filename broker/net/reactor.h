// What LoopThread and FdWatch share of Asio. Included by their two sources and nowhere else.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <optional>

#include "broker/net/loop_thread.h"

namespace klamm::broker::net {

struct LoopThread::Reactor {
  // One thread runs it; others only post wake-ups.
  boost::asio::io_context io{1};
  boost::asio::steady_timer timer{io};
  // What `timer` is set for.
  std::optional<int64_t> armed_for_ms;
};

}  // namespace klamm::broker::net
