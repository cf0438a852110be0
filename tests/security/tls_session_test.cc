#include "tests/testing.h"

#include <openssl/hmac.h>

#include "security/tls_session.h"

#include "tests/security/raw_client.h"
#include "tests/security/tls_fixture.h"

using namespace klamm;
using namespace klamm::security;

namespace {

using State = TlsSession::State;

struct World {
  Certificates certificates;
  Identity broker = certificates.leaf("CN=broker-0", {.dns = {"broker-0"}, .ip = {"10.0.0.1"}});
  Identity alice = certificates.leaf("CN=alice,OU=users");
  TlsConfig server = server_config(broker);
  TlsConfig client = client_config(certificates.root());

  World() { server.trust_store = inline_trust_store(certificates.root()); }
  void require_client_certificate() {
    server.client_auth = ClientAuth::kRequired;
    client.key_store = inline_key_store(alice);
  }
  TlsPair pair() const { return {server_context(server), client_context(client)}; }
  TlsPair talked() const {
    TlsPair made = pair();
    made.talk();
    return made;
  }
};

std::string some_text(size_t size) {
  std::string text(size, '\0');
  for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 997) % 26);
  return text;
}

}  // namespace

TEST_CASE_METHOD(World, "tls session: both ends agree on a protocol and a suite") {
  const std::string protocol = GENERATE("TLSv1.2", "TLSv1.3");
  server.protocols = {protocol};
  const TlsPair ends = talked();
  REQUIRE(ends.is_open());
  REQUIRE(ends.server->protocol() == protocol);
  REQUIRE(ends.client->cipher_suite() == ends.server->cipher_suite());
  REQUIRE(ends.client->cipher_suite().starts_with("TLS_"));
}

TEST_CASE_METHOD(World, "tls session: each end learns the subject that the other has proved") {
  require_client_certificate();
  client.protocols = {GENERATE("TLSv1.2", "TLSv1.3")};
  const TlsPair ends = talked();
  REQUIRE(ends.server->peer()->subject == "CN=alice,OU=users");
  REQUIRE(ends.client->peer()->subject == "CN=broker-0");
}

TEST_CASE_METHOD(World, "tls session: who is only asked for a certificate may have none") {
  server.client_auth = ClientAuth::kRequested;
  const TlsPair ends = talked();
  REQUIRE(ends.is_open());
  REQUIRE_FALSE(ends.server->peer());
}

TEST_CASE_METHOD(World, "tls session: who is only asked may not show a bad one") {
  require_client_certificate();
  server.client_auth = ClientAuth::kRequested;
  client.key_store = inline_key_store(Certificates("Other").leaf("CN=mallory"));
  REQUIRE(talked().server->state() == State::kFailed);
}

TEST_CASE_METHOD(World, "tls session: the server's order of suites counts where it has one") {
  server.cipher_suites = {"TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"};
  REQUIRE(talked().server->cipher_suite() == "TLS_CHACHA20_POLY1305_SHA256");
}

TEST_CASE_METHOD(World, "tls session: any indicated name is let in") {
  client.verify_host_name = false;
  TlsPair ends(server_context(server), client_context(client), "elsewhere.example.com");
  ends.talk();
  REQUIRE(ends.is_open());
}

TEST_CASE_METHOD(World, "tls session: large data arrives as it was") {
  TlsPair ends = talked();
  const std::string text = some_text(3'000'000);
  ends.client->write(as_bytes(text));
  feed(*ends.server, take_out(*ends.client));
  REQUIRE(read_all(*ends.server) == text);
}

TEST_CASE_METHOD(World, "tls session: a handshake and data that come byte by byte") {
  TlsPair ends = pair();
  ends.talk(1);
  REQUIRE(ends.is_open());
  ends.server->write(as_bytes("answer"));
  ends.talk(1);
  REQUIRE(read_all(*ends.client) == "answer");
}

TEST_CASE_METHOD(World, "tls session: half a record is nothing to read yet") {
  TlsPair ends = talked();
  ends.client->write(as_bytes("question"));
  const Bytes record = take_out(*ends.client);
  feed(*ends.server, ByteView(record).first(record.size() - 1));
  REQUIRE_FALSE(ends.server->has_readable());
  feed(*ends.server, ByteView(record).last(1));
  REQUIRE(ends.server->has_readable());
}

