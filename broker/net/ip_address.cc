#include "broker/net/ip_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace klamm::broker::net {
namespace {

constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

std::string IpAddress::to_string() const {
  if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) {
    return fmt::format("{}.{}.{}.{}", bytes[12], bytes[13], bytes[14], bytes[15]);
  }
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 2) {
    fmt::format_to(std::back_inserter(text), "{}{:x}", i == 0 ? "" : ":", bytes[i] << 8 | bytes[i + 1]);
  }
  return text;
}

uint64_t IpAddress::origin() const {
  const bool is_mapped = std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
  uint64_t half = 0;
  std::memcpy(&half, bytes.data() + (is_mapped ? sizeof half : 0), sizeof half);
  return half;
}

IpAddress IpAddress::of(const sockaddr_storage& address) {
  IpAddress ip;
  if (address.ss_family == AF_INET6) {
    std::memcpy(ip.bytes.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, 16);
  } else if (address.ss_family == AF_INET) {
    std::copy(kMapped.begin(), kMapped.end(), ip.bytes.begin());
    std::memcpy(ip.bytes.data() + kMapped.size(), &reinterpret_cast<const sockaddr_in&>(address).sin_addr, 4);
  }
  return ip;
}

std::optional<IpAddress> parse_ip(const std::string& text) {
  IpAddress ip;
  if (inet_pton(AF_INET6, text.c_str(), ip.bytes.data()) == 1) return ip;
  std::copy(kMapped.begin(), kMapped.end(), ip.bytes.begin());
  if (inet_pton(AF_INET, text.c_str(), ip.bytes.data() + kMapped.size()) == 1) return ip;
  return std::nullopt;
}

Result<std::vector<IpAddress>, Failure> resolve(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (int code = getaddrinfo(host.c_str(), nullptr, &hints, &found); code != 0) {
    return Error{Failure{gai_strerror(code)}};
  }
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  std::vector<IpAddress> addresses;
  for (addrinfo* at = found; at != nullptr; at = at->ai_next) {
    sockaddr_storage address{};
    std::memcpy(&address, at->ai_addr, std::min<size_t>(at->ai_addrlen, sizeof address));
    addresses.push_back(IpAddress::of(address));
  }
  return addresses;
}

}  // namespace klamm::broker::net
