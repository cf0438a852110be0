#include "tests/testing.h"

#include "security/tls_reload.h"

#include <filesystem>
#include <fstream>

#include "tests/security/tls_fixture.h"

using namespace klamm;
using namespace klamm::security;

namespace {

constexpr int64_t kSecondMs = 1000;
constexpr int64_t kDayMs = 86'400'000;

struct World {
  Certificates certificates;
  TlsFolder folder;
  TlsConfig config = server_config(certificates.leaf("CN=broker-0"));
  int64_t now_ms = kNowMs;

  World() {
    config.key_store = file_store(folder.path("broker.pem"));
    put(broker());
  }
  Identity broker() { return certificates.leaf("CN=broker-0", {.dns = {"broker-0", "localhost"}}); }
  void put(const Identity& identity) { folder.write("broker.pem", to_pem(identity)); }
  TlsReload reload(const TlsChangeRules& rules = {}) { return {server_context(config), rules, now_ms}; }
  // The next look: "", "new" or the failure's text.
  std::string look(TlsReload& reload) {
    now_ms += kSecondMs;
    const auto outcome = reload.check(now_ms);
    if (!outcome) return "";
    return *outcome ? "new" : outcome->error().message;
  }
  // What comes of a content that was changed just now: not at the first look, but at the second.
  std::string settle(TlsReload& reload) {
    const std::string early = look(reload);
    return early.empty() ? look(reload) : "too early: " + early;
  }
};

std::string serial_of(const TlsReload& reload) { return reload.current()->own_chain().front().serial; }

}  // namespace

TEST_CASE_METHOD(World, "tls reload: nothing happens while nothing changes") {
  TlsReload reload = this->reload();
  REQUIRE(look(reload).empty());
  REQUIRE(look(reload).empty());
}

TEST_CASE_METHOD(World, "tls reload: another file in its place is taken up once") {
  TlsReload reload = this->reload();
  look(reload);
  const Identity next = broker();
  put(next);
  REQUIRE(settle(reload) == "new");
  REQUIRE(serial_of(reload) == server_context(config)->own_chain().front().serial);
  REQUIRE(look(reload).empty());
}

TEST_CASE_METHOD(World, "tls reload: a file that changed before the first look is seen") {
  TlsReload reload = this->reload();
  put(broker());
  REQUIRE(settle(reload) == "new");
}

TEST_CASE_METHOD(World, "tls reload: the same bytes in another file are no change") {
  TlsReload reload = this->reload();
  look(reload);
  std::filesystem::copy_file(folder.path("broker.pem"), folder.path("copy.pem"));
  std::filesystem::rename(folder.path("copy.pem"), folder.path("broker.pem"));
  REQUIRE(look(reload).empty());
}

TEST_CASE_METHOD(World, "tls reload: Kubernetes swaps a link above the files") {
  for (const char* version : {"..1", "..2"}) {
    std::filesystem::create_directory(folder.path(version));
    folder.write(std::string(version) + "/tls.pem", to_pem(broker()));
  }
  std::filesystem::create_symlink("..1", folder.path("..data"));
  std::filesystem::create_symlink("..data/tls.pem", folder.path("tls.pem"));
  config.key_store.location = folder.path("tls.pem");
  TlsReload reload = this->reload();
  look(reload);
  std::filesystem::create_symlink("..2", folder.path("..next"));
  std::filesystem::rename(folder.path("..next"), folder.path("..data"));
  REQUIRE(settle(reload) == "new");
}

TEST_CASE_METHOD(World, "tls reload: the trust store is looked at, too") {
  config.trust_store = file_store(folder.write("ca.pem", certificate_pem(certificates.root())));
  TlsReload reload = this->reload();
  look(reload);
  folder.write("ca.pem", certificate_pem(Certificates("Other").root()));
  REQUIRE(settle(reload) == "new");
}

TEST_CASE_METHOD(World, "tls reload: a bad file is said at the second look, once, and changes nothing") {
  TlsReload reload = this->reload();
  const auto before = reload.current();
  folder.write("broker.pem", "not a store");
  REQUIRE(look(reload).empty());
  REQUIRE(look(reload).starts_with("listener.name.external.ssl.keystore.location: " +
                                   folder.path("broker.pem") + " is not a PEM key store"));
  REQUIRE(look(reload).empty());
  REQUIRE(reload.current() == before);
}

