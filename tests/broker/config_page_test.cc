#include "tests/testing.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "broker/config/descriptors.h"
#include "broker/config/page.h"
#include "broker/options.h"
#include "tests/broker/config_fixture.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path);
  REQUIRE(file.good());
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<ServerOptions, Failure> options(std::vector<std::string_view> words) {
  return parse_server_options(words);
}

LoadedConfig sample(const std::string& name) {
  ConfigFixture fixture;
  fixture.disk.plant("/server.properties", read(KLAMM_SOURCE_DIR "/config/" + name));
  // Some samples leave logins to it; it is where their page puts it.
  fixture.disk.plant("/etc/klamm/jaas.conf", read(KLAMM_SOURCE_DIR "/config/systemd/three-nodes/jaas.conf"));
  fixture.environment["KAFKA_OPTS"] = "-Djava.security.auth.login.config=/etc/klamm/jaas.conf";
  auto loaded = load_node_config("/server.properties", {}, fixture.sources());
  INFO((loaded ? "" : loaded.error().message));
  REQUIRE(loaded.ok());
  return std::move(loaded).value();
}

}  // namespace

// KLAMM_WRITE_DOCS=1 writes the page anew.
TEST_CASE("docs/configuration.md is what the table says") {
  std::string path = KLAMM_SOURCE_DIR "/docs/configuration.md";
  if (std::getenv("KLAMM_WRITE_DOCS") != nullptr) std::ofstream(path) << configuration_page();
  REQUIRE(read(path) == configuration_page());
}

TEST_CASE("every sample file starts a node and has nothing to say") {
  int samples = 0;
  const std::filesystem::path folder = KLAMM_SOURCE_DIR "/config";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".properties") continue;
    // Those of tools and of Kafka Connect are clients'.
    if (read(entry.path()).find("\nprocess.roles=") == std::string::npos) continue;
    INFO(entry.path());
    const LoadedConfig loaded = sample(entry.path().lexically_relative(folder).string());
    REQUIRE(loaded.notices.empty());
    REQUIRE(loaded.config.network.listeners.size() >= 2);
    samples++;
  }
  REQUIRE(samples == 15);
}

TEST_CASE("the sample for certificates asks for one on every listener") {
  const SecurityConfig security = sample("server-mtls.properties").config.security;
  REQUIRE(security.listeners.size() == 2);
  for (const auto& [name, listener] : security.listeners) {
    INFO(name);
    REQUIRE(listener.tls->client_auth == security::ClientAuth::kRequired);
  }
  REQUIRE(security.principal_mapping.name_of("CN=alice,O=Example").value() == "alice");
  REQUIRE(security.authorizer.super_users.size() == 2);
}

TEST_CASE("the sample for passwords has SCRAM-SHA-512 on every listener, and TLS on one") {
  const SecurityConfig security = sample("server-scram.properties").config.security;
  REQUIRE(security.listeners.size() == 3);
  for (const auto& [name, listener] : security.listeners) {
    INFO(name);
    REQUIRE(listener.sasl->mechanisms == std::vector<std::string>{"SCRAM-SHA-512"});
    REQUIRE(listener.sasl->logins.at("SCRAM-SHA-512").user == "admin");
    REQUIRE(listener.tls.has_value() == (name == "SASL_SSL"));
  }
}

TEST_CASE("the sample for systemd has JKS stores and logins from a JAAS file on every listener") {
  const SecurityConfig security = sample("systemd/three-nodes/node-2.properties").config.security;
  REQUIRE(security.listeners.size() == 2);
  for (const auto& [name, listener] : security.listeners) {
    INFO(name);
    REQUIRE(listener.tls->key_store.type == "JKS");
    REQUIRE(listener.tls->key_store.location == "/etc/klamm/tls/keystore.jks");
    REQUIRE(listener.tls->trust_store.type == "JKS");
  }
  REQUIRE(security.listeners.at("SASL_SSL").sasl->logins.at("SCRAM-SHA-512").user == "broker");
  REQUIRE(security.listeners.at("CONTROLLER").sasl->logins.at("PLAIN").user == "controller");
  REQUIRE(security.listeners.at("CONTROLLER").sasl->plain_users.contains("controller"));
}

TEST_CASE("the command line names one file and any number of settings") {
  auto parsed = options({"--override", "a=b=c", "server.properties", "--override=x="});
  REQUIRE(parsed.ok());
  REQUIRE(parsed->file == "server.properties");
  REQUIRE(parsed->overrides == std::vector<std::pair<std::string, std::string>>{{"a", "b=c"}, {"x", ""}});
  REQUIRE(options({"--help"})->wants_help);
}

TEST_CASE("the command line names the JAAS file") {
  REQUIRE(options({"a", "--jaas", "/jaas.conf"})->jaas_file == "/jaas.conf");
  REQUIRE(options({"--jaas=/jaas.conf", "a"})->jaas_file == "/jaas.conf");
  REQUIRE_FALSE(options({"a"})->jaas_file.has_value());
  REQUIRE(options({"a", "--jaas"}).error().message == "--jaas wants the name of a file behind it");
}

TEST_CASE("a command line that is wrong is answered with what would be right") {
  REQUIRE(options({}).error().message.find("usage: klamm server FILE") != std::string::npos);
  REQUIRE(options({"a", "b"}).error().message == "b: one file is read, which is a");
  REQUIRE(options({"a", "--override"}).error().message == "--override wants key=value behind it");
  REQUIRE(options({"a", "--override", "b"}).error().message ==
          "--override b: a setting has the form key=value");
  REQUIRE(options({"a", "--overrides=b"}).error().message.starts_with("--overrides=b: no such option"));
  REQUIRE(options({"-daemon", "a"}).error().message.find("foreground") != std::string::npos);
}

TEST_CASE("too few descriptors stop the start, few are warned about") {
  REQUIRE_FALSE(check_descriptor_limit(1023).ok());
  REQUIRE(check_descriptor_limit(1024).ok());
  REQUIRE_FALSE(check_descriptors_for(20'000, 4'000));
  REQUIRE(check_descriptors_for(20'000, 5'000)->text.find("20000 files may be open at once") == 0);
  REQUIRE(raise_descriptor_limit() > 0);
}

TEST_CASE("connections get the descriptors that logs leave, and a quarter in any case") {
  REQUIRE(connections_beside(1024, 0) == 768);
  REQUIRE(connections_beside(1024, 100) == 368);
  REQUIRE(connections_beside(1024, 128) == 256);
  REQUIRE(connections_beside(1024, 100'000) == 256);
  REQUIRE(connections_beside(1'048'576, 1'000) == 1'048'576 - 256 - 4'000);
  REQUIRE(connections_beside(UINT64_MAX, 0) == INT32_MAX);
}

TEST_CASE("the last descriptors are not for logs and connections") {
  const auto limit = static_cast<int64_t>(raise_descriptor_limit());
  REQUIRE(descriptor_ceiling() < limit);
  REQUIRE(descriptor_ceiling() >= std::min<int64_t>(limit - limit / 4, INT32_MAX / 2));
}
