#include "tests/testing.h"

#include "security/certificate_expiry.h"

using namespace klamm::security;

namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kEndMs = 1'800'000'000'000;

std::vector<CertificateFacts> chain() {
  CertificateFacts certificate;
  certificate.subject = "CN=broker-0";
  certificate.serial = "0a";
  certificate.not_after_ms = kEndMs;
  return {certificate};
}

// How many lines there are when that many days are left.
size_t lines_at(CertificateExpiry& expiry, int64_t days_left) {
  return expiry.lines("listener EXTERNAL", chain(), kEndMs - days_left * kDayMs).size();
}

}  // namespace

TEST_CASE("certificate expiry: nothing is said more than thirty days ahead") {
  CertificateExpiry expiry;
  REQUIRE(lines_at(expiry, 31) == 0);
}

TEST_CASE("certificate expiry: said once at 30, 14, 7, 3 and 1 days, then every day") {
  CertificateExpiry expiry;
  std::vector<int64_t> said_at;
  for (int64_t left = 40; left >= -2; --left) {
    if (lines_at(expiry, left) == 1) said_at.push_back(left);
  }
  REQUIRE(said_at == std::vector<int64_t>{30, 14, 7, 3, 1, 0, -1, -2});
}

TEST_CASE("certificate expiry: who asks every second is told once") {
  CertificateExpiry expiry;
  REQUIRE(lines_at(expiry, 10) == 1);
  REQUIRE(lines_at(expiry, 10) == 0);
}

TEST_CASE("certificate expiry: the line says whose, which, when and what to do") {
  CertificateExpiry expiry;
  REQUIRE(expiry.lines("listener EXTERNAL", chain(), kEndMs - 5 * kDayMs) ==
          std::vector<std::string>{
              "listener EXTERNAL: the certificate \"CN=broker-0\" (serial number 0a) expires in 5 days, on "
              "2027-01-15 08:00:00 UTC; put a new one in its place, it is taken up while the node runs"});
}

TEST_CASE("certificate expiry: a new certificate begins anew") {
  CertificateExpiry expiry;
  lines_at(expiry, 10);
  expiry.lines("listener EXTERNAL", {}, kEndMs - 10 * kDayMs);
  REQUIRE(lines_at(expiry, 10) == 1);
}
