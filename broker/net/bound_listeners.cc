#include "broker/net/bound_listeners.h"

#include <unistd.h>

#include <utility>

#include "base/check.h"

namespace klamm::broker::net {

Result<BoundListeners, Failure> BoundListeners::bind(const NetworkConfig& config) {
  BoundListeners all;
  for (const auto& listener : config.listeners) {
    ListenAddress address{.listener = listener.endpoint.listener,
                          .host = listener.endpoint.host,
                          .port = listener.endpoint.port,
                          .backlog = config.listen_backlog,
                          .send_buffer_bytes = config.send_buffer_bytes,
                          .receive_buffer_bytes = config.receive_buffer_bytes};
    auto socket = bind_to(address);
    if (!socket) return Error{std::move(socket).error()};
    all.bound_.push_back({.address = std::move(address), .socket = *socket});
  }
  return all;
}

BoundListeners::BoundListeners(BoundListeners&& other) noexcept : bound_(std::exchange(other.bound_, {})) {}

BoundListeners::~BoundListeners() {
  for (const Bound& bound : bound_) {
    if (!bound.is_taken) ::close(bound.socket.descriptor);
  }
}

Result<ListeningSocket, Failure> BoundListeners::listen(size_t index) {
  Bound& bound = bound_[index];
  CHECK(!bound.is_taken);
  if (auto listening = listen_on(bound.socket, bound.address); !listening) return Error{listening.error()};
  bound.is_taken = true;
  return bound.socket;
}

}  // namespace klamm::broker::net
