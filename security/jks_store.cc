#include "security/jks_store.h"

#include <openssl/pkcs12.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <memory>

#include "base/check.h"
#include "protocol/reader.h"
#include "security/store_parts.h"

namespace klamm::security {
namespace {

constexpr size_t kDigestSize = 20;
constexpr uint32_t kKeyTag = 1;
constexpr uint32_t kTrustedTag = 2;
// A trusted certificate of no bytes in version 1, with its tag, alias, time and size.
constexpr size_t kEntrySizeMin = 4 + 2 + 8 + 4;
constexpr size_t kCertificateSizeMin = 4;
constexpr std::string_view kKeyProtector = "1.3.6.1.4.1.42.2.17.1.1";

using Digest = std::array<uint8_t, kDigestSize>;

struct KeyEntry {
  std::string alias;
  ByteView protected_key;
  std::vector<CertificatePtr> chain;
};

struct Entries {
  std::vector<KeyEntry> keys;
  std::vector<CertificatePtr> trusted;
};

Digest sha1(std::initializer_list<ByteView> parts) {
  const std::unique_ptr<EVP_MD_CTX, OpensslFree<&EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  CHECK(EVP_DigestInit_ex(context.get(), EVP_sha1(), nullptr) == 1);
  for (const ByteView part : parts) CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  Digest digest;
  CHECK(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1);
  return digest;
}

// Java's characters, most significant byte first.
SecretBytes utf16(const std::string& password) {
  unsigned char* units = nullptr;
  int size = 0;
  OPENSSL_utf82uni(password.data(), static_cast<int>(password.size()), &units, &size);
  if (units == nullptr) return {};
  // OpenSSL ends it with a zero.
  SecretBytes text(ByteView(units, static_cast<size_t>(std::max(size - 2, 0))));
  OPENSSL_clear_free(units, static_cast<size_t>(size));
  return text;
}

Result<CertificatePtr, StoreError> read_certificate(protocol::Reader& reader, uint32_t version,
                                                    const std::string& alias) {
  if (version == 2) {
    const std::string_view type = as_text(reader.raw(reader.u16()));
    if (reader.ok() && type != "X.509") {
      return malformed("its entry " + quoted(alias) + " has a certificate of type " + quoted(type) +
                       ", not X.509");
    }
  }
  const ByteView der = reader.raw(reader.u32());
  if (!reader.ok()) return malformed("it is cut off in its entry " + quoted(alias));
  CertificatePtr certificate = decode_certificate(der);
  if (certificate == nullptr) {
    return malformed("a certificate of its entry " + quoted(alias) + " cannot be read (" +
                     take_openssl_errors() + ")");
  }
  return certificate;
}

Result<KeyEntry, StoreError> read_key_entry(protocol::Reader& reader, uint32_t version, std::string alias) {
  KeyEntry entry{std::move(alias), reader.raw(reader.u32()), {}};
  const uint32_t count = reader.u32();
  if (!reader.ok() || count > reader.remaining() / kCertificateSizeMin) {
    return malformed("it is cut off in its entry " + quoted(entry.alias));
  }
  for (uint32_t number = 0; number < count; ++number) {
    auto certificate = read_certificate(reader, version, entry.alias);
    if (!certificate) return Error{std::move(certificate).error()};
    entry.chain.push_back(std::move(*certificate));
  }
  return entry;
}

Result<Entries, StoreError> read_entries(protocol::Reader& reader, uint32_t version, uint32_t count) {
  Entries entries;
  for (uint32_t number = 0; number < count; ++number) {
    const uint32_t tag = reader.u32();
    std::string alias(as_text(reader.raw(reader.u16())));
    reader.raw(8);
    if (!reader.ok()) return malformed("it is cut off");
    if (tag == kKeyTag) {
      auto entry = read_key_entry(reader, version, std::move(alias));
      if (!entry) return Error{std::move(entry).error()};
      entries.keys.push_back(std::move(*entry));
    } else if (tag == kTrustedTag) {
      auto certificate = read_certificate(reader, version, alias);
      if (!certificate) return Error{std::move(certificate).error()};
      entries.trusted.push_back(std::move(*certificate));
    } else {
      return malformed("its entry " + quoted(alias) + " has the unknown tag " + std::to_string(tag));
    }
  }
  return entries;
}

// The shape first, then the digest: what is whole and has another digest was opened with a wrong password,
// most likely.
Result<Entries, StoreError> open_store(ByteView bytes, const std::optional<std::string>& password) {
  if (bytes.size() < 12 + kDigestSize) return malformed("it is cut off");
  const ByteView body = bytes.first(bytes.size() - kDigestSize);
  protocol::Reader reader(body);
  const uint32_t magic = reader.u32();
  const uint32_t version = reader.u32();
  const uint32_t count = reader.u32();
  if (magic != kJksMagic) return malformed("it is not a JKS store");
  if (version != 1 && version != 2) {
    return malformed("it is a JKS store of version " + std::to_string(version) + ", and 1 and 2 are known");
  }
  if (count > reader.remaining() / kEntrySizeMin) {
    return malformed("it is cut off: " + std::to_string(count) + " entries do not fit into its " +
                     std::to_string(bytes.size()) + " bytes");
  }
  auto entries = read_entries(reader, version, count);
  if (!entries) return entries;
  if (reader.remaining() != 0) return malformed("it has bytes behind its last entry that belong to nothing");
  if (!password) return entries;

  const Digest expected = sha1({utf16(*password), as_bytes("Mighty Aphrodite"), body});
  if (CRYPTO_memcmp(expected.data(), bytes.last(kDigestSize).data(), kDigestSize) != 0) {
    return wrong_password("the password is not that of the store, or the store was changed");
  }
  return entries;
}

// Salt, then the key under a stream of digests that begins with the salt, then a digest of the plain key.
std::optional<SecretBytes> unprotect(ByteView text, const std::string& password) {
  const SecretBytes words = utf16(password);
  const ByteView salt = text.first(kDigestSize);
  const ByteView proof = text.last(kDigestSize);
  SecretBytes plain(text.subspan(kDigestSize, text.size() - 2 * kDigestSize));
  Digest stream;
  std::copy(salt.begin(), salt.end(), stream.begin());
  for (size_t at = 0; at < plain.size(); ++at) {
    if (at % kDigestSize == 0) stream = sha1({words, stream});
    plain[at] ^= stream[at % kDigestSize];
  }
  OPENSSL_cleanse(stream.data(), stream.size());
  const Digest expected = sha1({words, plain});
  if (CRYPTO_memcmp(expected.data(), proof.data(), kDigestSize) != 0) return std::nullopt;
  return plain;
}

Result<KeyPtr, StoreError> recover_key(const KeyEntry& entry, const std::optional<std::string>& password) {
  const std::string its_key = "its key " + quoted(entry.alias);
  const uint8_t* at = entry.protected_key.data();
  const std::unique_ptr<X509_SIG, OpensslFree<&X509_SIG_free>> envelope(
      d2i_X509_SIG(nullptr, &at, static_cast<long>(entry.protected_key.size())));
  if (envelope == nullptr) return malformed(its_key + " cannot be read (" + take_openssl_errors() + ")");
  const X509_ALGOR* algorithm = nullptr;
  const ASN1_OCTET_STRING* content = nullptr;
  X509_SIG_get0(envelope.get(), &algorithm, &content);
  char name[80] = {};
  OBJ_obj2txt(name, sizeof name, algorithm->algorithm, 1);
  if (name != kKeyProtector) {
    return malformed(its_key + " is protected with " + quoted(name) + ", not with JKS's own protector");
  }
  const ByteView text(ASN1_STRING_get0_data(content), static_cast<size_t>(ASN1_STRING_length(content)));
  if (text.size() < 2 * kDigestSize) return malformed(its_key + " is cut off");
  if (!password) return wrong_password(its_key + " is protected, and no password is given");

  const auto plain = unprotect(text, *password);
  if (!plain) return wrong_password("the password is not that of " + its_key);
  KeyPtr key = decode_key(*plain);
  if (key == nullptr) return malformed(its_key + " is none that is known (" + take_openssl_errors() + ")");
  return key;
}

}  // namespace

Result<KeyMaterial, StoreError> read_jks_key_store(ByteView bytes,
                                                   const std::optional<std::string>& store_password,
                                                   const std::optional<std::string>& key_password) {
  auto entries = open_store(bytes, store_password);
  if (!entries) return Error{std::move(entries).error()};
  if (entries->keys.empty()) {
    return store_error(StoreError::Kind::kNoKey,
                       entries->trusted.empty() ? "it is an empty store"
                                                : "it has only trusted certificates, no private key");
  }
  const auto entry = std::min_element(
      entries->keys.begin(), entries->keys.end(),
      [](const KeyEntry& a, const KeyEntry& b) { return lower_case(a.alias) < lower_case(b.alias); });
  auto key = recover_key(*entry, key_password ? key_password : store_password);
  if (!key) return Error{std::move(key).error()};
  return assemble(std::move(*key), std::move(entry->chain), Strangers::kKept);
}

Result<std::vector<CertificatePtr>, StoreError> read_jks_trust_store(
    ByteView bytes, const std::optional<std::string>& password) {
  auto entries = open_store(bytes, password);
  if (!entries) return Error{std::move(entries).error()};
  std::vector<CertificatePtr> trusted = std::move(entries->trusted);
  for (KeyEntry& key : entries->keys) {
    if (!key.chain.empty()) trusted.push_back(std::move(key.chain.front()));
  }
  if (trusted.empty()) return store_error(StoreError::Kind::kNoCertificate, "it has no certificate");
  return trusted;
}

}  // namespace klamm::security
