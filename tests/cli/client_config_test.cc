// Files of --command-config, as Java's clients are given them: stores, and logins from wherever they may be.
#include "cli/client/config.h"

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "cli/tool_list.h"
#include "tests/cli/fake_broker.h"
#include "tests/cli/temp_folder.h"
#include "tests/security/keytool_stores.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

using security::kKeytoolJks;
using security::kKeytoolJksTrust;
using security::kKeytoolPassword;

const std::string kLogin = "org.apache.kafka.common.security.scram.ScramLoginModule required ";
const std::string kScram = "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-512\n";

// A tool that is given such a file.
class CommandConfig : public ToolBench {
 public:
  Attempt<ClientConfig> read(const std::string& text) {
    const std::string path = folder.write("client.properties", text);
    const std::vector<std::string_view> words = {"--bootstrap-server", "a:1,b:2", "--command-config", path,
                                                 "--list"};
    auto options = parse_options(topics_options(), words);
    REQUIRE(options.ok());
    TextSink out;
    TextSink err;
    Console console(out, err);
    TextSource source("");
    Session session{.console = console,
                    .input = source,
                    .disk = disk,
                    .network = broker,
                    .clock = clock,
                    .random = random,
                    .environment = [this](const std::string& name) -> std::optional<std::string> {
                      const auto value = environment.find(name);
                      if (value == environment.end()) return std::nullopt;
                      return value->second;
                    },
                    .program = "kafka-topics.sh",
                    .is_native = false};
    return client_config_of(*options, session);
  }
  ClientConfig made(const std::string& text) {
    auto config = read(text);
    INFO((config ? "" : config.error().message));
    REQUIRE(config.ok());
    return *std::move(config);
  }
  std::string refusal(const std::string& text) {
    auto config = read(text);
    REQUIRE_FALSE(config.ok());
    return config.error().message;
  }
  // Lines for stores as keytool writes them; their type is not said, since JKS is what Java takes them for.
  std::string stores(const std::string& password) const {
    const Bytes keys = security::keytool_store(kKeytoolJks);
    const Bytes trust = security::keytool_store(kKeytoolJksTrust);
    return "ssl.keystore.location=" + folder.write("client.jks", as_text(keys)) +
           "\nssl.keystore.password=" + password + "\nssl.key.password=" + kKeytoolPassword +
           "\nssl.truststore.location=" + folder.write("trust.jks", as_text(trust)) +
           "\nssl.truststore.password=" + kKeytoolPassword + "\n";
  }
  // KAFKA_OPTS names a file with this text.
  void jaas_file(const std::string& text) {
    environment["KAFKA_OPTS"] =
        "-Xmx256m -Djava.security.auth.login.config=" + folder.write("jaas.conf", text) + " -Da=b";
  }

  TempFolder folder;
};

TEST_CASE_METHOD(CommandConfig, "a tool's stores may be JKS, with passwords of their own") {
  const ClientConfig config = made("security.protocol=SSL\n" + stores(kKeytoolPassword));
  REQUIRE(config.bootstrap.size() == 2);
  REQUIRE(config.tls != nullptr);
  REQUIRE(config.tls->own_chain().size() == 1);
  REQUIRE(config.tls->own_chain().front().subject == "CN=broker,O=Klamm");
  REQUIRE(config.tls->config().verify_host_name);
  REQUIRE_FALSE(config.login.has_value());
}

TEST_CASE_METHOD(CommandConfig, "a tool's wrong password is told by its key and its file, and not shown") {
  const std::string message = refusal("security.protocol=SSL\n" + stores("canary"));
  REQUIRE(message.find("ssl.keystore.password") != std::string::npos);
  REQUIRE(message.find("client.jks") != std::string::npos);
  REQUIRE(message.find("canary") == std::string::npos);
}

TEST_CASE_METHOD(CommandConfig, "a tool's login may stand in its file") {
  const ClientConfig config = made(kScram + "sasl.jaas.config=" + kLogin +
                                   "\\\n  username=\"alice\" \\\n  password=\"a b\";\n");
  REQUIRE(config.login->mechanism == "SCRAM-SHA-512");
  REQUIRE(config.login->user == "alice");
  REQUIRE(config.login->password == "a b");
}

TEST_CASE_METHOD(CommandConfig, "a tool's login may stand in the JAAS file that KAFKA_OPTS names") {
  jaas_file("KafkaServer { " + kLogin + "username=\"broker\" password=\"b\"; };\n" +
            "KafkaClient {\n  " + kLogin + "\n  username=\"admin\"\n  password=\"secret\";\n};\n");
  const ClientConfig config = made(kScram);
  REQUIRE(config.login->user == "admin");
  REQUIRE(config.login->password == "secret");
  // What stands in the tool's own file comes first.
  const ClientConfig own = made(kScram + "sasl.jaas.config=" + kLogin + "username=\"own\" password=\"o\";\n");
  REQUIRE(own.login->user == "own");
}

TEST_CASE_METHOD(CommandConfig, "a tool without a login is told where to put one") {
  REQUIRE(refusal(kScram) ==
          "the login with sasl.mechanism=SCRAM-SHA-512 has no user; set sasl.jaas.config, or name a file "
          "with a section KafkaClient by KAFKA_OPTS=-Djava.security.auth.login.config=FILE");
  environment["KAFKA_OPTS"] = "-Djava.security.auth.login.config=~/jaas.conf";
  REQUIRE(refusal(kScram).starts_with("the JAAS file ~/jaas.conf (named by KAFKA_OPTS) cannot be read: "));
  jaas_file("KafkaServer { " + kLogin + "username=\"broker\" password=\"b\"; };\n");
  REQUIRE(refusal(kScram).ends_with("has no section KafkaClient; write one"));
}

}  // namespace
}  // namespace klamm::cli
