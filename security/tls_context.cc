#include "security/tls_context.h"

#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "security/certificate_facts.h"
#include "security/tls_materials.h"
#include "security/tls_settings.h"

namespace klamm::security {

namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kSoonMs = 30 * kDayMs;

// Intermediate authorities between a peer's certificate and a trusted one. Java's own limit is 5.
constexpr int kIntermediatesMax = 10;

std::string_view key_store_key(const TlsConfig& config) {
  return config.key_store.location ? "ssl.keystore.location" : "ssl.keystore.certificate.chain";
}
std::string file_of(const TlsStore& store) {
  return store.location ? *store.location : std::string("the inline value");
}

// Ours alone may not be out of its time. One above it, even an expired one, is left to those who verify: it
// may be there for old clients only.
std::optional<Failure> find_wrong_time(const TlsConfig& config, const CertificateFacts& own, int64_t now_ms) {
  const std::string what = "the certificate \"" + own.subject + "\" in " + file_of(config.key_store);
  const std::string_view key = key_store_key(config);
  if (now_ms >= own.not_after_ms) {
    return tls_failure(
        config, key,
        what + " has expired on " + utc_text(own.not_after_ms) + "; have a new one issued and put it there");
  }
  if (now_ms < own.not_before_ms) {
    return tls_failure(config, key,
                       what + " is not valid before " + utc_text(own.not_before_ms) +
                           "; wait, or correct the clock, which says " + utc_text(now_ms));
  }
  return std::nullopt;
}

std::optional<Failure> install_key(SSL_CTX* context, const TlsConfig& config, const KeyMaterial& material) {
  CHECK(material.key != nullptr && !material.chain.empty());
  X509* own = material.chain.front().get();
  if (X509_check_private_key(own, material.key.get()) != 1) {
    ERR_clear_error();
    return tls_failure(config, key_store_key(config),
                       "in " + file_of(config.key_store) +
                           " the private key is not that of the certificate \"" + subject_of(own) +
                           "\"; put the two together that were made together");
  }
  STACK_OF(X509)* above = sk_X509_new_null();
  for (size_t i = 1; i < material.chain.size(); ++i) sk_X509_push(above, material.chain[i].get());
  const int is_taken = SSL_CTX_use_cert_and_key(context, own, material.key.get(), above, 1);
  sk_X509_free(above);
  if (is_taken == 1) return std::nullopt;
  return tls_failure(config, key_store_key(config),
                     "a certificate in " + file_of(config.key_store) + " is not accepted (" +
                         take_openssl_errors() +
                         "); have them issued with RSA keys of 2048 bits or EC keys, signed with SHA-256");
}

std::vector<std::string> warnings_of_own(const TlsConfig& config, TlsContext::Side side,
                                         const std::vector<CertificateFacts>& chain, const X509* own,
                                         int64_t now_ms) {
  const std::string key = full_key(config, key_store_key(config));
  std::vector<std::string> warnings;
  for (const CertificateFacts& certificate : chain) {
    const std::string what =
        key + ": the certificate \"" + certificate.subject + "\" in " + file_of(config.key_store);
    if (now_ms >= certificate.not_after_ms) {
      warnings.push_back(what + " has expired on " + utc_text(certificate.not_after_ms) +
                         "; renew the chain");
    } else if (now_ms + kSoonMs > certificate.not_after_ms) {
      warnings.push_back(what + " expires on " + utc_text(certificate.not_after_ms) +
                         "; put a new one in its place in time");
    }
  }
  if (side == TlsContext::Side::kServer && !has_alternative_host_name(own)) {
    warnings.push_back(
        key + ": the certificate \"" + chain.front().subject +
        "\" has no subject alternative name; many clients accept no other, have it issued with "
        "the host names that they connect to");
  }
  return warnings;
}

// A chain usually ends below its root, which who trusts it has. So only a certificate that stands alone, or
// one in the middle whose issuer is nowhere, is suspicious.
std::optional<std::string> find_missing_issuer(const TlsConfig& config, const TlsMaterials& materials) {
  const std::vector<CertificatePtr>& chain = materials.key->chain;
  for (const CertificatePtr& certificate : chain) {
    const auto has_issued = [&](const CertificatePtr& other) {
      return X509_check_issued(other.get(), certificate.get()) == X509_V_OK;
    };
    const bool is_end = chain.size() > 1 && certificate == chain.back();
    const bool is_trusted = materials.trusted && std::ranges::any_of(*materials.trusted, has_issued);
    // Its own issuer, where it is self-signed.
    if (is_end || is_trusted || std::ranges::any_of(chain, has_issued)) continue;
    return full_key(config, key_store_key(config)) + ": the chain in " + file_of(config.key_store) +
           " is not complete: \"" + issuer_of(certificate.get()) + "\", which issued \"" +
           subject_of(certificate.get()) +
           "\", is neither in it nor in the trust store; add its certificate, or clients that do not have it "
           "refuse the chain";
  }
  return std::nullopt;
}

void install_trust(SSL_CTX* context, const TlsConfig& config, TlsContext::Side side,
                   const std::optional<std::vector<CertificatePtr>>& trusted) {
  // As in Java, whatever is in the trust store is trusted, also where it is not a root.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context),
                              X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
  SSL_CTX_set_verify_depth(context, kIntermediatesMax);
  if (!trusted) {
    SSL_CTX_set_default_verify_paths(context);
  } else {
    X509_STORE* store = SSL_CTX_get_cert_store(context);
    const bool is_asking = side == TlsContext::Side::kServer && config.client_auth != ClientAuth::kNone;
    for (const CertificatePtr& certificate : *trusted) {
      X509_STORE_add_cert(store, certificate.get());
      if (is_asking) SSL_CTX_add_client_CA(context, certificate.get());
    }
  }
  int mode = SSL_VERIFY_PEER;
  if (side == TlsContext::Side::kServer) {
    if (config.client_auth == ClientAuth::kNone) mode = SSL_VERIFY_NONE;
    if (config.client_auth == ClientAuth::kRequired) mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  }
  SSL_CTX_set_verify(context, mode, nullptr);
}

// A resumed session skips the client's certificate, so a ticket ends with the certificate that it was given
// for. Tickets of another context are those of other keys and do not decrypt.
SSL_TICKET_RETURN on_ticket(SSL*, SSL_SESSION* session, const unsigned char*, size_t,
                            SSL_TICKET_STATUS status, void*) {
  if (status == SSL_TICKET_EMPTY || status == SSL_TICKET_NO_DECRYPT) return SSL_TICKET_RETURN_IGNORE_RENEW;
  if (status != SSL_TICKET_SUCCESS && status != SSL_TICKET_SUCCESS_RENEW) return SSL_TICKET_RETURN_ABORT;
  const X509* peer = SSL_SESSION_get0_peer(session);
  if (peer != nullptr && X509_cmp_current_time(X509_get0_notAfter(peer)) <= 0) {
    return SSL_TICKET_RETURN_IGNORE_RENEW;
  }
  return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW;
}

// Sessions live in tickets that the clients keep; the node remembers none. The keys of the tickets are made
// with the SSL_CTX and never leave it: a new context, for new files or once a day, is new keys.
void set_resumption(SSL_CTX* context, const TlsConfig& config, TlsContext::Side side) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  if (side == TlsContext::Side::kClient) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    return;
  }
  const std::string name = config.subject + "\n" + config.key_prefix;
  uint8_t id[SHA256_DIGEST_LENGTH];
  SHA256(as_bytes(name).data(), name.size(), id);
  CHECK(SSL_CTX_set_session_id_context(context, id, sizeof id) == 1);
  // One instead of two per handshake: with client certificates, which are in them, they are kilobytes.
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_session_ticket_cb(context, nullptr, &on_ticket, nullptr);
}

