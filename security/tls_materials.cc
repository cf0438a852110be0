#include "security/tls_materials.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace klamm::security {

namespace {

// More than any trust store in use; what is larger was named by mistake.
constexpr size_t kStoreSizeMax = 16 * 1024 * 1024;

using DigestPtr = std::unique_ptr<EVP_MD_CTX, OpensslFree<&EVP_MD_CTX_free>>;

// The words of one of the two stores.
struct StoreWords {
  const char* what;
  const char* location;
  const char* type;
  const char* password;
  const char* inline_certificates;
};
constexpr StoreWords kKeyStore = {"key store", "ssl.keystore.location", "ssl.keystore.type",
                                  "ssl.keystore.password", "ssl.keystore.certificate.chain"};
constexpr StoreWords kTrustStore = {"trust store", "ssl.truststore.location", "ssl.truststore.type",
                                    "ssl.truststore.password", "ssl.truststore.certificates"};

class OpenFile {
 public:
  explicit OpenFile(const std::string& path)
      // A pipe without a writer does not hold the node up.
      : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

Failure cannot_read(const std::string& path, int error) {
  std::string text = path + " cannot be read: " + std::strerror(error);
  if (error == ENOENT || error == ENOTDIR) return {text + "; put the file there, or correct the path"};
  if (error == EACCES) {
    return {text + "; let the user under which the node runs read it, and enter the folders above it"};
  }
  return {text};
}

Result<Bytes, Failure> read_file(const std::string& path) {
  const OpenFile file(path);
  struct stat status {};
  if (file.get() < 0 || fstat(file.get(), &status) != 0) return Error{cannot_read(path, errno)};
  if (!S_ISREG(status.st_mode)) return Error{Failure{path + " is not a file; name the file itself"}};
  Bytes bytes;
  uint8_t piece[16 * 1024];
  for (;;) {
    const ssize_t count = ::read(file.get(), piece, sizeof piece);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error{cannot_read(path, errno)};
    if (count == 0) return bytes;
    bytes.insert(bytes.end(), piece, piece + count);
    if (bytes.size() > kStoreSizeMax) {
      return Error{
          Failure{path + " is larger than 16 MiB, which no key or trust store is; correct the path"}};
    }
  }
}

// A file's bytes, or the inline values one after the other.
Result<Bytes, Failure> bytes_of(const TlsStore& store) {
  if (store.location) return read_file(*store.location);
  const std::string text = store.inline_key.value_or("") + "\n" + store.inline_certificates.value_or("");
  const ByteView bytes = as_bytes(text);
  return Bytes(bytes.begin(), bytes.end());
}

void add_to_digest(EVP_MD_CTX* digest, char kind, ByteView bytes) {
  uint8_t head[9] = {static_cast<uint8_t>(kind)};
  store_be64(head + 1, bytes.size());
  EVP_DigestUpdate(digest, head, sizeof head);
  EVP_DigestUpdate(digest, bytes.data(), bytes.size());
}

std::string finish_digest(EVP_MD_CTX* digest) {
  uint8_t hash[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(digest, hash, &size);
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += {kDigits[hash[i] >> 4], kDigits[hash[i] & 15]};
  return text;
}

using StoreBytes = std::optional<Result<Bytes, Failure>>;

StoreBytes bytes_if_set(const TlsStore& store) {
  if (!store.is_set()) return std::nullopt;
  return bytes_of(store);
}

std::string fingerprint_of_bytes(const StoreBytes& key_store, const StoreBytes& trust_store) {
  const DigestPtr digest(EVP_MD_CTX_new());
  EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr);
  for (const StoreBytes* bytes : {&key_store, &trust_store}) {
    if (!*bytes) {
      add_to_digest(digest.get(), '-', {});
    } else if ((*bytes)->ok()) {
      add_to_digest(digest.get(), 'b', (*bytes)->value());
    } else {
      add_to_digest(digest.get(), 'f', as_bytes((*bytes)->error().message));
    }
  }
  return finish_digest(digest.get());
}

// Java reads a PKCS12 file that is called JKS, which is Kafka's default type, and the reverse
// (keystore.type.compat): keytool has written PKCS12 since Java 9, and configurations say nothing of it.
StoreType type_in_fact(StoreType type, ByteView bytes) {
  const std::optional<StoreType> guess = guess_store_type(bytes);
  const bool is_binary = type != StoreType::kPem;
  return is_binary && guess && *guess != StoreType::kPem ? *guess : type;
}

std::string place_of(const TlsStore& store) { return store.location ? *store.location : "the inline value"; }

std::string_view place_key(const TlsStore& store, const StoreWords& words) {
  return store.location ? words.location : words.inline_certificates;
}

Failure malformed(const TlsConfig& config, const TlsStore& store, const StoreWords& words, ByteView bytes,
                  StoreType type, const std::string& detail) {
  const std::optional<StoreType> guess = guess_store_type(bytes);
  if (bytes.empty()) {
    return tls_failure(config, place_key(store, words),
                       place_of(store) + " is empty; put the " + words.what + " there");
  }
  if (guess && *guess != type) {
    const std::string found(name_of(*guess));
    return tls_failure(config, words.type,
                       "it is " + store.type + ", but " + place_of(store) + " is a " + found +
                           " store; set " + full_key(config, words.type) + "=" + found);
  }
  return tls_failure(config, place_key(store, words),
                     place_of(store) + " is not a " + std::string(name_of(type)) + " " + words.what +
                         (detail.empty() ? "" : " (" + detail + ")") + "; make it anew, or set " +
                         full_key(config, words.type) + " to what it is");
}

// The details of the stores' reader speak of a key only when it is that, not the store, which does not open.
Failure wrong_password(const TlsConfig& config, const TlsStore& store, const StoreWords& words,
                       StoreType type, const std::string& detail) {
  const bool is_key =
      &words == &kKeyStore && (type == StoreType::kPem || detail.find("key") != std::string::npos);
  const std::string_view key = is_key ? "ssl.key.password" : words.password;
  const bool is_given = is_key ? store.key_password.has_value() : store.password.has_value();
  const std::string what = is_key ? "the private key in " + place_of(store) : place_of(store);
  if (is_given) {
    return tls_failure(config, key, "the password does not open " + what + "; correct it");
  }
  if (is_key && type != StoreType::kPem) {
    return tls_failure(config, key,
                       "the password of the store (" + full_key(config, words.password) + ") does not open " +
                           what + "; set " + full_key(config, key) + " to the key's own");
  }
  return tls_failure(config, key, what + " is encrypted; set " + full_key(config, key) + " to its password");
}

Failure failure_of(const TlsConfig& config, const TlsStore& store, const StoreWords& words, ByteView bytes,
                   StoreType type, const StoreError& error) {
  const std::string_view key = place_key(store, words);
  const std::string place = place_of(store);
  const std::string detail = error.detail.empty() ? "" : " (" + error.detail + ")";
  const bool is_key_store = &words == &kKeyStore;
  switch (error.kind) {
    case StoreError::Kind::kMalformed:
      return malformed(config, store, words, bytes, type, error.detail);
    case StoreError::Kind::kWrongPassword:
      return wrong_password(config, store, words, type, error.detail);
    case StoreError::Kind::kNoKey:
      return tls_failure(config, store.location ? key : "ssl.keystore.key",
                         place + " has no private key" + detail + "; add the key of its certificate" +
                             (store.location ? ", or name the key store where it is" : ""));
    case StoreError::Kind::kNoCertificate:
      return tls_failure(config, key,
                         place + " has no certificate" + detail +
                             (is_key_store ? "; add that of its private key, and the chain above it"
                                           : "; add those of the authorities to be trusted"));
    case StoreError::Kind::kMismatch:
      return tls_failure(config, key,
                         "in " + place + " the private key is not that of the certificate" + detail +
                             "; put the two together that were made together");
  }
  return tls_failure(config, key, place + detail);
}

// The rules by which Kafka's DefaultSslEngineFactory takes or refuses a key store's settings.
std::optional<Failure> find_contradiction(const TlsConfig& config, const TlsStore& store,
                                          const StoreWords& words, StoreType type) {
  const bool is_key_store = &words == &kKeyStore;
  const std::string location = full_key(config, words.location);
  const std::string chain = full_key(config, words.inline_certificates);
  const bool is_inline = store.inline_key || store.inline_certificates;
  if (is_inline && store.location) {
    return tls_failure(config, words.inline_certificates,
                       "it is set as well as " + location + "; remove one of the two");
  }
  if (is_inline && type != StoreType::kPem) {
    return tls_failure(config, words.type,
                       "it is " + store.type + ", but " + chain + " holds PEM; set " +
                           full_key(config, words.type) + "=PEM");
  }
  if (store.inline_key && !store.inline_certificates) {
    return tls_failure(config, "ssl.keystore.key",
                       "there is a private key, but no certificate; set " + chain);
  }
  if (is_key_store && store.inline_certificates && !store.inline_key) {
    return tls_failure(
        config, words.inline_certificates,
        "there is a certificate chain, but no private key; set " + full_key(config, "ssl.keystore.key"));
  }
  if (type == StoreType::kPem && store.password) {
    return tls_failure(config, words.password,
                       "a PEM store has no password; remove it" +
                           (is_key_store ? ", and set " + full_key(config, "ssl.key.password") +
                                               " if the private key is encrypted"
                                         : std::string()));
  }
  if (is_key_store && type != StoreType::kPem && !store.password) {
    return tls_failure(
        config, words.password,
        "it is not set, but " + location + " is; set it to the password of " + place_of(store));
  }
  return std::nullopt;
}

// The type to read as, when the settings are in order.
Result<StoreType, Failure> checked_type(const TlsConfig& config, const TlsStore& store,
                                        const StoreWords& words) {
  const std::optional<StoreType> type = store_type_from(store.type);
  if (!type) {
    return Error{tls_failure(config, words.type,
                             "\"" + store.type + "\" is not a type of stores; set " +
                                 full_key(config, words.type) + " to PEM, PKCS12 or JKS")};
  }
  if (std::optional<Failure> failure = find_contradiction(config, store, words, *type)) {
    return Error{std::move(*failure)};
  }
  return *type;
}

Result<KeyMaterial, Failure> read_key(const TlsConfig& config, const Result<Bytes, Failure>& bytes) {
  const TlsStore& store = config.key_store;
  const auto type = checked_type(config, store, kKeyStore);
  if (!type) return Error{type.error()};
  if (!bytes) return Error{tls_failure(config, kKeyStore.location, bytes.error().message)};
  const StoreType in_fact = type_in_fact(*type, *bytes);
  auto key = read_key_store(in_fact, *bytes, store.password, store.key_password);
  if (!key) return Error{failure_of(config, store, kKeyStore, *bytes, in_fact, key.error())};
  return std::move(*key);
}

Result<std::vector<CertificatePtr>, Failure> read_trusted(const TlsConfig& config,
                                                          const Result<Bytes, Failure>& bytes) {
  const TlsStore& store = config.trust_store;
  const auto type = checked_type(config, store, kTrustStore);
  if (!type) return Error{type.error()};
  if (!bytes) return Error{tls_failure(config, kTrustStore.location, bytes.error().message)};
  const StoreType in_fact = type_in_fact(*type, *bytes);
  auto trusted = read_trust_store(in_fact, *bytes, store.password);
  if (!trusted) return Error{failure_of(config, store, kTrustStore, *bytes, in_fact, trusted.error())};
  return std::move(*trusted);
}

std::optional<Failure> find_lone_password(const TlsConfig& config, const TlsStore& store,
                                          const StoreWords& words) {
  if (store.is_set() || !store.password) return std::nullopt;
  return tls_failure(config, words.password,
                     "there is a password, but no " + std::string(words.what) + "; set " +
                         full_key(config, words.location) + ", or remove the password");
}

}  // namespace

Result<TlsMaterials, Failure> read_tls_materials(const TlsConfig& config) {
  if (auto failure = find_lone_password(config, config.key_store, kKeyStore)) return Error{*failure};
  if (auto failure = find_lone_password(config, config.trust_store, kTrustStore)) return Error{*failure};
  const StoreBytes key_bytes = bytes_if_set(config.key_store);
  const StoreBytes trust_bytes = bytes_if_set(config.trust_store);
  TlsMaterials materials;
  materials.fingerprint = fingerprint_of_bytes(key_bytes, trust_bytes);
  if (key_bytes) {
    auto key = read_key(config, *key_bytes);
    if (!key) return Error{std::move(key).error()};
    materials.key = std::move(*key);
  }
  if (trust_bytes) {
    auto trusted = read_trusted(config, *trust_bytes);
    if (!trusted) return Error{std::move(trusted).error()};
    materials.trusted = std::move(*trusted);
  }
  return materials;
}

std::string fingerprint_of(const TlsConfig& config) {
  return fingerprint_of_bytes(bytes_if_set(config.key_store), bytes_if_set(config.trust_store));
}

std::string full_key(const TlsConfig& config, std::string_view key) {
  return config.key_prefix + std::string(key);
}

Failure tls_failure(const TlsConfig& config, std::string_view key, const std::string& text) {
  return {full_key(config, key) + ": " + text};
}

}  // namespace klamm::security
