// The true clients of tls_session_fuzz: a TlsSession, and OpenSSL bare, which does what our own client never
// does: changes keys, renegotiates, resumes. And chance that is none, so that an input is the same connection
// each time.
#pragma once

#include <openssl/err.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

#include "base/check.h"
#include "security/tls_session.h"
#include "tests/security/certificates.h"

namespace klamm::security {

using SslSessionPtr = std::unique_ptr<SSL_SESSION, OpensslFree<&SSL_SESSION_free>>;

// What OpenSSL takes for random. Times, in tickets and in the dates of certificates, stay those of the clock:
// nothing here depends on them.
class FixedRandom {
 public:
  static void install() {
    static constexpr RAND_METHOD kMethod = {nullptr, &fill, nullptr, nullptr, &fill, &is_ready};
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
    CHECK(RAND_set_rand_method(&kMethod) == 1);
#pragma clang diagnostic pop
  }
  static void restart() { state = 0; }

 private:
  // SplitMix64.
  static int fill(unsigned char* into, int size) {
    for (int at = 0; at < size; ++at) {
      uint64_t mixed = state += 0x9e3779b97f4a7c15;
      mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
      mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
      into[at] = static_cast<unsigned char>(mixed >> 56);
    }
    return 1;
  }
  static int is_ready() { return 1; }

  static inline uint64_t state = 0;
};

enum class Who { kNobody, kAlice, kMallory };  // without a certificate; with a good one; with a stranger's

class Client {
 public:
  virtual ~Client() = default;
  virtual void receive(ByteView bytes) = 0;
  virtual Bytes take_out() = 0;
  virtual bool is_open() const = 0;
  // Only while it is open; whether all of it goes out.
  virtual bool write(ByteView plain) = 0;
  virtual size_t read(std::span<uint8_t> into) = 0;
  virtual void shut() = 0;
  // New keys of its own; those of the server too if it asks for them. TLS 1.2: renegotiates.
  virtual void change_keys(bool) {}
};

class SessionClient final : public Client {
 public:
  explicit SessionClient(const std::shared_ptr<const TlsContext>& context)
      : session_(TlsSession::connect(context, "broker-0")) {}

  void receive(ByteView bytes) override {
    const bool is_listening = is_open() || session_->state() == TlsSession::State::kHandshaking;
    if (bytes.empty() || !is_listening) return;
    std::copy(bytes.begin(), bytes.end(), session_->wire_room(bytes.size()).begin());
    session_->wire_received(bytes.size());
    session_->handshake();
  }
  Bytes take_out() override {
    const ByteView out = session_->wire_out();
    Bytes bytes(out.begin(), out.end());
    session_->wire_sent(bytes.size());
    return bytes;
  }
  bool is_open() const override { return session_->state() == TlsSession::State::kOpen; }
  bool write(ByteView plain) override {
    if (!is_shut_) session_->write(plain);
    return !is_shut_ && is_open();
  }
  size_t read(std::span<uint8_t> into) override { return session_->read(into); }
  void shut() override {
    is_shut_ = is_shut_ || is_open();
    session_->shut();
  }

 private:
  std::unique_ptr<TlsSession> session_;
  bool is_shut_ = false;
};

class BareClient final : public Client {
 public:
  // `kept` is the session of an earlier connection, or null.
  BareClient(SSL_CTX* context, SSL_SESSION* kept) : ssl_(SSL_new(context)) {
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(ssl_.get());
    if (kept != nullptr) CHECK(SSL_set_session(ssl_.get(), kept) == 1);
    step();
  }
  // A session whose connection was dropped without a word counts as broken.
  ~BareClient() override { SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN); }

  SslSessionPtr session() const {
    SslSessionPtr kept(SSL_get1_session(ssl_.get()));
    const bool is_of_use = kept != nullptr && is_open() && SSL_SESSION_is_resumable(kept.get()) == 1;
    return is_of_use ? std::move(kept) : nullptr;
  }
  void receive(ByteView bytes) override {
    if (bytes.empty()) return;
    BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
    step();
  }
  Bytes take_out() override {
    BIO* wire = SSL_get_wbio(ssl_.get());
    Bytes bytes(BIO_ctrl_pending(wire));
    if (!bytes.empty()) CHECK(BIO_read(wire, bytes.data(), static_cast<int>(bytes.size())) > 0);
    return bytes;
  }
  bool is_open() const override { return SSL_is_init_finished(ssl_.get()) == 1; }
  bool write(ByteView plain) override {
    const bool is_sent =
        plain.empty() || SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size())) > 0;
    ERR_clear_error();
    return is_sent;
  }
  size_t read(std::span<uint8_t> into) override {
    size_t count = 0;
    SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
    ERR_clear_error();
    return count;
  }
  void shut() override {
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  void change_keys(bool asks_server) override {
    if (SSL_version(ssl_.get()) == TLS1_3_VERSION) {
      SSL_key_update(ssl_.get(), asks_server ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED);
    } else {
      SSL_renegotiate(ssl_.get());
    }
    step();
  }

 private:
  void step() {
    SSL_do_handshake(ssl_.get());
    ERR_clear_error();
  }

  SslPtr ssl_;
};

