#include "bench/load/tls.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "bench/load/client.h"
#include "security/openssl.h"

namespace klamm::bench {
namespace {

[[noreturn]] void give_up_tls(std::string_view what) {
  const std::string reasons = security::take_openssl_errors();
  give_up(fmt::format("{}: {}", what, reasons.empty() ? "the other end has closed" : reasons));
}

}  // namespace

TlsSettings make_tls(const TlsFiles& files) {
  if (files.ca.empty()) return nullptr;
  TlsSettings settings(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX* context = settings.get();
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  if (SSL_CTX_load_verify_file(context, files.ca.c_str()) != 1) give_up_tls(files.ca);
  if (!files.certificate.empty()) {
    if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
      give_up_tls(files.certificate);
    if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1)
      give_up_tls(files.key);
  }
  if (!files.cipher.empty() && SSL_CTX_set_ciphersuites(context, files.cipher.c_str()) != 1)
    give_up_tls(files.cipher);
  return settings;
}

Tls::Tls(const TlsSettings& settings, int socket) : ssl_(SSL_new(settings.get())) {
  SSL_set_fd(ssl_, socket);
  if (SSL_connect(ssl_) != 1) give_up_tls("the handshake failed");
}

Tls::~Tls() { SSL_free(ssl_); }

void Tls::send(ByteView bytes) {
  size_t written = 0;
  if (!bytes.empty() && SSL_write_ex(ssl_, bytes.data(), bytes.size(), &written) != 1)
    give_up_tls("sending failed");
}

size_t Tls::receive(uint8_t* into, size_t size) {
  size_t got = 0;
  return SSL_read_ex(ssl_, into, size, &got) == 1 ? got : 0;
}

bool Tls::has_pending() const { return SSL_has_pending(ssl_) == 1; }

Bytes client_hello(const TlsSettings& settings) {
  if (!settings) return {};
  SSL* ssl = SSL_new(settings.get());
  BIO* out = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl, BIO_new(BIO_s_mem()), out);
  SSL_connect(ssl);  // which goes no further than this
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out, &bytes);
  Bytes hello(bytes, bytes + size);
  SSL_free(ssl);
  ERR_clear_error();
  return hello;
}

}  // namespace klamm::bench
