#include "tests/security/jks_writer.h"

#include <openssl/evp.h>

#include <initializer_list>
#include <memory>

#include "base/check.h"
#include "security/openssl.h"

namespace klamm::security {
namespace {

constexpr uint32_t kMagic = 0xFEEDFEED;
constexpr uint64_t kCreatedMs = kYear2020Ms;
constexpr size_t kDigestSize = 20;
constexpr const char* kKeyProtector = "1.3.6.1.4.1.42.2.17.1.1";

Bytes sha1(std::initializer_list<ByteView> parts) {
  std::unique_ptr<EVP_MD_CTX, OpensslFree<&EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  CHECK(EVP_DigestInit_ex(context.get(), EVP_sha1(), nullptr) == 1);
  for (ByteView part : parts) CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  Bytes digest(kDigestSize);
  CHECK(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1);
  return digest;
}

Bytes utf16(std::string_view ascii) {
  Bytes units;
  for (char letter : ascii) {
    CHECK(static_cast<uint8_t>(letter) < 0x80);
    units.push_back(0);
    units.push_back(static_cast<uint8_t>(letter));
  }
  return units;
}

Bytes key_der(EVP_PKEY& key) {
  std::unique_ptr<PKCS8_PRIV_KEY_INFO, OpensslFree<&PKCS8_PRIV_KEY_INFO_free>> info(EVP_PKEY2PKCS8(&key));
  CHECK(info != nullptr);
  Bytes der(static_cast<size_t>(i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr)));
  uint8_t* at = der.data();
  i2d_PKCS8_PRIV_KEY_INFO(info.get(), &at);
  return der;
}

}  // namespace

JksWriter& JksWriter::key(std::string_view alias, const Identity& identity, std::string_view password) {
  return key(alias, protect(*identity.key, password), identity.chain());
}

JksWriter& JksWriter::key(std::string_view alias, const Bytes& protected_key,
                          const std::vector<X509*>& chain) {
  begin(1, alias);
  put_u32(static_cast<uint32_t>(protected_key.size()));
  entries_.insert(entries_.end(), protected_key.begin(), protected_key.end());
  put_u32(static_cast<uint32_t>(chain.size()));
  for (X509* certificate : chain) put_certificate(*certificate);
  return *this;
}

JksWriter& JksWriter::trusted(std::string_view alias, X509& certificate) {
  begin(2, alias);
  put_certificate(certificate);
  return *this;
}

Bytes JksWriter::body() const {
  Bytes bytes(12);
  store_be32(bytes.data(), kMagic);
  store_be32(bytes.data() + 4, version_);
  store_be32(bytes.data() + 8, count_);
  bytes.insert(bytes.end(), entries_.begin(), entries_.end());
  return bytes;
}

Bytes JksWriter::sealed(std::string_view store_password) const { return seal(body(), store_password); }

Bytes JksWriter::seal(Bytes body, std::string_view store_password) {
  const Bytes digest = sha1({utf16(store_password), as_bytes("Mighty Aphrodite"), body});
  body.insert(body.end(), digest.begin(), digest.end());
  return body;
}

// Salt, then the key under a stream of digests that begins with the salt, then a digest of the plain key.
Bytes JksWriter::protect(EVP_PKEY& key, std::string_view password) {
  const Bytes words = utf16(password);
  const Bytes plain = key_der(key);
  Bytes text(kDigestSize, 0x5A);
  Bytes digest = text;
  for (size_t at = 0; at < plain.size(); ++at) {
    if (at % kDigestSize == 0) digest = sha1({words, digest});
    text.push_back(plain[at] ^ digest[at % kDigestSize]);
  }
  const Bytes proof = sha1({words, plain});
  text.insert(text.end(), proof.begin(), proof.end());

  std::unique_ptr<X509_SIG, OpensslFree<&X509_SIG_free>> envelope(X509_SIG_new());
  X509_ALGOR* algorithm = nullptr;
  ASN1_OCTET_STRING* content = nullptr;
  X509_SIG_getm(envelope.get(), &algorithm, &content);
  CHECK(X509_ALGOR_set0(algorithm, OBJ_txt2obj(kKeyProtector, 1), V_ASN1_NULL, nullptr) == 1);
  CHECK(ASN1_OCTET_STRING_set(content, text.data(), static_cast<int>(text.size())) == 1);
  Bytes der(static_cast<size_t>(i2d_X509_SIG(envelope.get(), nullptr)));
  uint8_t* at = der.data();
  i2d_X509_SIG(envelope.get(), &at);
  return der;
}

void JksWriter::put_u16(uint32_t value) {
  entries_.push_back(static_cast<uint8_t>(value >> 8));
  entries_.push_back(static_cast<uint8_t>(value));
}

void JksWriter::put_u32(uint32_t value) {
  put_u16(value >> 16);
  put_u16(value & 0xFFFF);
}

void JksWriter::put_text(std::string_view text) {
  put_u16(static_cast<uint32_t>(text.size()));
  entries_.insert(entries_.end(), text.begin(), text.end());
}

void JksWriter::put_certificate(X509& certificate) {
  if (version_ == 2) put_text("X.509");
  Bytes der(static_cast<size_t>(i2d_X509(&certificate, nullptr)));
  uint8_t* at = der.data();
  i2d_X509(&certificate, &at);
  put_u32(static_cast<uint32_t>(der.size()));
  entries_.insert(entries_.end(), der.begin(), der.end());
}

void JksWriter::begin(uint32_t tag, std::string_view alias) {
  ++count_;
  put_u32(tag);
  put_text(alias);
  put_u32(static_cast<uint32_t>(kCreatedMs >> 32));
  put_u32(static_cast<uint32_t>(kCreatedMs));
}

}  // namespace klamm::security
