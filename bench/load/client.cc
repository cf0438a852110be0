#include "bench/load/client.h"

#include <errno.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "bench/load/scram_login.h"

namespace klamm::bench {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr size_t kSizeWord = 4;
constexpr size_t kSmall = 4096;

// -1 when nobody answers.
int connect_to(const Address& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found) != 0) return -1;
  int connected = -1;
  for (addrinfo* at = found; at != nullptr && connected < 0; at = at->ai_next) {
    int candidate = ::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
    if (candidate < 0) continue;
    if (::connect(candidate, at->ai_addr, at->ai_addrlen) == 0) {
      connected = candidate;
    } else {
      ::close(candidate);
    }
  }
  freeaddrinfo(found);
  return connected;
}

size_t checked_size(const uint8_t* size_word) {
  size_t size = load_be32(size_word);
  if (size > (size_t{1} << 30)) give_up("a response is larger than 1 GiB");
  return size;
}

}  // namespace

void give_up(std::string_view why) {
  fmt::print(stderr, "klamm_bench: {}\n", why);
  std::_Exit(1);
}

int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * kSecond + now.tv_nsec;
}

void sleep_until_ns(int64_t then_ns) {
  timespec then{.tv_sec = then_ns / kSecond, .tv_nsec = then_ns % kSecond};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &then, nullptr) == EINTR) {
  }
}

Client::Client(const Address& address) : socket_(connect_to(address)) {
  if (socket_ < 0) give_up(fmt::format("cannot connect to {}:{}", address.host, address.port));
  int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (address.tls) tls_ = std::make_unique<Tls>(address.tls, socket_);
  if (!address.user.empty()) log_in(*this, address.user, address.password);
}

Client::~Client() {
  tls_.reset();
  ::close(socket_);
}

bool Client::is_reachable(const Address& address) {
  int connected = connect_to(address);
  if (connected >= 0) ::close(connected);
  return connected >= 0;
}

void Client::send(ByteView frame) {
  if (tls_) return tls_->send(frame);
  while (!frame.empty()) {
    ssize_t sent = ::send(socket_, frame.data(), frame.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) give_up(fmt::format("sending failed: {}", std::strerror(errno)));
    frame = frame.subspan(static_cast<size_t>(sent));
  }
}

ByteView Client::receive() {
  uint8_t size_word[kSizeWord];
  receive_exactly(size_word, sizeof size_word);
  size_t size = checked_size(size_word);
  if (buffer_.size() < size) buffer_.resize(size);
  receive_exactly(buffer_.data(), size);
  return {buffer_.data(), size};
}

ByteView Client::receive_only() {
  if (buffer_.size() < kSmall) buffer_.resize(kSmall);
  size_t there = receive_some(buffer_.data(), buffer_.size());
  if (there < kSizeWord) receive_exactly(&buffer_[there], kSizeWord - there);
  there = std::max(there, kSizeWord);
  size_t whole = checked_size(buffer_.data()) + kSizeWord;
  if (there > whole) give_up("a response that nobody asked for");
  if (buffer_.size() < whole) buffer_.resize(whole);
  receive_exactly(&buffer_[there], whole - there);
  return ByteView(buffer_).subspan(kSizeWord, whole - kSizeWord);
}

bool Client::has_input_before(int64_t then_ns) {
  if (tls_ && tls_->has_pending()) return true;
  int64_t left = std::max<int64_t>(then_ns - now_ns(), 0);
  timespec wait{.tv_sec = left / kSecond, .tv_nsec = left % kSecond};
  pollfd watched{.fd = socket_, .events = POLLIN, .revents = 0};
  return ppoll(&watched, 1, &wait, nullptr) > 0;
}

size_t Client::receive_some(uint8_t* into, size_t size) {
  ssize_t got = 0;
  if (tls_) {
    got = static_cast<ssize_t>(tls_->receive(into, size));
  } else {
    do {
      got = ::recv(socket_, into, size, 0);
    } while (got < 0 && errno == EINTR);
  }
  if (got <= 0) give_up("the broker has closed the connection");
  return static_cast<size_t>(got);
}

void Client::receive_exactly(uint8_t* into, size_t size) {
  while (size > 0) {
    const size_t got = receive_some(into, size);
    into += got;
    size -= got;
  }
}

}  // namespace klamm::bench