TEST_CASE_METHOD(World, "tls reload: another bad content is said again") {
  TlsReload reload = this->reload();
  folder.write("broker.pem", "bad");
  look(reload);
  look(reload);
  folder.write("broker.pem", "worse");
  REQUIRE(look(reload).empty());
  REQUIRE_FALSE(look(reload).empty());
}

TEST_CASE_METHOD(World, "tls reload: a store that was half written is taken up when it is whole") {
  TlsReload reload = this->reload();
  const std::string whole = to_pem(broker());
  for (const size_t part : {whole.size() / 3, whole.size() / 2, whole.size() - 20}) {
    folder.write("broker.pem", whole.substr(0, part));
    REQUIRE(look(reload).empty());
  }
  folder.write("broker.pem", whole);
  REQUIRE(settle(reload) == "new");
}

TEST_CASE_METHOD(World,
                 "tls reload: a chain that was cut between two certificates is taken up when it is whole") {
  TlsReload reload = this->reload();
  look(reload);
  const Identity next = broker();
  folder.write("broker.pem", key_pem(next) + certificate_pem(next));
  REQUIRE(look(reload).empty());
  put(next);
  REQUIRE(settle(reload) == "new");
  REQUIRE(reload.current()->own_chain().size() > 1);
}

TEST_CASE_METHOD(World,
                 "tls reload: a file that vanishes is said, and one that comes back as it was is not") {
  TlsReload reload = this->reload();
  std::filesystem::rename(folder.path("broker.pem"), folder.path("away.pem"));
  look(reload);
  REQUIRE(look(reload).find("cannot be read: No such file or directory") != std::string::npos);
  std::filesystem::rename(folder.path("away.pem"), folder.path("broker.pem"));
  REQUIRE(look(reload).empty());
}

TEST_CASE_METHOD(World, "tls reload: a certificate of the future is taken up when its time has come") {
  TlsReload reload = this->reload();
  put(certificates.leaf("CN=broker-0",
                        {.dns = {"broker-0", "localhost"}, .not_before_ms = now_ms + 90 * kSecondMs}));
  look(reload);
  REQUIRE(look(reload).find("is not valid before") != std::string::npos);
  std::string outcome;
  for (int i = 0; i < 150 && outcome.empty(); ++i) outcome = look(reload);
  REQUIRE(outcome == "new");
}

TEST_CASE_METHOD(World, "tls reload: another subject needs to be allowed") {
  const bool is_allowed = GENERATE(false, true);
  TlsReload reload = this->reload({.allow_dn_changes = is_allowed});
  put(certificates.leaf("CN=broker-1", {.dns = {"broker-0", "localhost"}}));
  REQUIRE(settle(reload) ==
          (is_allowed
               ? "new"
               : "listener.name.external.ssl.keystore.location: the new certificate is for "
                 "\"CN=broker-1\", the one in use for \"CN=broker-0\"; have it issued for the same, or "
                 "set ssl.allow.dn.changes=true"));
}

TEST_CASE_METHOD(World, "tls reload: a subject in other letters is the same") {
  TlsReload reload = this->reload();
  put(certificates.leaf("CN=BROKER-0", {.dns = {"broker-0", "localhost"}}));
  REQUIRE(settle(reload) == "new");
}

TEST_CASE_METHOD(World, "tls reload: alternative names may be added, not taken away") {
  TlsReload reload = this->reload();
  put(certificates.leaf("CN=broker-0", {.dns = {"localhost", "broker-0", "broker-0.kafka"}}));
  REQUIRE(settle(reload) == "new");
  put(certificates.leaf("CN=broker-0", {.dns = {"localhost", "broker-0"}}));
  look(reload);
  REQUIRE(look(reload) ==
          "listener.name.external.ssl.keystore.location: the new certificate has the alternative names "
          "\"DNS:localhost, DNS:broker-0\", and lacks some of the one in use, \"DNS:localhost, DNS:broker-0, "
          "DNS:broker-0.kafka\"; have it issued with all of them, or set ssl.allow.san.changes=true");
}

TEST_CASE_METHOD(World, "tls reload: ticket keys are renewed once a day, with the same certificate") {
  TlsReload reload = this->reload();
  const auto before = reload.current();
  now_ms += kDayMs - 2 * kSecondMs;
  REQUIRE(look(reload).empty());
  REQUIRE(look(reload) == "new");
  REQUIRE(reload.current() != before);
  REQUIRE(reload.current()->fingerprint() == before->fingerprint());
  REQUIRE(look(reload).empty());
}
