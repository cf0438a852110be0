// What may lie where a JKS store is expected: never a crash, no memory that a count or a size in it asks for,
// and a store that opens has what it must have.
//
// Each input is read as it is, without a password, and once more with the digest at its end made right, so
// that the digest does not stand between the fuzzer and the rest.
#include <string>

#include "base/check.h"
#include "security/jks_store.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/security/jks_writer.h"

using namespace klamm;
using namespace klamm::security;

namespace {

constexpr const char* kPassword = "store-secret";
constexpr size_t kDigestSize = 20;
// A certificate of a hundred bytes is three thousand in OpenSSL. Beside it: what OpenSSL looks up once
// and keeps.
constexpr size_t kMemoryPerByte = 200;
constexpr size_t kMemoryBeside = 8 << 20;
constexpr size_t kDetailMax = 1000;

void check_error(const StoreError& error) {
  CHECK(!error.detail.empty() && error.detail.size() < kDetailMax);
}

void check_key_store(ByteView store, const std::optional<std::string>& password) {
  const auto material = read_jks_key_store(store, password, kPassword);
  if (!material) return check_error(material.error());
  CHECK(!material->chain.empty());
  CHECK(X509_check_private_key(material->chain.front().get(), material->key.get()) == 1);
}

void check_trust_store(ByteView store, const std::optional<std::string>& password) {
  const auto trusted = read_jks_trust_store(store, password);
  if (!trusted) return check_error(trusted.error());
  CHECK(!trusted->empty());
  // Each has a tag, an alias, a time and its size.
  CHECK(trusted->size() <= store.size() / 18);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  MemoryBound bound(kMemoryPerByte * size + kMemoryBeside);
  const ByteView store{data, size};
  check_key_store(store, std::nullopt);
  check_trust_store(store, std::nullopt);
  if (size >= kDigestSize) {
    const Bytes sealed = JksWriter::seal(Bytes(data, data + size - kDigestSize), kPassword);
    check_key_store(sealed, kPassword);
    check_trust_store(sealed, kPassword);
  }
  take_openssl_errors();
  return 0;
}
