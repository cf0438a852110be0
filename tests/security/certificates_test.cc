#include "tests/testing.h"

#include "security/openssl.h"
#include "tests/security/certificates.h"

using namespace klamm;
using namespace klamm::security;

namespace {

bool verifies(const Identity& identity, const Identity& root) {
  const std::unique_ptr<X509_STORE, OpensslFree<&X509_STORE_free>> trusted(X509_STORE_new());
  X509_STORE_add_cert(trusted.get(), root.certificate.get());
  STACK_OF(X509)* others = sk_X509_new_null();
  for (const auto& issuer : identity.issuers) sk_X509_push(others, issuer.get());
  const std::unique_ptr<X509_STORE_CTX, OpensslFree<&X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), trusted.get(), identity.certificate.get(), others);
  const bool good = X509_verify_cert(context.get()) == 1;
  sk_X509_free(others);
  return good;
}

}  // namespace

TEST_CASE("certificates: a leaf verifies up to its own root and to no other") {
  Certificates certificates;
  const Identity leaf = certificates.leaf("CN=broker-0", {.dns = {"broker-0"}});
  REQUIRE(verifies(leaf, certificates.root()));
  REQUIRE_FALSE(verifies(leaf, Certificates("Other").root()));
}

TEST_CASE("certificates: a subject reads as it was given") {
  const Identity leaf = Certificates::self_signed("CN=broker-0,OU=a\\, b,O=Klamm");
  REQUIRE(leaf.subject() == "CN=broker-0,OU=a\\, b,O=Klamm");
}

TEST_CASE("certificates: a leaf that ended in 2021 does not verify") {
  Certificates certificates;
  const Identity leaf = certificates.leaf("CN=old", {.not_after_ms = 1'609'459'200'000});
  REQUIRE_FALSE(verifies(leaf, certificates.root()));
}

TEST_CASE("certificates: what is sent is the leaf and the intermediate") {
  Certificates certificates;
  const Identity leaf = certificates.leaf("CN=broker-0");
  REQUIRE(leaf.chain() ==
          std::vector<X509*>{leaf.certificate.get(), certificates.intermediate().certificate.get()});
}
