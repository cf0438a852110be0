#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include "broker/net/transport.h"

namespace klamm::broker::net {
namespace {

Moved moved(ssize_t result) {
  if (result >= 0) return {.bytes = static_cast<size_t>(result)};
  return {.error = errno};
}

// The socket has TCP_NODELAY. A gathered write says by MSG_MORE that more follows; sendfile has no such flag,
// so the cork is put in before a row of pieces and pulled after the last.
class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(int socket) : socket_(socket) {}

  Moved read(std::span<const iovec> into) override {
    if (into.size() == 1) return moved(::recv(socket_, into[0].iov_base, into[0].iov_len, 0));
    return moved(::readv(socket_, into.data(), static_cast<int>(into.size())));
  }

  Moved write(std::span<const iovec> pieces, bool more) override {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data());
    message.msg_iovlen = pieces.size();
    Moved result = moved(::sendmsg(socket_, &message, MSG_NOSIGNAL | (more ? MSG_MORE : 0)));
    if (!more) cork(false);
    return result;
  }

  Moved send_file(int file, uint64_t position, size_t size, bool more) override {
    if (more) cork(true);
    off_t offset = static_cast<off_t>(position);
    Moved result = moved(::sendfile(socket_, file, &offset, size));
    if (!more && result.bytes == size) cork(false);
    return result;
  }

  bool can_send_files() const override { return true; }

 private:
  void cork(bool in) {
    if (corked_ == in) return;
    int value = in ? 1 : 0;
    // A socket that cannot be corked sends smaller packets.
    setsockopt(socket_, IPPROTO_TCP, TCP_CORK, &value, sizeof value);
    corked_ = in;
  }

  const int socket_;
  bool corked_ = false;
};

}  // namespace

bool Moved::would_block() const { return error == EAGAIN || error == EWOULDBLOCK; }

std::unique_ptr<Transport> make_plain_transport(int socket) {
  return std::make_unique<PlainTransport>(socket);
}

}  // namespace klamm::broker::net
