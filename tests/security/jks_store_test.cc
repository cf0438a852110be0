#include "security/jks_store.h"

#include <algorithm>

#include "tests/security/certificates.h"
#include "tests/security/jks_writer.h"
#include "tests/security/keytool_stores.h"
#include "tests/security/store_text.h"
#include "tests/testing.h"

using namespace klamm;
using namespace klamm::security;

namespace {

using Password = std::optional<std::string>;

constexpr const char* kChain = "CN=broker | CN=Klamm Test Intermediate";

struct Fixture {
  Certificates certificates;
  Identity broker = certificates.leaf("CN=broker");
  Identity other = certificates.leaf("CN=other");
};

std::string read(const Bytes& store, const Password& password = "secret", const Password& of_key = {}) {
  return text_of(read_jks_key_store(store, password, of_key));
}

std::string read_trusted(const Bytes& store, const Password& password = "secret") {
  return text_of(read_jks_trust_store(store, password));
}

std::string from_keytool(std::string_view store, const Password& password = kKeytoolPassword,
                         const Password& of_key = {}) {
  return read(keytool_store(store), password, of_key);
}

Bytes with_u32(Bytes store, size_t at, uint32_t value) {
  store_be32(store.data() + at, value);
  return JksWriter::seal(Bytes(store.begin(), store.end() - 20), "secret");
}

}  // namespace

TEST_CASE("jks: what keytool wrote is read") {
  REQUIRE(from_keytool(kKeytoolJks) == "CN=broker,O=Klamm");
  REQUIRE(from_keytool(kKeytoolJksChain) == "CN=broker | CN=ca");
  REQUIRE(from_keytool(kKeytoolJksOfWords, kKeytoolWords) == "CN=words");
  REQUIRE(read_trusted(keytool_store(kKeytoolJksTrust), kKeytoolPassword) == "CN=broker,O=Klamm");
}

TEST_CASE("jks: of two keys that keytool wrote the first by alias is taken, with its own password") {
  REQUIRE(from_keytool(kKeytoolJksOfTwo, kKeytoolPassword, kKeytoolKeyPassword) == "CN=aardvark,O=Klamm");
  REQUIRE(from_keytool(kKeytoolJksOfTwo) ==
          "wrong password: the password is not that of its key 'aardvark'");
}

TEST_CASE("jks: a key store as trust store trusts its trusted entries and its own certificates") {
  REQUIRE(read_trusted(keytool_store(kKeytoolJksOfTwo), kKeytoolPassword) ==
          "CN=broker,O=Klamm | CN=zebra,O=Klamm | CN=aardvark,O=Klamm");
}

TEST_CASE("jks: another password of the store is told") {
  REQUIRE(from_keytool(kKeytoolJks, "guess") ==
          "wrong password: the password is not that of the store, or the store was changed");
  REQUIRE(from_keytool(kKeytoolJks, "") ==
          "wrong password: the password is not that of the store, or the store was changed");
}

TEST_CASE("jks: without a password the digest is not looked at") {
  REQUIRE(read_trusted(keytool_store(kKeytoolJksTrust), std::nullopt) == "CN=broker,O=Klamm");
  REQUIRE(from_keytool(kKeytoolJks, std::nullopt, kKeytoolPassword) == "CN=broker,O=Klamm");
  REQUIRE(from_keytool(kKeytoolJks, std::nullopt) ==
          "wrong password: its key 'broker' is protected, and no password is given");
}

TEST_CASE_METHOD(Fixture, "jks: a changed byte is noticed") {
  Bytes store = trust_jks({certificates.root().certificate.get()}, "secret");
  store[20] ^= 1;  // in the time of the entry, which nobody else looks at
  REQUIRE(read_trusted(store) ==
          "wrong password: the password is not that of the store, or the store was changed");
}

TEST_CASE_METHOD(Fixture, "jks: version 1 is read") {
  JksWriter writer(1);
  writer.key("broker", broker, "secret").trusted("ca", *certificates.root().certificate);
  REQUIRE(read(writer.sealed("secret")) == kChain);
  REQUIRE(read_trusted(writer.sealed("secret")) == "CN=Klamm Test Root | CN=broker");
}

TEST_CASE_METHOD(Fixture, "jks: keys of RSA are read") {
  const Identity rsa = Certificates::self_signed("CN=rsa", {.key = KeyType::kRsa});
  REQUIRE(read(to_jks(rsa, "secret", "of-key"), "secret", "of-key") == "CN=rsa");
}

