// What is said of an environment that was made for a JVM.
#include "tests/testing.h"

#include <string>

#include "broker/config/java_variables.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

std::string java_lines(const Environment& environment) {
  std::string lines;
  for (const Notice& notice : java_notices(environment)) {
    lines += (notice.level == LogLevel::kWarn ? "W " : "I ") + notice.text + "\n";
  }
  return lines;
}

}  // namespace

TEST_CASE("each variable that is for a JVM, its JMX or its log4j has a line that says what is done with it") {
  const std::string no_jvm =
      "there is no JVM, and no heap to size (klamm.memory.bytes bounds what requests may hold)\n";
  const std::string no_jmx = "there is no JMX; klamm.admin.listener has /metrics instead\n";
  REQUIRE(java_lines({{"KAFKA_HEAP_OPTS", "-Xms1G -Xmx1G"},
                      {"KAFKA_JVM_PERFORMANCE_OPTS", "-XX:+UseG1GC"},
                      {"KAFKA_GC_LOG_OPTS", "-Xlog:gc"},
                      {"KAFKA_JMX_OPTS", "-Dcom.sun.management.jmxremote"},
                      {"KAFKA_JMX_PORT", "9999"},
                      {"KAFKA_JMX_HOSTNAME", "h"},
                      {"JMX_PORT", "9999"},
                      {"KAFKA_LOG4J_OPTS", "-Dlog4j2.configurationFile=x"},
                      {"KAFKA_HOME", "/opt/kafka"},
                      {"PATH", "/bin"}}) ==
          "I KAFKA_HEAP_OPTS ignored: " + no_jvm + "I KAFKA_JVM_PERFORMANCE_OPTS ignored: " + no_jvm +
              "I KAFKA_GC_LOG_OPTS ignored: " + no_jvm + "I KAFKA_JMX_OPTS ignored: " + no_jmx +
              "I KAFKA_JMX_PORT ignored: " + no_jmx + "I KAFKA_JMX_HOSTNAME ignored: " + no_jmx +
              "I JMX_PORT ignored: " + no_jmx +
              "W KAFKA_LOG4J_OPTS ignored: no file of log4j is read; klamm.log.levels has levels of "
              "loggers\n");
}

TEST_CASE("of an environment that has nothing for a JVM nothing is said") {
  REQUIRE(java_lines({}).empty());
  REQUIRE(java_lines({{"KAFKA_HEAP_OPTS", ""},
                      {"KAFKA_OPTS", " -Djava.security.auth.login.config=~/jaas.conf -Duser=alice "}})
              .empty());
}

TEST_CASE("of KAFKA_OPTS the words are told that are for a JVM") {
  REQUIRE(java_lines({{"KAFKA_OPTS", "-Djava.security.auth.login.config=~/jaas.conf  -Xmx512m -XX:+UseG1GC"}})
              .starts_with("I -Xmx512m, -XX:+UseG1GC in KAFKA_OPTS ignored: there is no JVM"));
}

TEST_CASE("of properties for Java the names are told, and not the passwords that are in them") {
  REQUIRE(java_lines({{"KAFKA_OPTS",
                       "-Djavax.net.ssl.keyStorePassword=secret -Dsun.security.krb5.debug "
                       "-Djava.security.auth.login.config=/jaas.conf -Duser.of.jaas=alice"}})
              .starts_with(
                  "I -Djavax.net.ssl.keyStorePassword, -Dsun.security.krb5.debug in KAFKA_OPTS ignored: "));
}
