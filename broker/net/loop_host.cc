#include "broker/net/loop_host.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <fmt/format.h>

#include <utility>

#include "base/check.h"
#include "base/logging.h"
#include "broker/net/connection.h"
#include "broker/net/fd_watch.h"

namespace klamm::broker::net {
namespace {

// How often it is looked whom to shed, and for how long who is not let in yet may keep others waiting.
constexpr int64_t kSheddingMs = 100;
constexpr int64_t kLoginHurryMs = 1'000;

}  // namespace

LoopHost::LoopHost(const HostParts& parts, std::shared_ptr<LoopThread> loop)
    : parts_(parts), loop_(std::move(loop)), stats_(parts.listeners) {}

LoopHost::~LoopHost() { CHECK(connections_.empty()); }

void LoopHost::adopt(Arrival arrival) {
  size_t listener = arrival.listener;
  IpAddress ip = arrival.ip;
  if (stopping_) {
    ::close(arrival.socket);
    return parts_.limits.leave(listener, ip);
  }
  auto watch = FdWatch::open(*loop_, arrival.socket);
  if (watch == nullptr) {
    log_peer(fmt::format("Closing connection from {}: {}", arrival.client->host, strerror(errno)));
    return parts_.limits.leave(listener, ip);
  }
  auto connection = std::make_shared<Connection>(*this, std::move(arrival), std::move(watch));
  connection->place = connections_.size();
  connections_.push_back(connection);
  stats_[listener].connections.add(1);
  stats_[listener].connections_opened.add(1);
  connection->start();
}

void LoopHost::begin_stop(absl::AnyInvocable<void()> on_empty) {
  stopping_ = true;
  on_empty_ = std::move(on_empty);
  tell_if_empty();
  auto connections = connections_;
  for (auto& connection : connections) connection->begin_stop();
}

void LoopHost::close_all() {
  stopping_ = true;
  loop_->cancel(std::exchange(shedding_, TimerId::kNone));
  auto connections = connections_;
  for (auto& connection : connections) connection->close();
}

bool LoopHost::close_least_recent(Among among) {
  std::shared_ptr<Connection> oldest;
  for (auto& connection : connections_) {
    if (parts_.limits.is_protected(connection->listener())) continue;
    if (among == Among::kNotLetIn && connection->is_let_in()) continue;
    if (oldest == nullptr || connection->last_active_ms() < oldest->last_active_ms()) oldest = connection;
  }
  if (oldest == nullptr) return false;
  oldest->close();
  return true;
}

void LoopHost::shed_logins() {
  if (stopping_ || shedding_ != TimerId::kNone) return;
  shedding_ = loop_->call_at(loop_->now_ms() + kSheddingMs, [this] {
    shedding_ = TimerId::kNone;
    if (!parts_.logins->is_shut()) return;
    auto connections = connections_;
    for (auto& connection : connections) connection->shed(loop_->now_ms() - kLoginHurryMs);
    shed_logins();
  });
}

void LoopHost::call_later(std::shared_ptr<Connection> connection) {
  later_.push_back(std::move(connection));
  if (later_.size() == 1) {
    loop_->post([this] { run_later(); });
  }
}

void LoopHost::run_later() {
  CHECK(now_.empty());
  now_.swap(later_);
  for (auto& connection : now_) connection->turn();
  now_.clear();
}

void LoopHost::log_peer(const std::string& line) {
  uint64_t suppressed = 0;
  if (!log_limiter_.allow(loop_->now_ms(), suppressed)) return;
  if (suppressed > 0) return LOG_WARN("{} ({} more such lines left out before)", line, suppressed);
  LOG_WARN("{}", line);
}

void LoopHost::forget(Connection& connection) {
  size_t place = connection.place;
  CHECK(place < connections_.size() && connections_[place].get() == &connection);
  auto keep = std::move(connections_[place]);
  if (place + 1 < connections_.size()) {
    connections_[place] = std::move(connections_.back());
    connections_[place]->place = place;
  }
  connections_.pop_back();
  stats_[connection.listener()].connections.add(-1);
  parts_.limits.leave(connection.listener(), connection.ip());
  tell_if_empty();
}

void LoopHost::tell_if_empty() {
  if (!connections_.empty() || !on_empty_) return;
  std::exchange(on_empty_, nullptr)();
}

}  // namespace klamm::broker::net
