// What may lie where a PKCS12 store is expected: never a crash, no more memory than a multiple of the input,
// no derivation that its iterations ask for, and a store that opens has what it must have.
//
// The first byte chooses what the rest is: a whole store; or what stands in one of its safes, decrypted, so
// that neither MAC nor cipher stands between the fuzzer and the bags.
#include <openssl/pkcs12.h>

#include <memory>
#include <string>

#include "base/check.h"
#include "security/pkcs12_store.h"
#include "tests/fuzz/memory_bound.h"

using namespace klamm;
using namespace klamm::security;

namespace {

constexpr const char* kPassword = "secret";
constexpr int64_t kIterationsMax = 200;
// A certificate of a hundred bytes is three thousand in OpenSSL, and the text is there several times.
// Beside it: what OpenSSL looks up once and keeps, and a context with the old ciphers.
constexpr size_t kMemoryPerByte = 200;
constexpr size_t kMemoryBeside = 8 << 20;
constexpr size_t kDetailMax = 1000;

void check_error(const StoreError& error) {
  CHECK(!error.detail.empty() && error.detail.size() < kDetailMax);
}

// Some, and all of them there.
void check_certificates(const std::vector<CertificatePtr>& certificates) {
  CHECK(!certificates.empty());
  for (const CertificatePtr& each : certificates) CHECK(each != nullptr);
}

void check_store(ByteView store, const std::optional<std::string>& password) {
  const auto material = read_pkcs12_key_store(store, password, std::nullopt, PbeBudget(kIterationsMax));
  if (material) {
    check_certificates(material->chain);
    CHECK(X509_check_private_key(material->chain.front().get(), material->key.get()) == 1);
  } else {
    check_error(material.error());
  }
  const auto trusted = read_pkcs12_trust_store(store, password, PbeBudget(kIterationsMax));
  if (!trusted) return check_error(trusted.error());
  check_certificates(*trusted);
}

// A store without a MAC whose only safe holds these bytes.
Bytes store_of(ByteView bags) {
  STACK_OF(PKCS7)* safes = sk_PKCS7_new_null();
  PKCS7* safe = PKCS7_new();
  CHECK(PKCS7_set_type(safe, NID_pkcs7_data) == 1);
  CHECK(ASN1_OCTET_STRING_set(safe->d.data, bags.data(), static_cast<int>(bags.size())) == 1);
  sk_PKCS7_push(safes, safe);
  const std::unique_ptr<PKCS12, OpensslFree<&PKCS12_free>> store(PKCS12_add_safes(safes, 0));
  sk_PKCS7_pop_free(safes, PKCS7_free);
  Bytes bytes(static_cast<size_t>(i2d_PKCS12(store.get(), nullptr)));
  uint8_t* at = bytes.data();
  i2d_PKCS12(store.get(), &at);
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  MemoryBound bound(kMemoryPerByte * size + kMemoryBeside);
  const ByteView rest{data + 1, size - 1};
  if ((data[0] & 1) == 0) {
    check_store(rest, kPassword);
    check_store(rest, std::nullopt);
  } else {
    check_store(store_of(rest), kPassword);
  }
  take_openssl_errors();
  return 0;
}
