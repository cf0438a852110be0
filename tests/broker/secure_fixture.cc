#include "tests/testing.h"

#include "tests/broker/secure_fixture.h"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace klamm::broker::net {
namespace {

using security::TlsConfig;
using security::TlsContext;
using security::TlsSession;

// Within the years of the certificates.
constexpr int64_t kNowMs = security::kYear2020Ms + int64_t{10} * 365 * 86'400'000;

TlsConfig config_of(security::Certificates& authority, const std::optional<security::Identity>& identity) {
  TlsConfig config;
  config.subject = "a test";
  config.protocols = {"TLSv1.2", "TLSv1.3"};
  config.trust_store.type = "PEM";
  config.trust_store.inline_certificates = security::certificate_pem(authority.root());
  if (!identity) return config;
  config.key_store.type = "PEM";
  config.key_store.inline_key = security::key_pem(*identity);
  config.key_store.inline_certificates = security::chain_pem(*identity);
  return config;
}

Context made(const TlsConfig& config, TlsContext::Side side) {
  auto context = TlsContext::make(config, side, kNowMs);
  if (!context) FAIL(context.error().message);
  return *std::move(context);
}

Bytes sasl_frame(int16_t key, std::string_view body) {
  Bytes out(4);
  protocol::Writer writer(out);
  protocol::RequestHeader{key, 1, key, "test"}.write(writer);
  writer.raw(as_bytes(body));
  protocol::end_frame(out, 4, {});
  return out;
}

Listener listener_of(const std::string& name, SecurityProtocol protocol) {
  Listener listener = loopback_listener(name);
  listener.endpoint.protocol = protocol;
  return listener;
}

}  // namespace

Context server_context(security::Certificates& authority, const security::Identity& identity,
                       security::ClientAuth client_auth) {
  TlsConfig config = config_of(authority, identity);
  config.client_auth = client_auth;
  return made(config, TlsContext::Side::kServer);
}

Context client_context(security::Certificates& authority, const std::optional<security::Identity>& identity) {
  return made(config_of(authority, identity), TlsContext::Side::kClient);
}

// ---- TlsClient

TlsClient::TlsClient(TestClient socket, Context context, const std::string& host)
    : socket_(std::move(socket)), session_(TlsSession::connect(std::move(context), host)) {}

bool TlsClient::handshake() { return handshake_in(SIZE_MAX); }
bool TlsClient::handshake_bytewise() { return handshake_in(1); }

bool TlsClient::handshake_in(size_t piece) {
  session_->handshake();
  while (flush(piece) && session_->state() == TlsSession::State::kHandshaking) {
    if (!fill()) return false;
    session_->handshake();
  }
  return session_->state() == TlsSession::State::kOpen;
}

bool TlsClient::flush(size_t piece) {
  while (!session_->wire_out().empty()) {
    ByteView out = session_->wire_out();
    ssize_t sent = ::send(socket_.descriptor(), out.data(), std::min(piece, out.size()), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    session_->wire_sent(static_cast<size_t>(sent));
  }
  return true;
}

bool TlsClient::fill() {
  std::span<uint8_t> room = session_->wire_room(64 << 10);
  ssize_t got = ::recv(socket_.descriptor(), room.data(), room.size(), 0);
  session_->wire_received(got > 0 ? static_cast<size_t>(got) : 0);
  return got > 0;
}

void TlsClient::send(const Bytes& bytes) {
  session_->write(bytes);
  CHECK(flush());
}

bool TlsClient::read_exactly(uint8_t* to, size_t size) {
  for (size_t done = 0; done < size;) {
    size_t got = session_->read({to + done, size - done});
    done += got;
    if (got == 0 && (session_->state() != TlsSession::State::kOpen || !fill())) return false;
  }
  return true;
}

std::optional<Answer> TlsClient::receive() {
  return receive_answer([this](uint8_t* to, size_t size) { return read_exactly(to, size); });
}

bool TlsClient::is_closed_by_peer() {
  uint8_t byte;
  return !read_exactly(&byte, 1);
}

bool answers(TlsClient& client, const std::string& body) {
  client.send(request(1, body));
  return client.receive() == Answer{1, body};
}

// ---- SASL

Bytes sasl_handshake(std::string_view mechanism) {
  std::string body = {0, static_cast<char>(mechanism.size())};
  return sasl_frame(17, body + std::string(mechanism));
}

Bytes sasl_authenticate(std::string_view user, std::string_view password) {
  std::string token = '\0' + std::string(user) + '\0' + std::string(password);
  std::string size = {0, 0, 0, static_cast<char>(token.size())};
  return sasl_frame(36, size + token);
}

LoginAnswer login_answer(const Answer& answer) {
  protocol::Reader reader(as_bytes(answer.body));
  LoginAnswer login;
  login.error = reader.i16();
  login.message = answer.body.substr(2);
  return login;
}

// ---- SecureFixture

SecureFixture::SecureFixture() {
  sasl.mechanisms = {"PLAIN"};
  sasl.plain_users = {{"alice", "alice-secret"}};
  config.listeners = {listener_of("PLAINTEXT", SecurityProtocol::kPlaintext),
                      listener_of("SSL", SecurityProtocol::kSsl),
                      listener_of("SASL_PLAINTEXT", SecurityProtocol::kSaslPlaintext),
                      listener_of("SASL_SSL", SecurityProtocol::kSaslSsl)};
  handler.on("who", [this](Request request, Reply reply) {
    {
      absl::MutexLock lock(&mutex_);
      principal_ = request.client->principal;
    }
    reply.send(RawBody{.bytes = request.body});
  });
}

// Before what the gates refer to.
SecureFixture::~SecureFixture() {
  if (server) server->stop(0);
}

void SecureFixture::start() {
  gates = std::make_unique<ListenerGates>(credentials);
  Context context = server_context(authority, broker, client_auth);
  gates->add("SSL", context, std::nullopt, mapping);
  gates->add("SASL_PLAINTEXT", nullptr, sasl);
  gates->add("SASL_SSL", context, sasl, mapping);
  NetFixture::start();
}

TlsClient SecureFixture::connect_tls(std::string_view listener,
                                     const std::optional<security::Identity>& identity) {
  return TlsClient(connect(listener), client_context(authority, identity));
}

std::string SecureFixture::principal() const {
  absl::MutexLock lock(&mutex_);
  return principal_;
}

}  // namespace klamm::broker::net
