// Transport: how the bytes of a connection get over the wire. Plain TCP here; TLS is to be another one, which
// is why reading goes into buffers of the caller's and files may be refused. Nothing here waits.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace klamm::broker::net {

// What moved, or why nothing did: `error` is an errno.
struct Moved {
  size_t bytes = 0;
  int error = 0;

  bool ok() const { return error == 0; }
  bool would_block() const;
};

class Transport {
 public:
  virtual ~Transport() = default;

  // 0 bytes without an error: the other end has sent its last.
  virtual Moved read(std::span<const iovec> into) = 0;
  // `more` says that further bytes follow at once, so that the last packet need not go out half empty.
  virtual Moved write(std::span<const iovec> pieces, bool more) = 0;
  // Sends bytes of a file without touching them. 0 bytes without an error: the file ends before `position`.
  virtual Moved send_file(int file, uint64_t position, size_t size, bool more) = 0;
  virtual bool can_send_files() const = 0;
};

// Over a connected socket in non-blocking mode, whose owner closes it.
std::unique_ptr<Transport> make_plain_transport(int socket);

}  // namespace klamm::broker::net
