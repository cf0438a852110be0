#include "tests/security/certificates.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <utility>

#include "base/check.h"
#include "security/openssl.h"
#include "tests/security/jks_writer.h"

namespace klamm::security {
namespace {

struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
using CertificateStack = std::unique_ptr<STACK_OF(X509), FreeStack>;
using Pkcs12Ptr = std::unique_ptr<PKCS12, OpensslFree<&PKCS12_free>>;

std::shared_ptr<EVP_PKEY> new_key(KeyType type) {
  EVP_PKEY* key = type == KeyType::kEc ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048);
  CHECK(key != nullptr);
  return {key, &EVP_PKEY_free};
}

// The parts of "CN=a,O=b" in the order of the text; a backslash takes the next character as it is.
std::vector<std::pair<std::string, std::string>> parts_of(std::string_view subject) {
  std::vector<std::pair<std::string, std::string>> parts;
  std::string name;
  std::string value;
  bool in_value = false;
  for (size_t at = 0; at <= subject.size(); ++at) {
    if (at == subject.size() || subject[at] == ',') {
      CHECK(in_value && !name.empty());
      parts.emplace_back(std::exchange(name, {}), std::exchange(value, {}));
      in_value = false;
      continue;
    }
    if (!in_value && subject[at] == '=') {
      in_value = true;
      continue;
    }
    if (subject[at] == '\\' && at + 1 < subject.size()) ++at;
    (in_value ? value : name) += subject[at];
  }
  return parts;
}

// RFC 2253 writes a name from its end.
void set_subject(X509& certificate, std::string_view subject) {
  X509_NAME* name = X509_get_subject_name(&certificate);
  const auto parts = parts_of(subject);
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    const auto* value = reinterpret_cast<const unsigned char*>(part->second.data());
    CHECK(X509_NAME_add_entry_by_txt(name, part->first.c_str(), MBSTRING_UTF8, value,
                                     static_cast<int>(part->second.size()), -1, 0) == 1);
  }
}

void set_serial(X509& certificate) {
  std::unique_ptr<BIGNUM, OpensslFree<&BN_free>> number(BN_new());
  CHECK(BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1);
  CHECK(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr);
}

