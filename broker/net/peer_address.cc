#include "broker/net/peer_address.h"

#include <errno.h>
#include <fmt/format.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "broker/config/descriptors.h"
#include "broker/net/ip_address.h"
#include "broker/net/socket_options.h"

namespace klamm::broker::net {

std::string PeerAddress::to_string() const { return IpAddress::of(address).to_string(); }

Result<std::vector<PeerAddress>, Failure> resolve_peer(const std::string& host, uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string service = std::to_string(port);
  if (int code = getaddrinfo(host.c_str(), service.c_str(), &hints, &found); code != 0) {
    return Error{Failure{fmt::format(
        "the host is not known ({}); correct the name, or let the name server know it", gai_strerror(code))}};
  }
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  std::vector<PeerAddress> addresses;
  for (addrinfo* at = found; at != nullptr; at = at->ai_next) {
    PeerAddress& address = addresses.emplace_back();
    address.length = std::min<socklen_t>(at->ai_addrlen, sizeof address.address);
    memcpy(&address.address, at->ai_addr, address.length);
  }
  return addresses;
}

int begin_connect(const PeerAddress& address) {
  const int made = ::socket(address.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (made < 0) return -1;
  prepare_connection(made);
  const auto* to = reinterpret_cast<const sockaddr*>(&address.address);
  if (::connect(made, to, address.length) == 0 || errno == EINPROGRESS) return made;
  const int error = errno;
  ::close(made);
  errno = error;
  return -1;
}

int connect_outcome(int socket) {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return errno;
  return error;
}

std::string connect_failure_text(int error) {
  switch (error) {
    case ECONNREFUSED:
      return "connection refused; start the node, or correct the address, on which nobody listens";
    case ETIMEDOUT:
      return "no answer; look whether the host runs, and whether a firewall drops what is sent to it";
    case EHOSTUNREACH:
    case ENETUNREACH:
      return fmt::format("{}; look at the routes and firewalls between the nodes", strerror(error));
    case EMFILE:
    case ENFILE:
      return fmt::format("this node has no descriptor left; raise the limit with {}", kDescriptorsRemedy);
    default:
      return strerror(error);
  }
}

}  // namespace klamm::broker::net
