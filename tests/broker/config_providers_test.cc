#include "tests/broker/config_fixture.h"

#include "broker/config/providers.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

struct Providers : ConfigFixture {
  ConfigMap settings = {
      {"config.providers", "env, file,dir"},
      {"config.providers.env.class", "org.apache.kafka.common.config.provider.EnvVarConfigProvider"},
      {"config.providers.file.class", "org.apache.kafka.common.config.provider.FileConfigProvider"},
      {"config.providers.dir.class", "org.apache.kafka.common.config.provider.DirectoryConfigProvider"}};

  Providers() {
    environment = {{"RACK", "rack-9"}, {"SECRET", "s"}};
    disk.plant("/run/app.properties", "a=1\nb=two words\n");
    disk.plant("/run/secrets/password", "pass");
  }

  // The value of broker.rack after replacement, or the message.
  std::string replaced(const std::string& text) {
    settings["broker.rack"] = text;
    Result<ConfigMap, Failure> result = replace_variables(settings, sources());
    return result ? result->at("broker.rack") : result.error().message;
  }
};

}  // namespace

TEST_CASE("variables of the three providers are replaced, several in one value") {
  Providers providers;
  REQUIRE(providers.replaced("${env:RACK}") == "rack-9");
  REQUIRE(providers.replaced("${file:/run/app.properties:b}") == "two words");
  REQUIRE(providers.replaced("x-${dir:/run/secrets:password}-${env:RACK}-y") == "x-pass-rack-9-y");
  REQUIRE(providers.replaced("${env:RACK") == "${env:RACK");
}

TEST_CASE("text that looks like a variable of no provider stays") {
  Providers providers;
  REQUIRE(providers.replaced("${other:RACK} ${plain} ${env:RACK}") == "${other:RACK} ${plain} rack-9");
  REQUIRE(providers.replaced("${a ${env:RACK}") == "${a rack-9");
  providers.settings.erase("config.providers");
  REQUIRE(providers.replaced("${env:RACK}") == "${env:RACK}");
}

TEST_CASE("what is replaced in is not looked at again") {
  Providers providers;
  providers.environment["RACK"] = "${env:SECRET}";
  REQUIRE(providers.replaced("${env:RACK}") == "${env:SECRET}");
}

TEST_CASE("a value that cannot be found is named") {
  Providers providers;
  REQUIRE(providers.replaced("${env:NONE}") ==
          "broker.rack: ${env:NONE}: the environment variable NONE is not set");
  REQUIRE(providers.replaced("${file:/run/app.properties:c}") ==
          "broker.rack: ${file:/run/app.properties:c}: /run/app.properties has no key c");
  REQUIRE(providers.replaced("${file:/none:c}").starts_with("broker.rack: ${file:/none:c}: "));
  REQUIRE(providers.replaced("${dir:/run:secrets/password}").find("is not the name of a file") !=
          std::string::npos);
}

TEST_CASE("a provider reads only what it is allowed to") {
  Providers providers;
  providers.settings["config.providers.dir.param.allowed.paths"] = "/run/secrets";
  providers.settings["config.providers.file.param.allowed.paths"] = "/run/secrets,/etc";
  providers.settings["config.providers.env.param.allowlist.pattern"] = "RA.*";
  REQUIRE(providers.replaced("${dir:/run/secrets:password}") == "pass");
  REQUIRE(providers.replaced("${file:/run/secrets/../app.properties:a}").find("does not allow") !=
          std::string::npos);
  REQUIRE(providers.replaced("${env:RACK}") == "rack-9");
  REQUIRE(providers.replaced("${env:SECRET}").find("does not allow SECRET") != std::string::npos);
}

TEST_CASE("a provider that is a Java class of somebody's is refused where it is used") {
  Providers providers;
  providers.settings["config.providers.dir.class"] = "io.strimzi.kafka.KubernetesSecretConfigProvider";
  REQUIRE(providers.replaced("plain") == "plain");
  REQUIRE(providers.replaced("${dir:ns/secret:key}").find("KubernetesSecretConfigProvider is not one of") !=
          std::string::npos);
}

// ---- what was wrong ----

TEST_CASE("a variable that nobody replaces is named where it is no value of its key, and nothing else is") {
  ConfigFixture fixture;
  REQUIRE(fixture.refusal({{"node.id", "${env:ID}"}, {"controller.quorum.voters", "-"}}) ==
          "node.id: ${env:ID} is not replaced, since config.providers does not name env; add "
          "config.providers=env and "
          "config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider");
  REQUIRE(fixture.refusal({{"listeners", "PLAINTEXT://${env:HOST}:9092,CONTROLLER://:9093"},
                           {"log.dirs", "${file:/run/app.properties:dirs}"},
                           {"compression.type", "${directory:/run:type}"},
                           {"config.providers", "other"}}) ==
          "compression.type: ${directory:/run:type} is not replaced, since config.providers does not name "
          "directory; add config.providers=other,directory and "
          "config.providers.directory.class=org.apache.kafka.common.config.provider.DirectoryConfigProvider\n"
          "listeners: ${env:HOST} is not replaced, since config.providers does not name env; add "
          "config.providers=other,env and "
          "config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider\n"
          "log.dirs: ${file:/run/app.properties:dirs} is not replaced, since config.providers does not name "
          "file; add config.providers=other,file and "
          "config.providers.file.class=org.apache.kafka.common.config.provider.FileConfigProvider");
}

TEST_CASE("a variable that nobody replaces stays in a text, with one warning") {
  ConfigFixture fixture;
  const ConfigMap changes = {{"broker.rack", "${env:ZONE}-${env:ZONE}"}};
  const std::string notices = fixture.notices(changes);
  const size_t first = notices.find("broker.rack: ${env:ZONE} is not replaced");
  REQUIRE(first != std::string::npos);
  REQUIRE(notices.find("is not replaced", first + 40) == std::string::npos);
  REQUIRE(fixture.node(changes).file.at("broker.rack") == "${env:ZONE}-${env:ZONE}");
  REQUIRE(fixture.notices({{"broker.rack", "$${ZONE}"}}).find("is not replaced") == std::string::npos);
}
