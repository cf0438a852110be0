// RawClient: OpenSSL as a client, bare, for what our own end never does: resuming sessions, updating keys,
// renegotiating, offering what is out of date.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "security/openssl.h"
#include "security/tls_session.h"
#include "tests/security/certificates.h"

namespace klamm::security {

using SslSessionPtr = std::unique_ptr<SSL_SESSION, OpensslFree<&SSL_SESSION_free>>;

class RawClient {
 public:
  // `identity` is what it shows when it is asked. It trusts everyone.
  explicit RawClient(int version, const Identity* identity = nullptr);

  SSL_CTX* context() { return context_.get(); }
  SSL* ssl() { return ssl_.get(); }
  // A connection to `server`; with a session to be resumed, or not.
  void connect(TlsSession& server, SSL_SESSION* resumed = nullptr);
  // To and fro until nobody says anything more. Reads and forgets what the server sends.
  void talk(TlsSession& server);
  // What it has to send, taken from it.
  Bytes take_out();
  SslSessionPtr session() { return SslSessionPtr(SSL_get1_session(ssl_.get())); }

 private:
  SslContextPtr context_;
  SslPtr ssl_;
};

}  // namespace klamm::security