void add_extension(X509& certificate, X509V3_CTX& context, int nid, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  CHECK(extension != nullptr);
  CHECK(X509_add_ext(&certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

std::string names_of(const CertificateOptions& options) {
  std::string names;
  for (const std::string& dns : options.dns) names += (names.empty() ? "DNS:" : ",DNS:") + dns;
  for (const std::string& ip : options.ip) names += (names.empty() ? "IP:" : ",IP:") + ip;
  return names;
}

void add_extensions(X509& certificate, X509& issuer, const CertificateOptions& options) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  add_extension(certificate, context, NID_basic_constraints,
                options.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  add_extension(certificate, context, NID_key_usage,
                options.is_ca ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature,keyEncipherment");
  add_extension(certificate, context, NID_subject_key_identifier, "hash");
  add_extension(certificate, context, NID_authority_key_identifier, "keyid");
  if (!options.is_ca && !options.extended_key_usage.empty()) {
    add_extension(certificate, context, NID_ext_key_usage, options.extended_key_usage);
  }
  const std::string names = names_of(options);
  if (!names.empty()) add_extension(certificate, context, NID_subject_alt_name, names);
}

// Signed by `issuer`, or by itself.
Identity make(const Identity* issuer, std::string_view subject, const CertificateOptions& options) {
  Identity made{new_key(options.key), {X509_new(), &X509_free}, {}};
  X509& certificate = *made.certificate;
  X509& signer = issuer != nullptr ? *issuer->certificate : certificate;
  X509_set_version(&certificate, X509_VERSION_3);
  set_serial(certificate);
  set_subject(certificate, subject);
  X509_set_issuer_name(&certificate, X509_get_subject_name(&signer));
  ASN1_TIME_set(X509_getm_notBefore(&certificate), options.not_before_ms / 1000);
  ASN1_TIME_set(X509_getm_notAfter(&certificate), options.not_after_ms / 1000);
  X509_set_pubkey(&certificate, made.key.get());
  add_extensions(certificate, signer, options);
  EVP_PKEY* key = issuer != nullptr ? issuer->key.get() : made.key.get();
  CHECK(X509_sign(&certificate, key, EVP_sha256()) > 0);
  if (issuer != nullptr) {
    made.issuers.push_back(issuer->certificate);
    made.issuers.insert(made.issuers.end(), issuer->issuers.begin(), issuer->issuers.end());
  }
  return made;
}

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<size_t>(size)};
}

Bytes der_of(PKCS12& store) {
  Bytes der(static_cast<size_t>(i2d_PKCS12(&store, nullptr)));
  uint8_t* at = der.data();
  i2d_PKCS12(&store, &at);
  return der;
}

// The legacy provider in a context of its own: what is under test must not find it loaded.
class LegacyContext {
 public:
  LegacyContext() { CHECK(legacy_ != nullptr && defaults_ != nullptr); }
  OSSL_LIB_CTX* get() const { return context_.get(); }

 private:
  using ProviderPtr = std::unique_ptr<OSSL_PROVIDER, OpensslFree<&OSSL_PROVIDER_unload>>;

  std::unique_ptr<OSSL_LIB_CTX, OpensslFree<&OSSL_LIB_CTX_free>> context_{OSSL_LIB_CTX_new()};
  ProviderPtr legacy_{OSSL_PROVIDER_load(context_.get(), "legacy")};
  ProviderPtr defaults_{OSSL_PROVIDER_load(context_.get(), "default")};
};

// Sun's trustedKeyUsage with anyExtendedKeyUsage: what Java takes for "this entry is trusted".
void say_trusted(PKCS12_SAFEBAG& bag, const std::string& alias) {
  // With -1 for its size OpenSSL takes the value for an object.
  const auto* any_usage = reinterpret_cast<const unsigned char*>(OBJ_nid2obj(NID_anyExtendedKeyUsage));
  CHECK(PKCS12_add1_attr_by_txt(&bag, "2.16.840.1.113894.746875.1.1", V_ASN1_OBJECT, any_usage, -1) == 1);
  CHECK(PKCS12_add_friendlyname_utf8(&bag, alias.c_str(), -1) == 1);
}

}  // namespace

std::vector<X509*> Identity::chain() const {
  std::vector<X509*> chain{certificate.get()};
  for (const auto& issuer : issuers) {
    if (issuer != issuers.back()) chain.push_back(issuer.get());
  }
  return chain;
}

std::string Identity::serial() const {
  std::unique_ptr<BIGNUM, OpensslFree<&BN_free>> number(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate.get()), nullptr));
  char* text = BN_bn2hex(number.get());
  std::string serial = text;
  OPENSSL_free(text);
  return serial;
}