TEST_CASE_METHOD(World, "tls session: a record may be read in parts") {
  TlsPair ends = talked();
  ends.client->write(as_bytes("question"));
  feed(*ends.server, take_out(*ends.client));
  uint8_t into[5];
  REQUIRE(ends.server->read(into) == 5);
  REQUIRE(ends.server->has_readable());
  REQUIRE(ends.server->memory() > 16'000);
  REQUIRE(read_all(*ends.server) == "ion");
}

TEST_CASE_METHOD(World, "tls session: an idle session holds no memory of ours") {
  TlsPair ends = talked();
  ends.client->write(as_bytes(some_text(200'000)));
  feed(*ends.server, take_out(*ends.client));
  REQUIRE(ends.server->memory() >= 200'000);
  read_all(*ends.server);
  REQUIRE(ends.server->memory() == 0);
  read_all(*ends.client);  // the ticket
  REQUIRE(ends.client->memory() == 0);
}

TEST_CASE_METHOD(World, "tls session: room that nothing came into is given back") {
  TlsPair ends = talked();
  REQUIRE(ends.server->wire_room(100'000).size() >= 100'000);
  ends.server->wire_received(0);
  REQUIRE(ends.server->memory() == 0);
}

TEST_CASE_METHOD(World, "tls session: who says that it sends no more is closed, after what it had sent") {
  TlsPair ends = talked();
  ends.client->write(as_bytes("last words"));
  ends.client->shut();
  feed(*ends.server, take_out(*ends.client));
  REQUIRE(read_all(*ends.server) == "last words");
  REQUIRE(ends.server->state() == State::kPeerClosed);
}

TEST_CASE_METHOD(World, "tls session: a changed byte ends the session") {
  TlsPair ends = talked();
  ends.client->write(as_bytes("question"));
  Bytes record = take_out(*ends.client);
  record.back() ^= 1;
  feed(*ends.server, record);
  REQUIRE(read_all(*ends.server).empty());
  REQUIRE(ends.server->state() == State::kFailed);
  REQUIRE_FALSE(ends.server->wire_out().empty());
}

TEST_CASE_METHOD(World, "tls session: what is written between the parts of a ticket goes out after it") {
  server.protocols = {"TLSv1.3"};
  require_client_certificate();
  const auto context = server_context(server);
  SSL_CTX_set_max_send_fragment(context->get(), 512);
  TlsPair ends(context, client_context(client));
  feed(*ends.server, take_out(*ends.client));
  ends.server->handshake();
  feed(*ends.client, take_out(*ends.server));
  ends.client->handshake();
  feed(*ends.server, take_out(*ends.client));
  REQUIRE(ends.server->handshake() == State::kOpen);

  const Bytes ticket = take_out(*ends.server);
  REQUIRE(ticket.size() > 512);
  const size_t half = 5 + load_be16(&ticket[3]);
  REQUIRE(half < ticket.size());
  feed(*ends.client, ByteView(ticket).first(half));
  read_all(*ends.client);
  ends.client->write(as_bytes("question"));
  REQUIRE(ends.client->wire_out().empty());
  feed(*ends.client, ByteView(ticket).subspan(half));
  read_all(*ends.client);
  feed(*ends.server, take_out(*ends.client));
  REQUIRE(read_all(*ends.server) == "question");
}

// HKDF-Expand-Label of RFC 8446 (7.1) with SHA-256 and no context, for at most one block.
Bytes expand_label(ByteView secret, std::string_view label, size_t size) {
  const std::string full = "tls13 " + std::string(label);
  Bytes info = {0, static_cast<uint8_t>(size), static_cast<uint8_t>(full.size())};
  info.insert(info.end(), full.begin(), full.end());
  info.insert(info.end(), {0, 1});
  Bytes block(EVP_MAX_MD_SIZE);
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), info.data(), info.size(), block.data(),
       nullptr);
  block.resize(size);
  return block;
}

// The first record behind a client's handshake: a handshake message, or a part of one, by
// TLS_AES_128_GCM_SHA256.
Bytes first_record(ByteView secret, Bytes content) {
  content.push_back(22);
  const auto size = static_cast<uint8_t>(content.size() + 16);
  Bytes record = {23, 3, 3, 0, size};
  const Bytes key = expand_label(secret, "key", 16), iv = expand_label(secret, "iv", 12);
  const std::unique_ptr<EVP_CIPHER_CTX, OpensslFree<&EVP_CIPHER_CTX_free>> cipher(EVP_CIPHER_CTX_new());
  int written = 0;
  EVP_EncryptInit_ex(cipher.get(), EVP_aes_128_gcm(), nullptr, key.data(), iv.data());
  EVP_EncryptUpdate(cipher.get(), nullptr, &written, record.data(), static_cast<int>(record.size()));
  Bytes encrypted(content.size() + 16);
  EVP_EncryptUpdate(cipher.get(), encrypted.data(), &written, content.data(),
                    static_cast<int>(content.size()));
  EVP_EncryptFinal_ex(cipher.get(), encrypted.data() + content.size(), &written);
  EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, 16, encrypted.data() + content.size());
  record.insert(record.end(), encrypted.begin(), encrypted.end());
  return record;
}

// What a client that logs its keys has logged as its secret for data.
Bytes logged_secret;
void keep_secret(const SSL*, const char* line) {
  const std::string_view text(line);
  if (!text.starts_with("CLIENT_TRAFFIC_SECRET_0 ")) return;
  const std::string hex(text.substr(text.rfind(' ') + 1));
  logged_secret.clear();
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    logged_secret.push_back(static_cast<uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
}

TEST_CASE_METHOD(World, "tls session: a client that sends a part of a message about keys is not written to") {
  RawClient raw(TLS1_3_VERSION);
  SSL_CTX_set_ciphersuites(raw.context(), "TLS_AES_128_GCM_SHA256");
  SSL_CTX_set_keylog_callback(raw.context(), keep_secret);
  const auto session = TlsSession::accept(server_context(server));
  raw.connect(*session);
  // KeyUpdate, a message of one byte, without that byte.
  feed(*session, first_record(logged_secret, {24, 0, 0, 1}));
  read_all(*session);
  REQUIRE(session->state() == State::kOpen);
  session->write(as_bytes("answer"));
  REQUIRE(session->state() == State::kFailed);
  REQUIRE(
      session->failure() ==
      "the client sent a part of a message about keys (KeyUpdate), and not the rest; no client of Kafka's "
      "does that");
}

TEST_CASE_METHOD(World, "tls session: a session is resumed without the certificates, and keeps its subject") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  require_client_certificate();
  const auto context = server_context(server);
  RawClient raw(version, &alice);
  const auto first = TlsSession::accept(context);
  raw.connect(*first);
  const auto second = TlsSession::accept(context);
  const SslSessionPtr session = raw.session();
  raw.connect(*second, session.get());
  REQUIRE(SSL_session_reused(raw.ssl()) == 1);
  REQUIRE(second->peer()->subject == "CN=alice,OU=users");
}

TEST_CASE_METHOD(World, "tls session: another context resumes nothing") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  RawClient raw(version);
  const auto first = TlsSession::accept(server_context(server));
  raw.connect(*first);
  const SslSessionPtr session = raw.session();
  const auto second = TlsSession::accept(server_context(server));
  raw.connect(*second, session.get());
  REQUIRE(second->state() == State::kOpen);
  REQUIRE(SSL_session_reused(raw.ssl()) == 0);
}

TEST_CASE_METHOD(World, "tls session: keys may be updated now and then") {
  RawClient raw(TLS1_3_VERSION);
  const auto session = TlsSession::accept(server_context(server));
  raw.connect(*session);
  for (int i = 0; i < 30; ++i) {
    SSL_key_update(raw.ssl(), SSL_KEY_UPDATE_REQUESTED);
    SSL_write(raw.ssl(), "x", 1);
    raw.talk(*session);
  }
  REQUIRE(session->state() == State::kOpen);
}

TEST_CASE_METHOD(World, "tls session: what stands behind two key updates is read at once") {
  RawClient raw(TLS1_3_VERSION);
  const auto session = TlsSession::accept(server_context(server));
  raw.connect(*session);
  for (int i = 0; i < 2; ++i) {
    SSL_key_update(raw.ssl(), SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(raw.ssl());
  }
  SSL_write(raw.ssl(), "x", 1);
  feed(*session, raw.take_out());
  std::array<uint8_t, 16> room{};
  REQUIRE(session->read(room) == 1);
  REQUIRE_FALSE(session->has_readable());
}

TEST_CASE_METHOD(World, "tls session: a flood of key updates ends it") {
  RawClient raw(TLS1_3_VERSION);
  const auto session = TlsSession::accept(server_context(server));
  raw.connect(*session);
  for (int i = 0; i < 40; ++i) {
    SSL_key_update(raw.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED);
    SSL_do_handshake(raw.ssl());
  }
  raw.talk(*session);
  REQUIRE(session->state() == State::kFailed);
  REQUIRE(session->failure() ==
          "the client sent more than 32 messages about keys (KeyUpdate, renegotiation) in less than 1 MiB of "
          "data; no client of Kafka's does that");
}

TEST_CASE_METHOD(World, "tls session: who wants to renegotiate is refused, and may go on") {
  RawClient raw(TLS1_2_VERSION);
  const auto session = TlsSession::accept(server_context(server));
  raw.connect(*session);
  SSL_renegotiate(raw.ssl());
  SSL_do_handshake(raw.ssl());
  feed(*session, raw.take_out());
  REQUIRE(read_all(*session).empty());
  REQUIRE(session->state() == State::kOpen);
  // A warning: the head of its record, and two bytes with those of the cipher around them.
  constexpr uint8_t kAlertRecord = 21;
  REQUIRE_FALSE(session->wire_out().empty());
  REQUIRE(session->wire_out()[0] == kAlertRecord);
}