// Made once: certificates and contexts, which all connections share.
class TlsWorld {
 public:
  static constexpr std::array kAuths = {ClientAuth::kNone, ClientAuth::kRequested, ClientAuth::kRequired};

  TlsWorld() {
    const Identity broker = certificates_.leaf("CN=broker-0", {.dns = {"broker-0"}});
    const Identity alice = certificates_.leaf("CN=alice,OU=users");
    // What it calls itself tries to begin lines of a log.
    const Identity mallory = Certificates("Other\n\x1b[2J").leaf("CN=mal\r\nlory\xc2\x85,OU=users");
    const std::array<const Identity*, 3> identities = {nullptr, &alice, &mallory};
    for (size_t who = 0; who < identities.size(); ++who) add_client(who, identities[who]);
    for (size_t auth = 0; auth < kAuths.size(); ++auth) {
      for (size_t which = 0; which < kProtocols.size(); ++which) add_server(auth, which, broker);
    }
  }

  const std::shared_ptr<const TlsContext>& server(size_t auth, size_t protocols) const {
    return servers_[auth][protocols];
  }
  std::unique_ptr<Client> client(Who who) const {
    return std::make_unique<SessionClient>(clients_[static_cast<size_t>(who)]);
  }
  std::unique_ptr<BareClient> bare_client(Who who, SSL_SESSION* kept) const {
    return std::make_unique<BareClient>(bare_[static_cast<size_t>(who)].get(), kept);
  }

 private:
  static inline const std::array<std::vector<std::string>, 3> kProtocols = {
      {{"TLSv1.2"}, {"TLSv1.3"}, {"TLSv1.2", "TLSv1.3"}}};
  static constexpr int64_t kNowMs = 1'800'000'000'000;  // 2027-01-15 08:00:00 UTC

  static void set_key(TlsStore& store, const Identity& identity) {
    store.inline_key = key_pem(identity);
    store.inline_certificates = chain_pem(identity);
  }
  TlsConfig config() const {
    TlsConfig made;
    made.subject = "listener EXTERNAL";
    made.key_store.type = made.trust_store.type = "PEM";
    made.trust_store.inline_certificates = certificate_pem(certificates_.root());
    made.protocols = kProtocols[2];
    return made;
  }
  static std::shared_ptr<const TlsContext> context(const TlsConfig& config, TlsContext::Side side) {
    auto made = TlsContext::make(config, side, kNowMs);
    CHECK(made.ok());
    return *made;
  }
  void add_server(size_t auth, size_t protocols, const Identity& broker) {
    TlsConfig wanted = config();
    set_key(wanted.key_store, broker);
    wanted.client_auth = kAuths[auth];
    wanted.protocols = kProtocols[protocols];
    servers_[auth][protocols] = context(wanted, TlsContext::Side::kServer);
  }
  void add_client(size_t who, const Identity* identity) {
    TlsConfig wanted = config();
    if (identity != nullptr) set_key(wanted.key_store, *identity);
    clients_[who] = context(wanted, TlsContext::Side::kClient);
    // The settings of our own client, but for those that keep it from changing keys and resuming.
    bare_[who].reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX* bare = bare_[who].get();
    if (identity == nullptr) return;
    STACK_OF(X509)* above = sk_X509_new_null();
    for (const auto& issuer : identity->issuers) sk_X509_push(above, issuer.get());
    CHECK(SSL_CTX_use_cert_and_key(bare, identity->certificate.get(), identity->key.get(), above, 1) == 1);
    sk_X509_free(above);
  }

  Certificates certificates_;
  std::array<std::array<std::shared_ptr<const TlsContext>, 3>, 3> servers_;
  std::array<std::shared_ptr<const TlsContext>, 3> clients_;
  std::array<SslContextPtr, 3> bare_;
};

}  // namespace klamm::security
