#include "security/cipher_names.h"

#include <algorithm>
#include <string_view>

#include "security/openssl.h"
#include "security/peer_text.h"

namespace klamm::security {

namespace {

constexpr std::string_view kRenegotiationSignal = "TLS_EMPTY_RENEGOTIATION_INFO_SCSV";
constexpr char kAllOfTls13[] =
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:"
    "TLS_AES_128_CCM_8_SHA256";

struct KnownSuite {
  std::string standard_name;
  std::string openssl_name;
  bool is_tls13;
};

// All that the library has, the weak ones too: a name that is known but not usable is another mistake than
// one that does not exist.
std::vector<KnownSuite> list_known_suites() {
  const SslContextPtr context(SSL_CTX_new(TLS_method()));
  CHECK(context != nullptr);
  SSL_CTX_set_security_level(context.get(), 0);
  CHECK(SSL_CTX_set_cipher_list(context.get(), "ALL:COMPLEMENTOFALL") == 1);
  CHECK(SSL_CTX_set_ciphersuites(context.get(), kAllOfTls13) == 1);
  const STACK_OF(SSL_CIPHER)* ciphers = SSL_CTX_get_ciphers(context.get());
  std::vector<KnownSuite> suites;
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(ciphers, i);
    suites.push_back({standard_name_of(cipher), SSL_CIPHER_get_name(cipher), is_tls13(cipher)});
  }
  return suites;
}

const std::vector<KnownSuite>& known_suites() {
  static const std::vector<KnownSuite> suites = list_known_suites();
  return suites;
}

// Java writes SSL_ in front of the suites that are older than TLS 1.0.
std::string without_old_prefix(const std::string& name) {
  return name.starts_with("SSL_") ? "TLS_" + name.substr(4) : name;
}

}  // namespace

Result<CipherSuites, Failure> cipher_suites_from(const std::vector<std::string>& names) {
  CipherSuites lists;
  for (const std::string& name : names) {
    if (name == kRenegotiationSignal) continue;
    const std::string standard_name = without_old_prefix(name);
    const auto known = std::ranges::find_if(known_suites(), [&](const KnownSuite& suite) {
      return suite.standard_name == standard_name || suite.openssl_name == name;
    });
    if (known == known_suites().end()) {
      return Error{Failure{quote_peer(name) + " is not the name of a cipher suite; write it as Java does "
                                              "(TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256) or as OpenSSL does "
                                              "(ECDHE-RSA-AES128-GCM-SHA256), separated by commas"}};
    }
    std::string& list = known->is_tls13 ? lists.tls13 : lists.tls12;
    list += (list.empty() ? "" : ":") + known->openssl_name;
  }
  return lists;
}

std::string standard_name_of(const SSL_CIPHER* cipher) {
  const char* name = cipher == nullptr ? nullptr : SSL_CIPHER_standard_name(cipher);
  return name == nullptr ? "" : name;
}

bool is_tls13(const SSL_CIPHER* cipher) {
  return std::string_view(SSL_CIPHER_get_version(cipher)) == "TLSv1.3";
}

}  // namespace klamm::security
