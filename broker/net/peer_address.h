// Where another node is: its name, the addresses that the name has at present, and a socket on its way to
// one of them.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace klamm::broker::net {

// Another node as it is configured or registered.
struct PeerTarget {
  std::string who;  // for the log: "node 2"
  std::string host;
  uint16_t port = 0;
};

struct PeerAddress {
  sockaddr_storage address{};
  socklen_t length = 0;

  std::string to_string() const;  // without the port
};

// Asks for the addresses of a host. May wait for a name server: called on a thread that may. Never gives an
// empty list.
using PeerResolver =
    std::function<Result<std::vector<PeerAddress>, Failure>(const std::string& host, uint16_t port)>;
Result<std::vector<PeerAddress>, Failure> resolve_peer(const std::string& host, uint16_t port);

// A socket in non-blocking mode that has begun to connect; or -1, and errno says why.
int begin_connect(const PeerAddress& address);
// What a connection attempt that is over has come to: 0 or an errno.
int connect_outcome(int socket);
// "connection refused", and what to do about it.
std::string connect_failure_text(int error);

}  // namespace klamm::broker::net
