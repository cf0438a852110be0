// Certificates: a small public key infrastructure for tests, made in memory: a root, an intermediate that it
// signed, and as many leaves as a test asks for, in each of the forms in which operators have them.
//
//   Certificates certificates;
//   const Identity broker = certificates.leaf("CN=broker-0,OU=kafka", {.dns = {"broker-0"}});
//   write("broker.pem", to_pem(broker));
//   write("broker.p12", to_pkcs12(broker, "secret"));
//   write("broker.jks", to_jks(broker, "secret"));
//   write("ca.pem", certificate_pem(certificates.root()));
//
// What is not said in CertificateOptions is good for a server and a client, and valid from 2020 to 2100,
// so that no test depends on the day on which it runs. Key pairs on P-256 cost 0.1 ms, RSA ones 100 ms.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace klamm::security {

inline constexpr int64_t kYear2020Ms = 1'577'836'800'000;
inline constexpr int64_t kYear2100Ms = 4'102'444'800'000;

// A private key, its certificate, and those above it: its issuer's first, the root's last. A self-signed
// one has nothing above it. Copies share the objects, which nobody changes.
struct Identity {
  std::shared_ptr<EVP_PKEY> key;
  std::shared_ptr<X509> certificate;
  std::vector<std::shared_ptr<X509>> issuers;

  // What a server sends: its own certificate first, the root left out.
  std::vector<X509*> chain() const;
  // Its serial number in hexadecimal and its subject as RFC 2253 has it, as they are shown to operators.
  std::string serial() const;
  std::string subject() const;
};

enum class KeyType { kEc, kRsa };  // P-256, RSA of 2048 bits

struct CertificateOptions {
  std::vector<std::string> dns = {};  // subject alternative names; without any, the extension is left out
  std::vector<std::string> ip = {};
  int64_t not_before_ms = kYear2020Ms;
  int64_t not_after_ms = kYear2100Ms;
  KeyType key = KeyType::kEc;
  bool is_ca = false;
  // serverAuth and clientAuth unless said otherwise; empty: the extension is left out.
  std::string extended_key_usage = "serverAuth,clientAuth";
};

class Certificates {
 public:
  // `name` sets one authority apart from another: "CN=<name> Root" and "CN=<name> Intermediate".
  explicit Certificates(const std::string& name = "Klamm Test");

  const Identity& root() const { return root_; }
  const Identity& intermediate() const { return intermediate_; }
  // What to trust to accept every leaf.
  const Identity& ca() const { return root_; }

  // Signed by the intermediate. `subject` is as RFC 2253 has it: "CN=broker-0,OU=kafka,O=Klamm", with a
  // backslash before a comma that belongs to a value.
  Identity leaf(std::string_view subject, const CertificateOptions& options = {});
  // Signed by whom the test says.
  static Identity issue(const Identity& issuer, std::string_view subject,
                        const CertificateOptions& options = {});
  static Identity self_signed(std::string_view subject, const CertificateOptions& options = {});

 private:
  Identity root_;
  Identity intermediate_;
};

std::string certificate_pem(const X509& certificate);
std::string certificate_pem(const Identity& identity);  // its own certificate only
std::string chain_pem(const Identity& identity);        // chain(), one after the other

enum class KeyForm {
  kPkcs8,        // BEGIN PRIVATE KEY, or BEGIN ENCRYPTED PRIVATE KEY with a password
  kTraditional,  // BEGIN EC PRIVATE KEY and the like; with a password, DEK-Info
};
std::string key_pem(const Identity& identity, const std::optional<std::string>& password = std::nullopt,
                    KeyForm form = KeyForm::kPkcs8);
// The key as above, then the chain.
std::string to_pem(const Identity& identity, const std::optional<std::string>& key_password = std::nullopt);

struct Pkcs12Options {
  std::string alias = "broker";
  int iterations = 10;       // of the ciphers and of the MAC; what others write is 10,000
  bool is_legacy = false;    // RC2 and 3DES, as OpenSSL 1 and Java 8 have it: needs the legacy provider
  bool with_issuers = true;  // chain(), not the certificate alone
};
Bytes to_pkcs12(const Identity& identity, const std::string& password, const Pkcs12Options& options = {});
// A trust store. As keytool writes it, each entry says that it is trusted; openssl does not.
enum class Pkcs12Writer { kKeytool, kOpenssl };
Bytes trust_pkcs12(const std::vector<X509*>& certificates, const std::string& password,
                   Pkcs12Writer writer = Pkcs12Writer::kKeytool);

// A JKS of one key entry; jks_writer.h has what else there may be in one.
Bytes to_jks(const Identity& identity, std::string_view store_password,
             const std::optional<std::string>& key_password = std::nullopt);
Bytes trust_jks(const std::vector<X509*>& certificates, std::string_view store_password);

}  // namespace klamm::security
