#include "security/tls_session.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <utility>

#include "security/certificate_facts.h"
#include "security/cipher_names.h"
#include "security/peer_text.h"
#include "security/tls_failure.h"
#include "security/tls_materials.h"
#include "security/tls_opening.h"
#include "security/wire_bio.h"

namespace klamm::security {

namespace {

// Messages after the handshake that carry no data (KeyUpdate, attempts to renegotiate, session tickets):
// each costs us more than the other end, so that they are counted against the data that comes. Peers need
// one or two in a session's life.
constexpr int kMessagesPerMib = 32;
constexpr size_t kMib = 1024 * 1024;

// What TLS adds to a record at most, head included.
constexpr size_t kRecordOverhead = 64;
constexpr size_t kRecordPlainMax = 16 * 1024;

bool is_address(const std::string& host) {
  uint8_t bytes[16];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 || inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

}  // namespace

struct TlsSession::Parts {
  Parts(std::shared_ptr<const TlsContext> with_context, std::string with_host);

  TlsFailureFacts facts() const { return {*context, ssl.get(), trouble, host}; }
  void fail(std::string text);
  bool is_opening_known();
  void step_handshake();
  void open();
  void expect_host();
  void count_message();
  void count_plain(size_t size);
  void stop_reading(int error);
  void try_write(ByteView plain);
  void write_deferred();

  static int on_verify(int is_good, X509_STORE_CTX* verification);
  static void on_message(int is_ours, int version, int content, const void* bytes, size_t size, SSL* ssl,
                         void* parts);

