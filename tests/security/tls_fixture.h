// What the tests of TLS are made of: a folder for files, configurations of a server and a client that know
// each other, and the two ends of a connection in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "security/tls_context.h"
#include "security/tls_session.h"
#include "tests/security/certificates.h"

namespace klamm::security {

inline constexpr int64_t kNowMs = 1'800'000'000'000;  // 2027-01-15 08:00:00 UTC
inline constexpr int64_t kEndOf2020Ms = 1'609'459'200'000;

// A folder of its own below /tmp, gone with the object.
class TlsFolder {
 public:
  TlsFolder();
  ~TlsFolder();
  std::string path(std::string_view name) const;
  // Gives the path. What was there is replaced by another file.
  std::string write(std::string_view name, std::string_view content) const;
  std::string write(std::string_view name, const Bytes& content) const;

 private:
  std::string folder_;
};

TlsStore inline_key_store(const Identity& identity);
TlsStore inline_trust_store(const Identity& authority);
// PEM in a file.
TlsStore file_store(const std::string& location, const std::string& type = "PEM");

// Of listener EXTERNAL, and of a node as a client without a certificate; both speak TLS 1.2 and 1.3.
TlsConfig server_config(const Identity& identity);
TlsConfig client_config(const Identity& trusted);

std::shared_ptr<const TlsContext> server_context(const TlsConfig& config);
std::shared_ptr<const TlsContext> client_context(const TlsConfig& config);
// The text of the failure, empty if there is none.
std::string failure_of(const TlsConfig& config, TlsContext::Side side = TlsContext::Side::kServer);

void feed(TlsSession& to, ByteView bytes);
// What it has to send, taken from it.
Bytes take_out(TlsSession& from);
std::string read_all(TlsSession& from);

// The two ends of a connection.
struct TlsPair {
  std::unique_ptr<TlsSession> server;
  std::unique_ptr<TlsSession> client;

  TlsPair(const std::shared_ptr<const TlsContext>& for_server,
          const std::shared_ptr<const TlsContext>& for_client, const std::string& host = "broker-0");
  // Carries bytes to and fro, in pieces of that size, until nobody has anything to say. Handshakes on the
  // way; data that arrives stays there.
  void talk(size_t piece = SIZE_MAX);
  bool is_open() const;
};

}  // namespace klamm::security
