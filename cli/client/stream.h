// The way to a broker: connections that block until a time. The machine's network, or a test's.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "cli/error.h"

namespace klamm::cli {

struct HostPort {
  std::string host;  // an IPv6 address without brackets
  int32_t port = 0;

  friend auto operator<=>(const HostPort&, const HostPort&) = default;
  // With brackets where they are needed.
  std::string text() const;
};

// A time by which something is to be over.
class Deadline {
 public:
  Deadline(const Clock& clock, int64_t left_ms);

  // Never below 0.
  int64_t left_ms() const;
  bool is_over() const { return left_ms() == 0; }
  // No later than this one.
  Deadline at_most(int64_t left_ms) const;

 private:
  const Clock* clock_;
  int64_t at_ms_;
};

class Stream {
 public:
  virtual ~Stream() = default;
  // All of them.
  virtual Attempt<> send(ByteView bytes, const Deadline& deadline) = 0;
  // At least one; 0 when the other end has closed.
  virtual Attempt<size_t> receive(std::span<uint8_t> into, const Deadline& deadline) = 0;
};

class Network {
 public:
  virtual ~Network() = default;
  // Each of the host's addresses is tried.
  virtual Attempt<std::unique_ptr<Stream>> connect(const HostPort& to, const Deadline& deadline) = 0;
  virtual void pause(int64_t ms) = 0;
};

std::unique_ptr<Network> make_system_network();

}  // namespace klamm::cli
