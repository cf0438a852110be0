#include "tests/security/raw_client.h"

#include <openssl/err.h>

#include "tests/security/tls_fixture.h"

namespace klamm::security {

RawClient::RawClient(int version, const Identity* identity) : context_(SSL_CTX_new(TLS_client_method())) {
  SSL_CTX_set_min_proto_version(context_.get(), version);
  SSL_CTX_set_max_proto_version(context_.get(), version);
  if (identity == nullptr) return;
  STACK_OF(X509)* above = sk_X509_new_null();
  for (X509* certificate : identity->chain()) {
    if (certificate != identity->certificate.get()) sk_X509_push(above, certificate);
  }
  CHECK(SSL_CTX_use_cert_and_key(context_.get(), identity->certificate.get(), identity->key.get(), above,
                                 1) == 1);
  sk_X509_free(above);
}

void RawClient::connect(TlsSession& server, SSL_SESSION* resumed) {
  // A session whose connection was dropped without a word counts as broken.
  if (ssl_ != nullptr) SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_connect_state(ssl_.get());
  if (resumed != nullptr) CHECK(SSL_set_session(ssl_.get(), resumed) == 1);
  talk(server);
}

void RawClient::talk(TlsSession& server) {
  for (bool is_talking = true; is_talking;) {
    uint8_t bytes[4096];
    if (SSL_in_init(ssl_.get()) != 0) SSL_do_handshake(ssl_.get());
    SSL_read(ssl_.get(), bytes, sizeof bytes);
    const Bytes said = take_out();
    feed(server, said);
    server.handshake();
    read_all(server);
    const Bytes answer = security::take_out(server);
    BIO_write(SSL_get_rbio(ssl_.get()), answer.data(), static_cast<int>(answer.size()));
    is_talking = !said.empty() || !answer.empty();
  }
  ERR_clear_error();
}

Bytes RawClient::take_out() {
  BIO* wire = SSL_get_wbio(ssl_.get());
  Bytes bytes(BIO_ctrl_pending(wire));
  if (!bytes.empty()) CHECK(BIO_read(wire, bytes.data(), static_cast<int>(bytes.size())) > 0);
  return bytes;
}

}  // namespace klamm::security
