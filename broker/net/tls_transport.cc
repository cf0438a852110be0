#include "broker/net/tls_transport.h"

#include <errno.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/check.h"

namespace klamm::broker::net {
namespace {

using security::TlsSession;

// What one record can hold: pieces that are smaller share one.
constexpr size_t kRecordBytes = 16 << 10;
// One read of a handshake.
constexpr size_t kHandshakeRead = 8 << 10;

}  // namespace

// ---- Receiving

Moved TlsTransport::read(std::span<const iovec> into) {
  CHECK(session_ != nullptr);
  drained_ = false;
  socket_drained_ = false;
  size_t moved = decrypt(into);
  while (moved == 0 && session_->state() == TlsSession::State::kOpen) {
    if (socket_drained_) {
      drained_ = true;
      return {.error = EAGAIN};
    }
    Moved came = fill(read_size_, nullptr, nullptr);
    if (came.would_block()) drained_ = true;
    if (!came.ok() || came.bytes == 0) return came;
    moved = decrypt(into);
  }
  // An alert, or the answer to a change of keys.
  flush();
  if (moved == 0 && session_->state() == TlsSession::State::kFailed) return {.error = EPROTO};
  // The end of the session that came with the last bytes makes no socket readable either.
  drained_ = socket_drained_ && !session_->has_readable() && session_->state() == TlsSession::State::kOpen;
  return {.bytes = moved};
}

size_t TlsTransport::decrypt(std::span<const iovec> into) {
  size_t moved = 0;
  for (const iovec& piece : into) {
    std::span<uint8_t> room(static_cast<uint8_t*>(piece.iov_base), piece.iov_len);
    while (!room.empty()) {
      size_t size = session_->read(room);
      if (size == 0) return moved;
      moved += size;
      room = room.subspan(size);
    }
  }
  return moved;
}

Moved TlsTransport::receive_handshake(bool& is_whole) {
  CHECK(session_ != nullptr);
  Moved came = fill(kHandshakeRead, &records_, &is_whole);
  const bool is_lost = !came.ok() && !came.would_block() && came.error != EINTR;
  if (is_lost || (came.ok() && came.bytes == 0)) session_->wire_closed();
  return came;
}

// Bytes of the wire go to the session. The size of reads follows what they bring.
Moved TlsTransport::fill(size_t size, TlsRecords* records, bool* is_whole) {
  std::span<uint8_t> room = session_->wire_room(size).first(size);
  ssize_t got = ::recv(socket_, room.data(), room.size(), 0);
  int error = errno;
  size_t count = got > 0 ? static_cast<size_t>(got) : 0;
  if (records != nullptr) *is_whole = records->feed(room.first(count));
  session_->wire_received(count);
  if (got < 0) return {.error = error};
  socket_drained_ = count < size;
  if (records != nullptr) return {.bytes = count};
  if (count == size) read_size_ = std::min(read_size_ * 4, kReadMax);
  if (count < size / 4) read_size_ = std::max(read_size_ / 2, kReadMin);
  return {.bytes = count};
}

// ---- Sending

Moved TlsTransport::write(std::span<const iovec> pieces, bool more) {
  CHECK(session_ != nullptr);
  if (session_->state() != TlsSession::State::kOpen) return {.error = EPIPE};
  size_t size = 0;
  for (const iovec& piece : pieces) size += piece.iov_len;
  size_t moved = 0;
  while (moved < size) {
    Moved sent = flush(true);
    if (!sent.ok() && !sent.would_block()) return sent;
    size_t pending = session_->wire_out().size();
    if (pending > kPendingMax / 2) break;
    moved += encrypt(pieces, moved, std::min(size - moved, kPendingMax - pending));
  }
  Moved sent = flush(more);
  if (!sent.ok() && !sent.would_block()) return sent;
  if (moved == 0 && size > 0) return {.error = EAGAIN};
  return {.bytes = moved};
}

// Encrypts `count` bytes of the pieces, from the byte `from` on.
size_t TlsTransport::encrypt(std::span<const iovec> pieces, size_t from, size_t count) {
  std::array<uint8_t, kRecordBytes> shared;
  size_t filled = 0;
  auto write_shared = [&] {
    if (filled > 0) session_->write({shared.data(), filled});
    filled = 0;
  };
  size_t left = count;
  for (const iovec& piece : pieces) {
    size_t skipped = std::min(from, piece.iov_len);
    from -= skipped;
    ByteView bytes(static_cast<const uint8_t*>(piece.iov_base) + skipped,
                   std::min(piece.iov_len - skipped, left));
    left -= bytes.size();
    if (bytes.empty()) continue;
    if (filled + bytes.size() > shared.size()) write_shared();
    if (bytes.size() >= shared.size() || bytes.size() == count) {
      session_->write(bytes);
      continue;
    }
    std::memcpy(shared.data() + filled, bytes.data(), bytes.size());
    filled += bytes.size();
  }
  write_shared();
  return count;
}

Moved TlsTransport::flush(bool more) {
  Moved moved;
  while (has_pending()) {
    ByteView out = session_->wire_out();
    ssize_t sent = ::send(socket_, out.data(), out.size(), MSG_NOSIGNAL | (more ? MSG_MORE : 0));
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) {
      moved.error = errno;
      if (!moved.would_block()) session_->wire_closed();
      return moved;
    }
    session_->wire_sent(static_cast<size_t>(sent));
    moved.bytes += static_cast<size_t>(sent);
  }
  return moved;
}

// Never asked for: can_send_files() says so.
Moved TlsTransport::send_file(int, uint64_t, size_t, bool) { return {.error = EINVAL}; }

void TlsTransport::shut() {
  if (session_ == nullptr) return;
  if (session_->state() == TlsSession::State::kOpen) session_->shut();
  flush();
}

}  // namespace klamm::broker::net