std::string Identity::subject() const {
  const BioPtr memory(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(memory.get(), X509_get_subject_name(certificate.get()), 0, XN_FLAG_RFC2253);
  return text_of(memory.get());
}

Certificates::Certificates(const std::string& name)
    : root_(self_signed("CN=" + name + " Root", {.is_ca = true})),
      intermediate_(issue(root_, "CN=" + name + " Intermediate", {.is_ca = true})) {}

Identity Certificates::leaf(std::string_view subject, const CertificateOptions& options) {
  return issue(intermediate_, subject, options);
}

Identity Certificates::issue(const Identity& issuer, std::string_view subject,
                             const CertificateOptions& options) {
  return make(&issuer, subject, options);
}

Identity Certificates::self_signed(std::string_view subject, const CertificateOptions& options) {
  return make(nullptr, subject, options);
}

std::string certificate_pem(const X509& certificate) {
  const BioPtr memory(BIO_new(BIO_s_mem()));
  CHECK(PEM_write_bio_X509(memory.get(), &certificate) == 1);
  return text_of(memory.get());
}

std::string certificate_pem(const Identity& identity) { return certificate_pem(*identity.certificate); }

std::string chain_pem(const Identity& identity) {
  std::string text;
  for (const X509* certificate : identity.chain()) text += certificate_pem(*certificate);
  return text;
}

std::string key_pem(const Identity& identity, const std::optional<std::string>& password, KeyForm form) {
  const BioPtr memory(BIO_new(BIO_s_mem()));
  const EVP_CIPHER* cipher = password ? EVP_aes_256_cbc() : nullptr;
  const auto* words = password ? reinterpret_cast<const unsigned char*>(password->data()) : nullptr;
  const int size = password ? static_cast<int>(password->size()) : 0;
  const auto write =
      form == KeyForm::kPkcs8 ? &PEM_write_bio_PrivateKey : &PEM_write_bio_PrivateKey_traditional;
  CHECK(write(memory.get(), identity.key.get(), cipher, words, size, nullptr, nullptr) == 1);
  return text_of(memory.get());
}

std::string to_pem(const Identity& identity, const std::optional<std::string>& key_password) {
  return key_pem(identity, key_password) + chain_pem(identity);
}

Bytes to_pkcs12(const Identity& identity, const std::string& password, const Pkcs12Options& options) {
  std::optional<LegacyContext> legacy;
  if (options.is_legacy) legacy.emplace();
  const CertificateStack others(sk_X509_new_null());
  for (X509* certificate : identity.chain()) {
    if (options.with_issuers && certificate != identity.certificate.get()) {
      sk_X509_push(others.get(), certificate);
    }
  }
  const int for_key = options.is_legacy ? NID_pbe_WithSHA1And3_Key_TripleDES_CBC : 0;
  const int for_certificates = options.is_legacy ? NID_pbe_WithSHA1And40BitRC2_CBC : 0;
  const Pkcs12Ptr store(PKCS12_create_ex(password.c_str(), options.alias.c_str(), identity.key.get(),
                                         identity.certificate.get(), others.get(), for_key, for_certificates,
                                         options.iterations, options.iterations, 0,
                                         legacy ? legacy->get() : nullptr, nullptr));
  CHECK(store != nullptr);
  return der_of(*store);
}

Bytes trust_pkcs12(const std::vector<X509*>& certificates, const std::string& password, Pkcs12Writer writer) {
  STACK_OF(PKCS12_SAFEBAG)* bags = sk_PKCS12_SAFEBAG_new_null();
  int number = 0;
  for (X509* certificate : certificates) {
    PKCS12_SAFEBAG* bag = PKCS12_add_cert(&bags, certificate);
    CHECK(bag != nullptr);
    if (writer == Pkcs12Writer::kKeytool) say_trusted(*bag, "ca" + std::to_string(number++));
  }
  STACK_OF(PKCS7)* safes = nullptr;
  CHECK(PKCS12_add_safe(&safes, bags, NID_aes_256_cbc, 10, password.c_str()) == 1);
  const Pkcs12Ptr store(PKCS12_add_safes(safes, 0));
  CHECK(PKCS12_set_mac(store.get(), password.c_str(), -1, nullptr, 0, 10, EVP_sha256()) == 1);
  sk_PKCS7_pop_free(safes, PKCS7_free);
  sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
  return der_of(*store);
}

Bytes to_jks(const Identity& identity, std::string_view store_password,
             const std::optional<std::string>& key_password) {
  const std::string_view words = key_password ? std::string_view(*key_password) : store_password;
  return JksWriter().key("broker", identity, words).sealed(store_password);
}

Bytes trust_jks(const std::vector<X509*>& certificates, std::string_view store_password) {
  JksWriter writer;
  int number = 0;
  for (X509* certificate : certificates) writer.trusted("ca" + std::to_string(number++), *certificate);
  return writer.sealed(store_password);
}

}  // namespace klamm::security
