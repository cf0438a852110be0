// TlsTransport: TLS over a socket. The session (security/tls_session.h) knows no socket: what comes is read
// into its room in large pieces, and of what it makes many records leave in one send.
//
// What write() says it has moved is encrypted, and its plain bytes are done with; that is not to say that it
// has left. Whoever owns the transport waits for the socket to be writable while has_pending(), calls flush()
// then, and closes only when nothing is pending.
#pragma once

#include <memory>

#include "broker/net/tls_records.h"
#include "broker/net/transport.h"
#include "security/tls_session.h"

namespace klamm::broker::net {

class TlsTransport final : public Transport {
 public:
  // Of a connected socket in non-blocking mode, whose owner closes it.
  explicit TlsTransport(int socket) : socket_(socket) {}

  // Transport; all of it once the session is open. Ciphertext that waits to be sent has a bound, and a write
  // beyond it would block.
  Moved read(std::span<const iovec> into) override;
  Moved write(std::span<const iovec> pieces, bool more) override;
  Moved send_file(int file, uint64_t position, size_t size, bool more) override;
  bool can_send_files() const override { return false; }

  // The session, which is elsewhere while a step of its handshake is made.
  void set_session(std::unique_ptr<security::TlsSession> session) { session_ = std::move(session); }
  std::unique_ptr<security::TlsSession> take_session() { return std::move(session_); }
  const security::TlsSession* session() const { return session_.get(); }
  // Reads once for the handshake. `is_whole` becomes whether the session has something to work on.
  Moved receive_handshake(bool& is_whole);

  // Sends ciphertext, as much as the socket takes.
  Moved flush(bool more = false);
  bool has_pending() const { return session_ != nullptr && !session_->wire_out().empty(); }
  // After read(): neither the socket nor the session has more at present. What the session has makes no
  // socket readable.
  bool is_drained() const { return drained_; }
  // Says that no more comes from us, as far as the socket takes that now.
  void shut();
  size_t memory() const { return session_ == nullptr ? 0 : session_->memory(); }

  // Ciphertext that waits to be sent, about.
  static constexpr size_t kPendingMax = 128 << 10;
  // One read: a record at first, and more of them while they come in such numbers.
  static constexpr size_t kReadMin = 17 << 10;
  static constexpr size_t kReadMax = 256 << 10;

 private:
  size_t decrypt(std::span<const iovec> into);
  Moved fill(size_t size, TlsRecords* records, bool* is_whole);
  size_t encrypt(std::span<const iovec> pieces, size_t from, size_t count);

  const int socket_;
  std::unique_ptr<security::TlsSession> session_;
  TlsRecords records_;  // of the handshake
  size_t read_size_ = kReadMin;
  bool socket_drained_ = false;  // the last read from it found less than it asked for
  bool drained_ = false;
};

}  // namespace klamm::broker::net