  std::shared_ptr<const TlsContext> context;
  std::string host;  // of a client
  WireBuffers wire;
  SslPtr ssl;  // after `wire`, which it uses to its end
  State state = State::kHandshaking;
  bool is_tls = false;  // the first bytes were looked at
  bool has_received = false;
  bool is_shut = false;
  int messages = 0;  // since the last MiB of data
  size_t plain_since = 0;
  Bytes deferred;  // plain bytes that wait for the rest of a message of the other end
  std::string failure;
  std::string hint;
  std::optional<VerifyTrouble> trouble;
  std::optional<PeerCertificate> peer;
};

TlsSession::Parts::Parts(std::shared_ptr<const TlsContext> with_context, std::string with_host)
    : context(std::move(with_context)), host(std::move(with_host)), ssl(SSL_new(context->get())) {
  CHECK(ssl != nullptr);
  BIO* bio = make_wire_bio(wire).release();
  SSL_set_bio(ssl.get(), bio, bio);
  SSL_set_app_data(ssl.get(), this);
  SSL_set_verify(ssl.get(), SSL_CTX_get_verify_mode(context->get()), &on_verify);
  SSL_set_msg_callback(ssl.get(), &on_message);
  SSL_set_msg_callback_arg(ssl.get(), this);
}

std::unique_ptr<TlsSession> TlsSession::accept(std::shared_ptr<const TlsContext> context) {
  CHECK(context->side() == TlsContext::Side::kServer);
  auto parts = std::make_unique<Parts>(std::move(context), "");
  SSL_set_accept_state(parts->ssl.get());
  return std::unique_ptr<TlsSession>(new TlsSession(std::move(parts)));
}

std::unique_ptr<TlsSession> TlsSession::connect(std::shared_ptr<const TlsContext> context,
                                                const std::string& host) {
  CHECK(context->side() == TlsContext::Side::kClient);
  auto parts = std::make_unique<Parts>(std::move(context), host);
  SSL_set_connect_state(parts->ssl.get());
  parts->expect_host();
  if (parts->state == State::kHandshaking) parts->step_handshake();
  return std::unique_ptr<TlsSession>(new TlsSession(std::move(parts)));
}

TlsSession::TlsSession(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
TlsSession::~TlsSession() = default;

std::span<uint8_t> TlsSession::wire_room(size_t size) { return parts_->wire.in.room(size); }

void TlsSession::wire_received(size_t count) {
  parts_->has_received |= count > 0;
  parts_->wire.in.added(count);
}

void TlsSession::wire_closed() {
  Parts& parts = *parts_;
  if (parts.state == State::kHandshaking) parts.fail(ended_by_peer(parts.facts(), parts.has_received));
}

TlsSession::State TlsSession::handshake() {
  Parts& parts = *parts_;
  if (parts.state == State::kHandshaking && parts.is_opening_known()) parts.step_handshake();
  return parts.state;
}

TlsSession::State TlsSession::state() const { return parts_->state; }

size_t TlsSession::read(std::span<uint8_t> into) {
  Parts& parts = *parts_;
  size_t total = 0;
  ERR_clear_error();
  while (total < into.size() && has_readable()) {
    parts.wire.ran_dry = false;
    size_t count = 0;
    if (SSL_read_ex(parts.ssl.get(), into.data() + total, into.size() - total, &count) == 1) {
      total += count;
      parts.count_plain(count);
    } else {
      parts.stop_reading(SSL_get_error(parts.ssl.get(), 0));
      // A call may also be spent on a change of keys, and there may be more behind it.
      if (parts.wire.ran_dry) break;
    }
  }
  parts.write_deferred();
  return total;
}

bool TlsSession::has_readable() const {
  if (parts_->state != State::kOpen) return false;
  return SSL_pending(parts_->ssl.get()) > 0 || !parts_->wire.in.whole().empty();
}

void TlsSession::write(ByteView plain) {
  Parts& parts = *parts_;
  CHECK(!parts.is_shut);
  if (parts.state != State::kOpen || plain.empty()) return;
  const size_t records = (plain.size() + kRecordPlainMax - 1) / kRecordPlainMax;
  parts.wire.out.room(plain.size() + records * kRecordOverhead);
  if (parts.deferred.empty()) return parts.try_write(plain);
  parts.deferred.insert(parts.deferred.end(), plain.begin(), plain.end());
}

void TlsSession::shut() {
  Parts& parts = *parts_;
  if (parts.is_shut || (parts.state != State::kOpen && parts.state != State::kPeerClosed)) return;
  parts.is_shut = true;
  SSL_shutdown(parts.ssl.get());
  ERR_clear_error();
}

ByteView TlsSession::wire_out() const { return parts_->wire.out.view(); }
void TlsSession::wire_sent(size_t count) { parts_->wire.out.taken(count); }

const std::string& TlsSession::failure() const { return parts_->failure; }
const std::string& TlsSession::hint() const { return parts_->hint; }
const std::optional<PeerCertificate>& TlsSession::peer() const { return parts_->peer; }
std::string TlsSession::protocol() const { return SSL_get_version(parts_->ssl.get()); }
std::string TlsSession::cipher_suite() const {
  return standard_name_of(SSL_get_current_cipher(parts_->ssl.get()));
}
const TlsContext& TlsSession::context() const { return *parts_->context; }

size_t TlsSession::memory() const {
  const Parts& parts = *parts_;
  // A record of which a part was read stays with OpenSSL until the rest is.
  const size_t record = SSL_has_pending(parts.ssl.get()) == 1 ? kRecordPlainMax + kRecordOverhead : 0;
  return parts.wire.in.capacity() + parts.wire.out.capacity() + parts.deferred.capacity() + record;
}

// Nothing more is read; what was written, an alert, stays.
void TlsSession::Parts::fail(std::string text) {
  state = State::kFailed;
  failure = std::move(text);
  wire.in = RecordBuffer();
  deferred = Bytes();
  ERR_clear_error();
}

// Plaintext is answered with nothing: Kafka's clients take the first four bytes of an alert for the size of a
// frame, and make room for 336 MiB.
bool TlsSession::Parts::is_opening_known() {
  if (is_tls) return true;
  const ByteView bytes = wire.in.view();
  const Opening opening = opening_of(context->side(), bytes);
  if (opening == Opening::kTooShort) return false;
  is_tls = opening == Opening::kTls;
  if (!is_tls) fail(text_of(opening, context->config(), context->side(), bytes));
  return is_tls;
}

void TlsSession::Parts::step_handshake() {
  ERR_clear_error();
  for (;;) {
    const size_t before = wire.in.whole().size();
    const int outcome = SSL_do_handshake(ssl.get());
    if (outcome == 1) return open();
    const int error = SSL_get_error(ssl.get(), outcome);
    if (error == SSL_ERROR_ZERO_RETURN) return fail(ended_by_peer(facts(), has_received));
    if (error != SSL_ERROR_WANT_READ) return fail(take_tls_failure(facts()));
    const size_t after = wire.in.whole().size();
    if (after == 0 || after == before) return;
  }
}

void TlsSession::Parts::open() {
  state = State::kOpen;
  const X509* certificate = SSL_get0_peer_certificate(ssl.get());
  const bool is_verified =
      SSL_get_verify_mode(ssl.get()) != SSL_VERIFY_NONE && SSL_get_verify_result(ssl.get()) == X509_V_OK;
  if (certificate == nullptr || !is_verified) return;
  peer = PeerCertificate{subject_of(certificate)};
  const bool is_named_by_subject = context->side() == TlsContext::Side::kClient &&
                                   context->config().verify_host_name &&
                                   !has_alternative_host_name(certificate);
  if (is_named_by_subject) {
    hint =
        "the certificate " + quote_peer(peer->subject) + " of the server " + quote_peer(host) +
        " has no subject alternative name, so that its common name was taken for the host's; have it issued "
        "with one, many clients accept nothing else";
  }
}

// The name that is indicated, and the one that the certificate must be for (RFC 2818 as Java has it: where
// there is no alternative name of a host, the common name).
void TlsSession::Parts::expect_host() {
  std::string name = host;
  if (name.size() > 1 && name.ends_with('.')) name.pop_back();
  const bool is_numeric = is_address(name);
  // Where that fails, it is too long for a host's name, and is only left out.
  if (!is_numeric && !name.empty()) SSL_set_tlsext_host_name(ssl.get(), name.c_str());
  if (!context->config().verify_host_name) return;
  X509_VERIFY_PARAM* expected = SSL_get0_param(ssl.get());
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool is_set = is_numeric ? X509_VERIFY_PARAM_set1_ip_asc(expected, name.c_str()) == 1
                                 : X509_VERIFY_PARAM_set1_host(expected, name.data(), name.size()) == 1;
  // OpenSSL takes no name for no check.
  if (name.empty() || !is_set) {
    fail(quote_peer(host) +
         " is not the name of a host, so that no certificate can be for it; correct the address");
  }
}

void TlsSession::Parts::count_message() {
  if (state == State::kOpen && ++messages > kMessagesPerMib) wire.is_stopped = true;
}

void TlsSession::Parts::count_plain(size_t size) {
  plain_since += size;
  if (plain_since < kMib) return;
  plain_since = 0;
  messages = 0;
}

void TlsSession::Parts::stop_reading(int error) {
  if (wire.is_stopped) {
    SSL_shutdown(ssl.get());
    return fail(
        (context->side() == TlsContext::Side::kServer ? "the client" : "the server " + quote_peer(host)) +
        " sent more than " + std::to_string(kMessagesPerMib) +
        " messages about keys (KeyUpdate, renegotiation) in less than 1 MiB of data; no client of "
        "Kafka's does that");
  }
  if (error == SSL_ERROR_WANT_READ) return;
  if (error == SSL_ERROR_ZERO_RETURN) {
    state = State::kPeerClosed;
    return;
  }
  fail(take_tls_failure(facts()));
}

// OpenSSL does not write between two parts of a message about keys. As a client we keep what was to be
// written until the rest has come, since servers may send their tickets in parts. A client's messages are of
// a few bytes, and nobody sends them in two; what we would have to keep for it has no bound.
void TlsSession::Parts::try_write(ByteView plain) {
  ERR_clear_error();
  size_t count = 0;
  const int outcome = SSL_write_ex(ssl.get(), plain.data(), plain.size(), &count);
  if (outcome == 1) {
    CHECK(count == plain.size());
    return;
  }
  if (SSL_get_error(ssl.get(), 0) != SSL_ERROR_WANT_READ) return fail(take_tls_failure(facts()));
  if (context->side() == TlsContext::Side::kServer) {
    return fail(
        "the client sent a part of a message about keys (KeyUpdate), and not the rest; no client of Kafka's "
        "does that");
  }
  deferred.assign(plain.begin(), plain.end());
}

void TlsSession::Parts::write_deferred() {
  if (deferred.empty() || state != State::kOpen || is_shut) return;
  const Bytes plain = std::exchange(deferred, Bytes());
  try_write(plain);
}

int TlsSession::Parts::on_verify(int is_good, X509_STORE_CTX* verification) {
  if (is_good == 1) return 1;
  const int index = SSL_get_ex_data_X509_STORE_CTX_idx();
  SSL* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(verification, index));
  Parts& parts = *static_cast<Parts*>(SSL_get_app_data(ssl));
  if (!parts.trouble) parts.trouble = VerifyTrouble::of(verification);
  return 0;
}

void TlsSession::Parts::on_message(int is_ours, int, int content, const void* bytes, size_t size, SSL*,
                                   void* parts) {
  const bool is_handshake = is_ours == 0 && content == SSL3_RT_HANDSHAKE;
  // TLS 1.2: an attempt to renegotiate is only seen by our answer to it.
  const bool is_refusal = is_ours == 1 && content == SSL3_RT_ALERT && size == 2 &&
                          static_cast<const uint8_t*>(bytes)[1] == SSL_AD_NO_RENEGOTIATION;
  if (is_handshake || is_refusal) static_cast<Parts*>(parts)->count_message();
}

}  // namespace klamm::security