TEST_CASE_METHOD(Fixture, "jks: the same key under another certificate is told") {
  const Bytes key = JksWriter::protect(*broker.key, "secret");
  const Bytes store = JksWriter().key("broker", key, other.chain()).sealed("secret");
  REQUIRE(read(store) == "mismatch: the private key is not that of any of its 2 certificates");
}

TEST_CASE_METHOD(Fixture, "jks: what is missing is said") {
  REQUIRE(read(JksWriter().sealed("secret")) == "no key: it is an empty store");
  REQUIRE(read_trusted(JksWriter().sealed("secret")) == "no certificate: it has no certificate");
  REQUIRE(read(trust_jks({broker.certificate.get()}, "secret")) ==
          "no key: it has only trusted certificates, no private key");
  const Bytes key = JksWriter::protect(*broker.key, "secret");
  REQUIRE(read(JksWriter().key("broker", key, {}).sealed("secret")) ==
          "no certificate: it has a private key and no certificate");
}

TEST_CASE_METHOD(Fixture, "jks: a store that is cut anywhere is refused as such") {
  const Bytes store = to_jks(broker, "secret");
  for (size_t size = 0; size < store.size(); ++size) {
    const auto result = read_jks_key_store(ByteView(store).first(size), "secret", {});
    REQUIRE(result.error().kind == StoreError::Kind::kMalformed);
  }
}

TEST_CASE_METHOD(Fixture, "jks: counts and sizes beyond the bytes are refused") {
  const Bytes store = to_jks(broker, "secret");
  REQUIRE_THAT(read(with_u32(store, 8, 0xFFFFFFFF)),
               Catch::StartsWith("malformed: it is cut off: 4294967295 entries do not fit into its"));
  REQUIRE(read(with_u32(store, 8, 2)) == "malformed: it is cut off");
  const size_t key_size = 12 + 4 + 2 + 6 + 8;
  REQUIRE(read(with_u32(store, key_size, 0xFFFFFFFF)) == "malformed: it is cut off in its entry 'broker'");
  const size_t chain_count = key_size + 4 + JksWriter::protect(*broker.key, "secret").size();
  REQUIRE(load_be32(&store[chain_count]) == 2);
  REQUIRE(read(with_u32(store, chain_count, 0xFFFFFFFF)) ==
          "malformed: it is cut off in its entry 'broker'");
}

TEST_CASE_METHOD(Fixture, "jks: bytes behind the last entry are refused") {
  REQUIRE(read(with_u32(to_jks(broker, "secret"), 8, 0)) ==
          "malformed: it has bytes behind its last entry that belong to nothing");
}

TEST_CASE_METHOD(Fixture, "jks: another magic, version, tag and type of certificate are told") {
  const Bytes store = trust_jks({broker.certificate.get()}, "secret");
  REQUIRE(read(with_u32(store, 0, 0xCAFEBABE)) == "malformed: it is not a JKS store");
  REQUIRE(read(with_u32(store, 4, 3)) ==
          "malformed: it is a JKS store of version 3, and 1 and 2 are known");
  REQUIRE(read(with_u32(store, 12, 3)) == "malformed: its entry 'ca0' has the unknown tag 3");
  const size_t type = 12 + 4 + 2 + 3 + 8 + 2;
  REQUIRE(read(with_u32(store, type, 0x582E3630)) ==
          "malformed: its entry 'ca0' has a certificate of type 'X.609', not X.509");
}

TEST_CASE_METHOD(Fixture, "jks: a key that is not under Sun's protector is told") {
  const auto store = [&](const Bytes& key) {
    return JksWriter().key("broker", key, broker.chain()).sealed("secret");
  };
  Bytes key = JksWriter::protect(*broker.key, "secret");
  REQUIRE_THAT(read(store(Bytes(key.begin(), key.end() - 1))),
               Catch::StartsWith("malformed: its key 'broker' cannot be read ("));
  // The last part of the protector's number stands before the two bytes of NULL.
  const Bytes null = {0x05, 0x00};
  *(std::search(key.begin(), key.end(), null.begin(), null.end()) - 1) = 2;
  REQUIRE(read(store(key)) == "malformed: its key 'broker' is protected with '1.3.6.1.4.1.42.2.17.1.2', "
                              "not with JKS's own protector");
}

TEST_CASE_METHOD(Fixture, "jks: an alias is shown without what a terminal would obey, and cut") {
  const std::string alias = "\x1b[2J" + std::string(300, 'x');
  const Bytes store = JksWriter().key(alias, broker, "of-key").sealed("secret");
  REQUIRE(read(store) ==
          "wrong password: the password is not that of its key '\\x1B[2J" + std::string(193, 'x') + "...'");
}
