// TlsSession: one TLS connection without a socket. Bytes from the wire go in, bytes for the wire come out,
// and plain bytes the other way round, all through flat buffers that belong to the session only while they
// hold something: an idle session holds none.
//
// One thread at a time; nothing here waits. A handshake step may cost half a millisecond of CPU.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "security/tls_context.h"

namespace klamm::security {

// What the other end proved to be.
struct PeerCertificate {
  std::string subject;  // RFC 2253, as Java's X500Principal.getName()
};

class TlsSession {
 public:
  enum class State {
    kHandshaking,
    kOpen,
    kPeerClosed,  // the other end has said that it sends no more (close_notify)
    kFailed,      // see failure(); what wire_out() has, an alert, is still to be sent
  };

  static std::unique_ptr<TlsSession> accept(std::shared_ptr<const TlsContext> context);
  // `host` is what the certificate must be for, and the name that is indicated (SNI) unless it is an address.
  static std::unique_ptr<TlsSession> connect(std::shared_ptr<const TlsContext> context,
                                             const std::string& host);
  ~TlsSession();

  // Where the next bytes from the wire are to be put: at least `size` of room; then how many came.
  std::span<uint8_t> wire_room(size_t size);
  void wire_received(size_t count);
  // The other end has closed the connection, or it broke. In the middle of a handshake that is a failure.
  void wire_closed();
  // Handshakes as far as what came reaches. Call after wire_received() until the state is not kHandshaking.
  // A client's first message is in wire_out() from the beginning.
  State handshake();
  State state() const;

  // Decrypts into `into`: 0 when no whole record is there (or the state is no longer kOpen). May leave
  // something in wire_out(): an answer about keys, an alert.
  size_t read(std::span<uint8_t> into);
  // Whether read() would have something without more from the wire.
  bool has_readable() const;
  // Encrypts all of `plain` into wire_out(). Only while kOpen (nothing is written otherwise), and before
  // shut().
  void write(ByteView plain);
  // Says that no more comes from us.
  void shut();

  // What is to be sent; then how much of it was.
  ByteView wire_out() const;
  void wire_sent(size_t count);

  // After kFailed: one line for the log: what happened, and what to set or do (no common cipher, no client
  // certificate, plaintext instead of TLS, ...).
  const std::string& failure() const;
  // After a handshake that went well: what should be said of it all the same; usually empty.
  const std::string& hint() const;
  // After the handshake, when the other end showed a certificate that was verified.
  const std::optional<PeerCertificate>& peer() const;
  std::string protocol() const;      // "TLSv1.3"
  std::string cipher_suite() const;  // the standard name: "TLS_AES_128_GCM_SHA256"
  const TlsContext& context() const;
  // Bytes that its buffers take at present, to be charged to who is connected.
  size_t memory() const;

 private:
  struct Parts;
  explicit TlsSession(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace klamm::security
