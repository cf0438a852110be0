// TLS of a client that blocks, over a socket that is connected. What fails ends the program.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"

struct ssl_ctx_st;
struct ssl_st;

namespace klamm::bench {

// PEM files; without a `ca` there is no TLS.
struct TlsFiles {
  std::string ca;
  std::string certificate;  // and its chain; empty for a client that shows none
  std::string key;
  std::string cipher;  // one suite of TLS 1.3; empty for what the two sides like best
};

using TlsSettings = std::shared_ptr<ssl_ctx_st>;
// Null without a ca.
TlsSettings make_tls(const TlsFiles& files);

class Tls {
 public:
  // Shakes hands. Every time anew: nothing is resumed.
  Tls(const TlsSettings& settings, int socket);
  ~Tls();
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  void send(ByteView bytes);
  // At least one byte; 0 when the other end is gone.
  size_t receive(uint8_t* into, size_t size);
  // Whether receive() would give something without the socket.
  bool has_pending() const;

 private:
  ssl_st* ssl_;
};

// The first flight of a handshake, for who means no more than that; empty without TLS.
Bytes client_hello(const TlsSettings& settings);

}  // namespace klamm::bench
