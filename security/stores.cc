#include "security/stores.h"

#include <openssl/err.h>

#include "security/jks_store.h"
#include "security/pem_store.h"
#include "security/pkcs12_store.h"
#include "security/store_parts.h"

namespace klamm::security {
namespace {

// An error that is left in the thread's queue would be taken for one of the next connection's.
struct EmptyErrorQueue {
  EmptyErrorQueue() { ERR_clear_error(); }
  ~EmptyErrorQueue() { ERR_clear_error(); }
};

bool begins_with(ByteView bytes, uint32_t magic) {
  return bytes.size() >= 4 && load_be32(bytes.data()) == magic;
}

// What stands in a DER or BER sequence; nothing when the bytes are none.
ByteView inside_sequence(ByteView bytes) {
  if (bytes.size() < 2 || bytes[0] != 0x30) return {};
  const size_t size_bytes = bytes[1] > 0x80 ? bytes[1] & 0x7F : 0;
  return bytes.size() >= 2 + size_bytes ? bytes.subspan(2 + size_bytes) : ByteView{};
}

// Version 3, and a sequence again: a private key in DER has another version or an algorithm there.
bool looks_like_pkcs12(ByteView bytes) {
  const ByteView inside = inside_sequence(bytes);
  return inside.size() >= 4 && inside[0] == 0x02 && inside[1] == 0x01 && inside[2] == 0x03 &&
         inside[3] == 0x30;
}

// For messages, of bytes that are not what they were said to be.
std::string looks_of(ByteView bytes) {
  if (bytes.empty()) return "it is empty";
  const auto type = guess_store_type(bytes);
  if (type) {
    return "it looks like " + std::string(name_of(*type)) + (*type == StoreType::kPem ? " text" : "");
  }
  if (!inside_sequence(bytes).empty()) {
    return "it looks like a single key or certificate in DER: convert it with openssl (x509 or pkey, -inform "
           "DER)";
  }
  return "it looks like none of PEM, PKCS12 and JKS";
}

// What is to be done before any reader looks: the size, a relative of JKS, and the type that the bytes have.
// Java's JKS reads PKCS12 and its PKCS12 reads JKS (keystore.type.compat), since keytool makes PKCS12 of
// what people name .jks: so these two are told apart by the bytes alone.
Result<StoreType, StoreError> real_type(StoreType said, ByteView bytes) {
  if (bytes.size() > kStoreSizeMax) {
    return malformed("it has " + std::to_string(bytes.size()) + " bytes, more than a store may (" +
                     std::to_string(kStoreSizeMax) + ")");
  }
  if (begins_with(bytes, kJceksMagic)) {
    return malformed(
        "it is a JCEKS store, which is not supported: convert it with keytool -importkeystore "
        "-deststoretype PKCS12");
  }
  if (said == StoreType::kPem) {
    if (as_text(bytes).find("-BEGIN") == std::string_view::npos) return malformed(looks_of(bytes));
    return said;
  }
  if (begins_with(bytes, kJksMagic)) return StoreType::kJks;
  if (looks_like_pkcs12(bytes)) return StoreType::kPkcs12;
  return malformed(looks_of(bytes));
}

}  // namespace

std::optional<StoreType> store_type_from(std::string_view name) {
  const std::string lower = lower_case(name);
  if (lower == "pem") return StoreType::kPem;
  if (lower == "pkcs12") return StoreType::kPkcs12;
  if (lower == "jks") return StoreType::kJks;
  return std::nullopt;
}

std::string_view name_of(StoreType type) {
  switch (type) {
    case StoreType::kPem:
      return "PEM";
    case StoreType::kPkcs12:
      return "PKCS12";
    case StoreType::kJks:
      return "JKS";
  }
  return "";
}

std::optional<StoreType> guess_store_type(ByteView bytes) {
  if (begins_with(bytes, kJksMagic)) return StoreType::kJks;
  if (looks_like_pkcs12(bytes)) return StoreType::kPkcs12;
  if (as_text(bytes).find("-----BEGIN") != std::string_view::npos) return StoreType::kPem;
  return std::nullopt;
}

Result<KeyMaterial, StoreError> read_key_store(StoreType type, ByteView bytes,
                                               const std::optional<std::string>& store_password,
                                               const std::optional<std::string>& key_password) {
  const EmptyErrorQueue clean;
  const auto real = real_type(type, bytes);
  if (!real) return Error{real.error()};
  switch (*real) {
    case StoreType::kPem:
      return read_pem_key_store(as_text(bytes), key_password ? key_password : store_password);
    case StoreType::kPkcs12:
      return read_pkcs12_key_store(bytes, store_password, key_password);
    case StoreType::kJks:
      break;
  }
  return read_jks_key_store(bytes, store_password, key_password);
}

Result<std::vector<CertificatePtr>, StoreError> read_trust_store(StoreType type, ByteView bytes,
                                                                 const std::optional<std::string>& password) {
  const EmptyErrorQueue clean;
  const auto real = real_type(type, bytes);
  if (!real) return Error{real.error()};
  switch (*real) {
    case StoreType::kPem:
      return read_pem_trust_store(as_text(bytes));
    case StoreType::kPkcs12:
      return read_pkcs12_trust_store(bytes, password);
    case StoreType::kJks:
      break;
  }
  return read_jks_trust_store(bytes, password);
}

}  // namespace klamm::security
