#include "tests/testing.h"

#include "security/cipher_names.h"

using namespace klamm;
using namespace klamm::security;

TEST_CASE("cipher names: Java's names become OpenSSL's, in their order, TLS 1.3 apart") {
  const auto suites =
      cipher_suites_from({"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256",
                          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256"});
  REQUIRE(suites->tls12 == "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305");
  REQUIRE(suites->tls13 == "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256");
}

TEST_CASE("cipher names: OpenSSL's own are understood") {
  const auto suites = cipher_suites_from({"ECDHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES256-GCM-SHA384"});
  REQUIRE(suites->tls12 == "ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384");
}

TEST_CASE("cipher names: what Java calls SSL_ for its age is the TLS_ of the standard") {
  REQUIRE(cipher_suites_from({"SSL_RSA_WITH_NULL_SHA"})->tls12 == "NULL-SHA");
}

TEST_CASE("cipher names: one that does not exist is named") {
  const auto suites = cipher_suites_from({"TLS_AES_128_GCM_SHA256", "HIGH:!aNULL"});
  REQUIRE_FALSE(suites);
  REQUIRE(
      suites.error().message.starts_with("\"HIGH:!aNULL\" is not the name of a cipher suite; write it as"));
}

TEST_CASE("cipher names: Java's signal of renegotiation is no suite") {
  const auto suites = cipher_suites_from({"TLS_EMPTY_RENEGOTIATION_INFO_SCSV"});
  REQUIRE(suites->tls12.empty());
  REQUIRE(suites->tls13.empty());
}
