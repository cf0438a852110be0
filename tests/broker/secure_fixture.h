// A NetServer whose listeners ask for TLS and logins, and clients that give them. Certificates are made for
// each test, in memory.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "security/tls_context.h"
#include "security/tls_session.h"
#include "tests/broker/net_fixture.h"
#include "tests/security/certificates.h"

namespace klamm::broker::net {

using Context = std::shared_ptr<const security::TlsContext>;

// A listener's, or a client's, of one authority. A client without an identity shows no certificate.
Context server_context(security::Certificates& authority, const security::Identity& identity,
                       security::ClientAuth client_auth = security::ClientAuth::kNone);
Context client_context(security::Certificates& authority,
                       const std::optional<security::Identity>& identity = std::nullopt);

// TLS over a TestClient's socket. Everything waits for at most thirty seconds.
class TlsClient {
 public:
  TlsClient(TestClient socket, Context context, const std::string& host = "127.0.0.1");

  // Goes on until our side is done with it; false when it fails.
  bool handshake();
  // The same with every byte in a packet of its own.
  bool handshake_bytewise();
  void send(const Bytes& bytes);
  std::optional<Answer> receive();
  // What was encrypted goes out so, and no more follows.
  bool is_closed_by_peer();

  security::TlsSession& session() { return *session_; }
  TestClient& socket() { return socket_; }

 private:
  bool handshake_in(size_t piece);
  bool flush(size_t piece = SIZE_MAX);
  bool read_exactly(uint8_t* to, size_t size);
  bool fill();

  TestClient socket_;
  std::unique_ptr<security::TlsSession> session_;
};

// Sends a request, and says whether the answer is the same.
bool answers(TlsClient& client, const std::string& body = "echo");

// SaslHandshake (v1) and SaslAuthenticate (v1) for PLAIN; and what is answered to the second.
Bytes sasl_handshake(std::string_view mechanism = "PLAIN");
Bytes sasl_authenticate(std::string_view user, std::string_view password);
struct LoginAnswer {
  int16_t error = 0;
  std::string message;
};
LoginAnswer login_answer(const Answer& answer);

// One user, and nobody else.
class NoCredentials final : public security::SaslCredentials {
 public:
  std::optional<security::ScramVerifier> scram(security::ScramMechanism, std::string_view) const override {
    return std::nullopt;
  }
};

// Listeners of each protocol, named after it: PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL.
struct SecureFixture : NetFixture {
  SecureFixture();
  ~SecureFixture();

  TlsClient connect_tls(std::string_view listener = "SSL",
                        const std::optional<security::Identity>& identity = std::nullopt);
  // Whether the login of `client` succeeds.
  template <class Client>
  bool logs_in(Client& client, std::string_view password = "alice-secret") {
    client.send(sasl_handshake());
    if (!client.receive()) return false;
    client.send(sasl_authenticate("alice", password));
    auto answer = client.receive();
    return answer && login_answer(*answer).error == 0;
  }
  // Who the client of the last request was.
  std::string principal() const;
  // Starts the server with all its gates.
  void start();

  security::Certificates authority;
  security::Identity broker = authority.leaf("CN=broker-0", {.dns = {"localhost"}, .ip = {"127.0.0.1"}});
  security::PrincipalMapping mapping;
  NoCredentials credentials;
  SaslConfig sasl;  // PLAIN, with one user: alice
  security::ClientAuth client_auth = security::ClientAuth::kNone;

 private:
  mutable absl::Mutex mutex_;
  std::string principal_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klamm::broker::net
