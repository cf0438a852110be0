#include "broker/net/acceptor.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/logging.h"
#include "broker/config/descriptors.h"
#include "broker/net/socket_options.h"

namespace klamm::broker::net {
namespace {

// Accepted in one turn, so that a storm of connections leaves the loop's other sockets their share.
constexpr int kAcceptsPerTurn = 64;
// When descriptors or memory are short, waiting is all that can be done: the client stays in the backlog.
constexpr int64_t kShortageRetryMs = 200;
// Connections of addresses that make them too fast are kept for a moment before they are closed, so many of
// them: they take descriptors.
constexpr size_t kSlowedMax = 64;
// In every kernel, and allowed to everyone.
constexpr std::string_view kUnpaced = "reno";

bool is_every_address(const std::string& host) { return host.empty() || host == "0.0.0.0" || host == "::"; }

std::string display(const ListenAddress& address) {
  bool bare_ipv6 = address.host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", address.listener, bare_ipv6 ? "[" : "", address.host,
                     bare_ipv6 ? "]" : "", address.port);
}

Failure refusal(const ListenAddress& address, int error) {
  std::string remedy;
  switch (error) {
    case EADDRINUSE:
      remedy = fmt::format(
          "port {} is in use: stop what listens there (`ss -ltnp` shows it) or choose another port",
          address.port);
      break;
    case EACCES:
      remedy = "ports below 1024 need CAP_NET_BIND_SERVICE: choose a higher one";
      break;
    case EADDRNOTAVAIL:
      remedy = fmt::format(
          "{} is no address of this machine: listen on one that is (or on all, by leaving the host "
          "out) and name the other in advertised.listeners",
          address.host);
      break;
    default:
      remedy = strerror(error);
  }
  return {fmt::format("listeners: cannot listen on {}: {}", display(address), remedy)};
}

uint16_t port_of(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

bool is_loopback(const sockaddr* address) {
  if (address->sa_family == AF_INET6)
    return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr);
  return ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

// An open socket that is bound, or -1 with errno.
int bind_at(const sockaddr* at, socklen_t length, const ListenAddress& address) {
  int made = socket(at->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (made < 0) return -1;
  set_option(made, SOL_SOCKET, SO_REUSEADDR, 1);
  if (at->sa_family == AF_INET6)
    set_option(made, IPPROTO_IPV6, IPV6_V6ONLY, is_every_address(address.host) ? 0 : 1);
  // Before listening: the window's scale is agreed on in the handshake.
  if (address.send_buffer_bytes > 0) set_option(made, SOL_SOCKET, SO_SNDBUF, address.send_buffer_bytes);
  if (address.receive_buffer_bytes > 0) set_option(made, SOL_SOCKET, SO_RCVBUF, address.receive_buffer_bytes);
  // Where bbr is the host's default it would be paced by timers, which a loopback only pays for. What is
  // accepted inherits this; taken from bbr later, a connection stays paced.
  if (is_loopback(at)) setsockopt(made, IPPROTO_TCP, TCP_CONGESTION, kUnpaced.data(), kUnpaced.size());
  if (bind(made, at, length) == 0) return made;
  int error = errno;
  ::close(made);
  errno = error;
  return -1;
}

int bind_everywhere(const ListenAddress& address) {
  sockaddr_in6 all{};
  all.sin6_family = AF_INET6;
  all.sin6_port = htons(static_cast<uint16_t>(address.port));
  int made = bind_at(reinterpret_cast<sockaddr*>(&all), sizeof all, address);
  if (made >= 0 || (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL)) return made;
  // A machine without IPv6.
  sockaddr_in all4{};
  all4.sin_family = AF_INET;
  all4.sin_port = all.sin6_port;
  return bind_at(reinterpret_cast<sockaddr*>(&all4), sizeof all4, address);
}

}  // namespace

Result<ListeningSocket, Failure> bind_to(const ListenAddress& address) {
  if (is_every_address(address.host)) {
    int made = bind_everywhere(address);
    if (made < 0) return Error{refusal(address, errno)};
    return ListeningSocket{made, port_of(made)};
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  std::string port = std::to_string(address.port);
  if (int code = getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found); code != 0) {
    return Error{
        Failure{fmt::format("listeners: cannot listen on {}: the host is not known ({}): name an address of "
                            "this machine, or leave the host out to listen on all",
                            display(address), gai_strerror(code))}};
  }
  // As Java does, the first address is taken.
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  int made = bind_at(found->ai_addr, found->ai_addrlen, address);
  if (made < 0) return Error{refusal(address, errno)};
  return ListeningSocket{made, port_of(made)};
}

Result<void, Failure> listen_on(const ListeningSocket& socket, const ListenAddress& address) {
  if (listen(socket.descriptor, address.backlog) == 0) return {};
  return Error{refusal(address, errno)};
}

Acceptor::Acceptor(LoopThread& loop, std::string name, size_t index, ConnectionLimits& limits,
                   Accepted accepted)
    : loop_(loop),
      name_(std::move(name)),
      index_(index),
      limits_(limits),
      ceiling_(descriptor_ceiling()),
      accepted_(std::move(accepted)) {}

Result<void, Failure> Acceptor::open(int socket) {
  watch_ = FdWatch::open(loop_, socket);
  if (watch_ == nullptr) return Error{Failure{fmt::format("listener {}: epoll: {}", name_, strerror(errno))}};
  await_clients();
  return {};
}

void Acceptor::close() {
  loop_.cancel(std::exchange(retry_, TimerId::kNone));
  for (const auto& [socket, timer] : std::exchange(slowed_, {})) {
    loop_.cancel(timer);
    ::close(socket);
  }
  watch_.reset();
}

void Acceptor::resume() {
  if (watch_ != nullptr && !awaits_clients_ && retry_ == TimerId::kNone) accept_some();
}

void Acceptor::on_readable() {
  awaits_clients_ = false;
  if (watch_ != nullptr) accept_some();
}

void Acceptor::accept_some() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    if (!accept_one()) return;
  }
  await_clients();
}

bool Acceptor::accept_one() {
  auto verdict = limits_.reserve(index_, loop_.now_ms());
  if (verdict.what == ConnectionLimits::Verdict::What::kWait) {
    uint64_t suppressed = 0;
    if (verdict.no_room && log_limiter_.allow(loop_.now_ms(), suppressed)) {
      LOG_WARN(
          "Listener {} lets new connections wait: there are descriptors for {}, and the others are kept for "
          "logs: raise the limit with {}",
          name_, limits_.room(), kDescriptorsRemedy);
    }
    return false;
  }
  if (verdict.what == ConnectionLimits::Verdict::What::kRetry) {
    retry_at(verdict.retry_ms);
    return false;
  }
  sockaddr_storage from{};
  socklen_t length = sizeof from;
  int socket = accept4(watch_->descriptor(), reinterpret_cast<sockaddr*>(&from), &length,
                       SOCK_NONBLOCK | SOCK_CLOEXEC);
  int error = errno;
  if (socket >= ceiling_) {
    ::close(std::exchange(socket, -1));
    error = EMFILE;
  }
  if (socket < 0) {
    limits_.cancel(index_);
    if (error == EAGAIN) {
      await_clients();
      return false;
    }
    if (error != EMFILE && error != ENFILE && error != ENOBUFS && error != ENOMEM) return true;
    uint64_t suppressed = 0;
    if (log_limiter_.allow(loop_.now_ms(), suppressed)) {
      LOG_ERROR("Listener {} cannot accept connections for now: {}: raise the limit of open files with {}",
                name_, strerror(error), kDescriptorsRemedy);
    }
    retry_at(loop_.now_ms() + kShortageRetryMs);
    return false;
  }

  IpAddress ip = IpAddress::of(from);
  const ConnectionLimits::Entry entry = limits_.enter(index_, ip, loop_.now_ms());
  if (entry.what == ConnectionLimits::Entry::What::kEntered) {
    prepare_connection(socket);
    accepted_(socket, ip);
    return true;
  }
  refused_.add(1);
  uint64_t suppressed = 0;
  const bool is_told = log_limiter_.allow(loop_.now_ms(), suppressed);
  if (entry.what == ConnectionLimits::Entry::What::kTooFast) {
    close_later(socket, entry.close_ms);
    if (is_told)
      LOG_INFO("Rejected connection from {} on listener {}: they come faster than connection_creation_rate",
               ip.to_string(), name_);
    return true;
  }
  ::close(socket);
  if (is_told) {
    LOG_INFO("Rejected connection from {} on listener {}: max.connections.per.ip for it is {}",
             ip.to_string(), name_, limits_.per_ip_max(ip));
  }
  return true;
}

// At once where many wait for that already.
void Acceptor::close_later(int socket, int64_t deadline_ms) {
  if (slowed_.size() >= kSlowedMax) {
    ::close(socket);
    return;
  }
  slowed_[socket] = loop_.call_at(deadline_ms, [this, socket] {
    slowed_.erase(socket);
    ::close(socket);
  });
}

void Acceptor::retry_at(int64_t deadline_ms) {
  CHECK(retry_ == TimerId::kNone);
  retry_ = loop_.call_at(deadline_ms, [this] {
    retry_ = TimerId::kNone;
    resume();
  });
}

void Acceptor::await_clients() {
  awaits_clients_ = true;
  watch_->wait_readable(shared_from_this());
}

}  // namespace klamm::broker::net
