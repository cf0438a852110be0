// The address of a peer: sixteen bytes, IPv4 as ::ffff:a.b.c.d, so that a client is the same one whether it
// came through a listener of one family or of both.
#pragma once

#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace klamm::broker::net {

struct IpAddress {
  std::array<uint8_t, 16> bytes{};

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

  // IPv4 in dotted form, IPv6 as Java writes it: eight numbers, none left out.
  std::string to_string() const;
  // One for all addresses that one host may well have: of IPv6 those with the same first 64 bits.
  uint64_t origin() const;
  // Of a sockaddr of either family; all zero for another.
  static IpAddress of(const sockaddr_storage& address);
};

// Of an address as text; nothing for anything else.
std::optional<IpAddress> parse_ip(const std::string& text);
// The addresses of a name or of an address as text. May ask a name server: for start-up only.
Result<std::vector<IpAddress>, Failure> resolve(const std::string& host);

}  // namespace klamm::broker::net