Failure no_key(const TlsConfig& config) {
  return tls_failure(
      config, "ssl.keystore.location",
      "it is not set, but " + config.subject +
          " speaks TLS and needs a private key with its certificate; set it to a PEM, PKCS12 or "
          "JKS file, or set " +
          full_key(config, "ssl.keystore.key") + " and " +
          full_key(config, "ssl.keystore.certificate.chain"));
}

std::string public_trust(const TlsConfig& config) {
  return full_key(config, "ssl.truststore.location") +
         ": it is not set, so that clients with a certificate of any authority that the system trusts are "
         "let "
         "in; set it to the certificates of your own";
}

void append(std::vector<std::string>& all, std::vector<std::string> more) {
  std::ranges::move(more, std::back_inserter(all));
}

}  // namespace

Result<std::shared_ptr<const TlsContext>, Failure> TlsContext::make(const TlsConfig& config, Side side,
                                                                    int64_t now_ms) {
  ERR_clear_error();
  const std::shared_ptr<TlsContext> made(new TlsContext);
  made->config_ = config;
  made->side_ = side;
  made->context_.reset(SSL_CTX_new(side == Side::kServer ? TLS_server_method() : TLS_client_method()));
  SSL_CTX* context = made->context_.get();
  if (context == nullptr) return Error{Failure{"OpenSSL cannot be used: " + take_openssl_errors()}};

  auto warnings = apply_tls_settings(context, config);
  if (!warnings) return Error{std::move(warnings).error()};
  append(made->warnings_, std::move(*warnings));

  auto materials = read_tls_materials(config);
  if (!materials) return Error{std::move(materials).error()};
  made->fingerprint_ = materials->fingerprint;
  if (materials->key) {
    for (const CertificatePtr& certificate : materials->key->chain) {
      made->own_chain_.push_back(facts_of(certificate.get()));
    }
    if (auto failure = install_key(context, config, *materials->key)) return Error{std::move(*failure)};
    if (auto failure = find_wrong_time(config, made->own_chain_.front(), now_ms)) return Error{*failure};
    append(made->warnings_,
           warnings_of_own(config, side, made->own_chain_, materials->key->chain.front().get(), now_ms));
    if (auto missing = find_missing_issuer(config, *materials)) made->warnings_.push_back(*missing);
  } else if (side == Side::kServer) {
    return Error{no_key(config)};
  }
  if (side == Side::kServer && config.client_auth != ClientAuth::kNone && !materials->trusted) {
    made->warnings_.push_back(public_trust(config));
  }
  install_trust(context, config, side, materials->trusted);
  set_resumption(context, config, side);

  auto useless = check_cipher_suites(context, config);
  if (!useless) return Error{std::move(useless).error()};
  append(made->warnings_, std::move(*useless));
  ERR_clear_error();
  return std::shared_ptr<const TlsContext>(made);
}

}  // namespace klamm::security
