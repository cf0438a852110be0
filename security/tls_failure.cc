#include "security/tls_failure.h"

#include <openssl/err.h>

#include <string_view>

#include "security/certificate_facts.h"
#include "security/cipher_names.h"
#include "security/peer_text.h"
#include "security/tls_materials.h"
#include "security/tls_settings.h"

namespace klamm::security {

namespace {

bool is_server(const TlsFailureFacts& facts) { return facts.context.side() == TlsContext::Side::kServer; }

// "the client", "the server "broker-1"".
std::string peer_of(const TlsFailureFacts& facts) {
  return is_server(facts) ? "the client" : "the server " + quote_peer(facts.host);
}

std::string key_of(const TlsFailureFacts& facts, std::string_view key) {
  return full_key(facts.context.config(), key);
}

std::string enabled_protocols(const TlsFailureFacts& facts) {
  return key_of(facts, "ssl.enabled.protocols") + "=" + joined(facts.context.config().protocols);
}

// Where the certificate of an authority has to be put for us to trust it.
std::string own_trust(const TlsFailureFacts& facts) {
  const TlsStore& store = facts.context.config().trust_store;
  if (store.location) return key_of(facts, "ssl.truststore.location") + " (" + *store.location + ")";
  if (store.inline_certificates) return key_of(facts, "ssl.truststore.certificates");
  return key_of(facts, "ssl.truststore.location") + ", which is not set, so that the system's are trusted";
}

std::string own_certificate(const TlsFailureFacts& facts) {
  const X509* own = SSL_CTX_get0_certificate(facts.context.get());
  if (own == nullptr) return "this node's certificate";
  return "this node's certificate " + quote_peer(subject_of(own)) + ", issued by " +
         quote_peer(issuer_of(own));
}

std::string own_names(const TlsFailureFacts& facts) {
  const X509* own = SSL_CTX_get0_certificate(facts.context.get());
  return own == nullptr ? "\"\"" : quote_peer(alternative_names_of(own));
}

// As they stand in the ClientHello; OpenSSL's own list of them comes too late for TLS 1.3.
std::string offered_suites(SSL* ssl) {
  unsigned char* raw = nullptr;
  const long size = SSL_get0_raw_cipherlist(ssl, &raw);
  std::vector<std::string> names;
  for (long at = 0; raw != nullptr && at + 1 < size; at += 2) {
    std::string name = standard_name_of(SSL_CIPHER_find(ssl, raw + at));
    const bool is_signal = name.ends_with("_SCSV");
    if (!name.empty() && !is_signal) names.push_back(std::move(name));
  }
  return names.empty() ? "" : ", but " + quote_peer(names);
}

std::string no_common_suite(const TlsFailureFacts& facts) {
  const std::string key = key_of(facts, "ssl.cipher.suites");
  const bool is_configured = !facts.context.config().cipher_suites.empty();
  const X509* own = SSL_CTX_get0_certificate(facts.context.get());
  const char* type = own == nullptr ? nullptr : EVP_PKEY_get0_type_name(X509_get0_pubkey(own));
  return "the client offers none of " +
         (is_configured ? key : "the cipher suites that this node accepts by default") +
         offered_suites(facts.ssl) + "; add one of these to " + key + ", or more to the client's (" +
         enabled_protocols(facts) +
         (type == nullptr ? "" : std::string(", the node's key is of type ") + type) + ")";
}

std::string no_common_protocol(const TlsFailureFacts& facts) {
  if (!is_server(facts)) {
    return peer_of(facts) + " speaks none of " + enabled_protocols(facts) +
           "; enable one of them there, or one of its own here";
  }
  std::string offered;
  switch (SSL_client_version(facts.ssl)) {
    case TLS1_VERSION:
      offered = " (it speaks TLSv1 at most)";
      break;
    case TLS1_1_VERSION:
      offered = " (it speaks TLSv1.1 at most)";
      break;
    default:
      break;
  }
  return "the client offers none of " + enabled_protocols(facts) + offered +
         "; enable one of them in the client (its ssl.enabled.protocols), or one of the client's here";
}

std::string no_client_certificate(const TlsFailureFacts& facts) {
  return "the client sent no certificate, but " + key_of(facts, "ssl.client.auth") +
         "=required; give the client a key store (its ssl.keystore.location), or set " +
         key_of(facts, "ssl.client.auth") + "=requested to let in those without";
}

std::string not_trusted_by_peer(const TlsFailureFacts& facts) {
  return peer_of(facts) + " does not trust " + own_certificate(facts) +
         "; put the certificate of that issuer into " +
         (is_server(facts) ? "the client's trust store" : "the trust store of its listener") +
         " (its ssl.truststore.location)";
}

// Java sends the same alert for an issuer that it does not know and for a name that does not fit.
std::string not_accepted_by_peer(const TlsFailureFacts& facts) {
  const std::string text = peer_of(facts) + " does not accept " + own_certificate(facts);
  if (!is_server(facts)) return text + "; its log says why, usually because it does not trust the issuer";
  return text + ", for the names " + own_names(facts) +
         "; put the certificate of that issuer into the client's trust store (its ssl.truststore.location), "
         "or "
         "let it connect to one of these names";
}

std::string no_own_certificate(const TlsFailureFacts& facts) {
  return peer_of(facts) + " wants a certificate of this node; set " + key_of(facts, "ssl.keystore.location") +
         " to one that it trusts";
}

std::string text_of_alert(const TlsFailureFacts& facts, int alert) {
  const bool has_certificate = SSL_CTX_get0_certificate(facts.context.get()) != nullptr;
  switch (alert) {
    case SSL_AD_UNKNOWN_CA:
      return not_trusted_by_peer(facts);
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
      return has_certificate ? not_accepted_by_peer(facts) : no_own_certificate(facts);
    case SSL_AD_CERTIFICATE_EXPIRED:
      return peer_of(facts) + " says that " + own_certificate(facts) +
             ", or one above it, has expired; renew it, or correct the clock there";
    case SSL_AD_CERTIFICATE_REVOKED:
      return peer_of(facts) + " says that " + own_certificate(facts) + " is revoked; have a new one issued";
    case SSL_AD_CERTIFICATE_REQUIRED:
      return no_own_certificate(facts);
    case SSL_AD_PROTOCOL_VERSION:
      return no_common_protocol(facts);
    case SSL_AD_HANDSHAKE_FAILURE:
    case SSL_AD_INSUFFICIENT_SECURITY:
      return peer_of(facts) + " found no cipher suite, or no kind of key, that both sides accept" +
             (is_server(facts) || has_certificate ? "" : ", or wants a certificate of this node") +
             "; compare its ssl.cipher.suites and ssl.enabled.protocols with " + enabled_protocols(facts);
    default:
      return peer_of(facts) + " ended the connection with the alert \"" + SSL_alert_desc_string_long(alert) +
             "\"; its log may say more";
  }
}

// "the client's certificate "CN=a"", or one in the middle of its chain.
std::string certificate_text(const TlsFailureFacts& facts, const VerifyTrouble& trouble) {
  return "the certificate " + quote_peer(trouble.subject) +
         (trouble.depth > 0 ? " in the chain of " : " of ") + peer_of(facts);
}

std::string not_trusted(const TlsFailureFacts& facts, const VerifyTrouble& trouble) {
  return certificate_text(facts, trouble) + ", issued by " + quote_peer(trouble.issuer) +
         ", is not trusted; put the certificate of that issuer into " + own_trust(facts) +
         ", or the ones in between into the chain that " + peer_of(facts) + " sends";
}

std::string wrong_host(const TlsFailureFacts& facts, const VerifyTrouble& trouble) {
  const std::string names = trouble.names.empty() ? quote_peer(trouble.subject) : quote_peer(trouble.names);
  return certificate_text(facts, trouble) + " is for other names: " + names +
         "; have it issued with that name too, connect to one of these, or set " +
         key_of(facts, "ssl.endpoint.identification.algorithm") + " to nothing, which checks no names";
}

std::string text_of_trouble(const TlsFailureFacts& facts, const VerifyTrouble& trouble) {
  const std::string what = certificate_text(facts, trouble);
  switch (trouble.error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return what + " has expired on " + utc_text(trouble.not_after_ms) + "; have a new one issued for it";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return what + " is not valid before " + utc_text(trouble.not_before_ms) +
             "; correct the clock of this node, or of who issued it";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
      return not_trusted(facts, trouble);
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return wrong_host(facts, trouble);
    case X509_V_ERR_INVALID_PURPOSE:
      return what + " is not meant for TLS " + (is_server(facts) ? "clients" : "servers") +
             "; have one issued with the extended key usage " +
             (is_server(facts) ? "clientAuth" : "serverAuth");
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return what + " is too weak (" + X509_verify_cert_error_string(trouble.error) +
             "); have one issued with an RSA key of 2048 bits or an EC key, signed with SHA-256";
    default:
      return what + ", issued by " + quote_peer(trouble.issuer) +
             ", is refused: " + X509_verify_cert_error_string(trouble.error);
  }
}

}  // namespace

VerifyTrouble VerifyTrouble::of(X509_STORE_CTX* verification) {
  VerifyTrouble trouble;
  trouble.error = X509_STORE_CTX_get_error(verification);
  trouble.depth = X509_STORE_CTX_get_error_depth(verification);
  const X509* certificate = X509_STORE_CTX_get_current_cert(verification);
  if (certificate == nullptr) return trouble;
  CertificateFacts facts = facts_of(certificate);
  trouble.subject = std::move(facts.subject);
  trouble.issuer = issuer_of(certificate);
  trouble.not_before_ms = facts.not_before_ms;
  trouble.not_after_ms = facts.not_after_ms;
  trouble.names = std::move(facts.names);
  return trouble;
}

std::string take_tls_failure(const TlsFailureFacts& facts) {
  const unsigned long code = ERR_peek_last_error();
  const std::string details = take_openssl_errors();
  const int reason = ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
  if (reason > SSL_AD_REASON_OFFSET) return text_of_alert(facts, reason - SSL_AD_REASON_OFFSET);
  switch (reason) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
      if (facts.trouble) return text_of_trouble(facts, *facts.trouble);
      break;
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return no_client_certificate(facts);
    case SSL_R_NO_SHARED_CIPHER:
      return no_common_suite(facts);
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_VERSION_TOO_HIGH:
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_WRONG_SSL_VERSION:
    case SSL_R_UNSUPPORTED_SSL_VERSION:
      return no_common_protocol(facts);
    case SSL_R_NO_SUITABLE_GROUPS:
    case SSL_R_NO_SUITABLE_KEY_SHARE:
    case SSL_R_NO_SHARED_GROUPS:
      return peer_of(facts) + " offers none of the groups X25519, P-256 and P-384; let it offer one of them";
    case SSL_R_EXCESSIVE_MESSAGE_SIZE:
      return peer_of(facts) +
             " sent a message of the handshake that is too long; shorten its chain of certificates";
    default:
      break;
  }
  return peer_of(facts) + " and this node do not understand each other's TLS: " +
         (details.empty() ? std::string("no reason is known") : details);
}

std::string ended_by_peer(const TlsFailureFacts& facts, bool has_sent_something) {
  if (!is_server(facts)) {
    return peer_of(facts) +
           " closed the connection during the handshake; see whether its listener speaks TLS, "
           "and what its log says";
  }
  if (!has_sent_something) {
    return "the client closed the connection before it sent anything; that is what checks of the port do";
  }
  return "the client closed the connection during the handshake; its log may say why, often it does not "
         "trust " +
         own_certificate(facts);
}

}  // namespace klamm::security
