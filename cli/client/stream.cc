#include "cli/client/stream.h"

#include <errno.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace klamm::cli {
namespace {

// So far ahead that it cannot be said is never.
int64_t ahead(int64_t now_ms, int64_t left_ms) {
  constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
  return left_ms > kNever - now_ms ? kNever : now_ms + left_ms;
}

// Waits for `events` of the socket; false when the time is over first.
bool wait_for(int socket, short events, const Deadline& deadline) {
  for (;;) {
    const int64_t left = std::min<int64_t>(deadline.left_ms(), std::numeric_limits<int>::max());
    pollfd watched{.fd = socket, .events = events, .revents = 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(left));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

Error<ToolError> too_late(std::string_view what) {
  return network_error(fmt::format("{} took too long", what));
}

class SocketStream final : public Stream {
 public:
  explicit SocketStream(int socket) : socket_(socket) {}
  ~SocketStream() override { ::close(socket_); }
  SocketStream(const SocketStream&) = delete;
  SocketStream& operator=(const SocketStream&) = delete;

  Attempt<> send(ByteView bytes, const Deadline& deadline) override {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent >= 0) {
        bytes = bytes.subspan(static_cast<size_t>(sent));
      } else if (errno == EAGAIN) {
        if (!wait_for(socket_, POLLOUT, deadline)) return too_late("sending");
      } else if (errno != EINTR) {
        return network_error(fmt::format("sending failed: {}", std::strerror(errno)));
      }
    }
    return {};
  }

  Attempt<size_t> receive(std::span<uint8_t> into, const Deadline& deadline) override {
    for (;;) {
      const ssize_t got = ::recv(socket_, into.data(), into.size(), 0);
      if (got >= 0) return static_cast<size_t>(got);
      if (errno == EAGAIN) {
        if (!wait_for(socket_, POLLIN, deadline)) return too_late("the answer");
      } else if (errno != EINTR) {
        return network_error(fmt::format("receiving failed: {}", std::strerror(errno)));
      }
    }
  }

 private:
  const int socket_;
};

// The socket, or minus the errno.
int connect_to(const addrinfo& address, const Deadline& deadline) {
  const int socket =
      ::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol);
  if (socket < 0) return -errno;
  int error = ::connect(socket, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    error = ETIMEDOUT;
    socklen_t size = sizeof error;
    if (wait_for(socket, POLLOUT, deadline)) getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error != 0) {
    ::close(socket);
    return -error;
  }
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

class SystemNetwork final : public Network {
 public:
  Attempt<std::unique_ptr<Stream>> connect(const HostPort& to, const Deadline& deadline) override {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int resolved = getaddrinfo(to.host.c_str(), std::to_string(to.port).c_str(), &hints, &found);
    if (resolved != 0) {
      return network_error(
          fmt::format("cannot resolve {}: {}; check the name", to.host, gai_strerror(resolved)));
    }
    int last = -ECONNREFUSED;
    for (const addrinfo* at = found; at != nullptr && last < 0; at = at->ai_next) {
      last = connect_to(*at, deadline);
    }
    freeaddrinfo(found);
    if (last < 0) {
      return network_error(fmt::format("cannot connect to {}: {}", to.text(), std::strerror(-last)));
    }
    return std::unique_ptr<Stream>(std::make_unique<SocketStream>(last));
  }

  void pause(int64_t ms) override {
    timespec left{.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1'000'000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
  }
};

}  // namespace

std::string HostPort::text() const {
  if (host.find(':') == std::string::npos) return fmt::format("{}:{}", host, port);
  return fmt::format("[{}]:{}", host, port);
}

Deadline::Deadline(const Clock& clock, int64_t left_ms)
    : clock_(&clock), at_ms_(ahead(clock.monotonic_ms(), left_ms)) {}

int64_t Deadline::left_ms() const { return std::max<int64_t>(at_ms_ - clock_->monotonic_ms(), 0); }

Deadline Deadline::at_most(int64_t left_ms) const {
  Deadline sooner = *this;
  sooner.at_ms_ = std::min(at_ms_, ahead(clock_->monotonic_ms(), left_ms));
  return sooner;
}

std::unique_ptr<Network> make_system_network() { return std::make_unique<SystemNetwork>(); }

}  // namespace klamm::cli
