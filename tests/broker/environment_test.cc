// The environment of a container, line by line as operators' set-ups have it.
#include "tests/testing.h"

#include <fstream>
#include <sstream>

#include "broker/config/environment.h"
#include "tests/broker/config_fixture.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

// A container with secrets and no mounted file.
struct Container {
  sim::SimDisk disk;
  Environment environment;

  explicit Container(Environment variables) : environment(std::move(variables)) {
    disk.plant("/etc/kafka/secrets/keystore_creds", "store-secret\n");
    disk.plant("/etc/kafka/secrets/key_creds", "key-secret\r\n\n");
    disk.plant("/etc/kafka/secrets/truststore_creds", " trust secret ");
    disk.plant("/etc/kafka/secrets/kafka.keystore.jks", "store");
    disk.plant("/etc/kafka/secrets/kafka.truststore.jks", "store");
    disk.plant("/etc/kafka/secrets/folder/file", "x");
  }

  MappedEnvironment map() { return map_environment(environment, ImagePlaces(), disk); }
  ConfigMap settings() {
    MappedEnvironment mapped = map();
    for (const std::string& problem : mapped.problems) UNSCOPED_INFO(problem);
    REQUIRE(mapped.problems.empty());
    return mapped.settings;
  }
  // "-" where it is not set.
  std::string value(const std::string& key) {
    const ConfigMap found = settings();
    return found.contains(key) ? found.find(key)->second : "-";
  }
  std::string problems() {
    std::string lines;
    for (const std::string& problem : map().problems) lines += problem + "\n";
    return lines;
  }
  std::string notices() {
    std::string lines;
    for (const Notice& notice : map().notices) lines += notice.text + "\n";
    return lines;
  }
};

// A node's own id, so that there is a setting and the default file is not asked for.
Environment with(Environment variables) {
  variables["KAFKA_NODE_ID"] = "1";
  return variables;
}

std::string default_file() {
  std::ifstream file(KLAMM_SOURCE_DIR "/image/server.properties");
  REQUIRE(file.good());
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("one underscore is a dot, two are an underscore, three a dash, in lower case") {
  REQUIRE(property_of("KAFKA_NODE_ID") == "node.id");
  REQUIRE(property_of("KAFKA_LISTENER_NAME_SASL__SSL_SCRAM___SHA___512_SASL_JAAS_CONFIG") ==
          "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config");
  REQUIRE(property_of("KAFKA_A____B") == "a-.b");
  REQUIRE(property_of("KAFKA_A_____B") == "a-_b");
  REQUIRE(property_of("KAFKA_A______B") == "a--b");
  REQUIRE(property_of("KAFKA_LISTENER_NAME_SASL__SSL_SCRAM-SHA-512_SASL_JAAS_CONFIG") ==
          "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config");
  REQUIRE(property_of("KAFKA_log.retention.hours") == "log.retention.hours");
  REQUIRE(property_of("KAFKA_KAFKA_X") == "kafka.x");
}

TEST_CASE("a setting's variable leads back to the setting") {
  for (const std::string key : {"node.id", "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config"}) {
    REQUIRE(property_of(variable_of(key)) == key);
  }
  REQUIRE(variable_of("ssl.keystore.location") == "KAFKA_SSL_KEYSTORE_LOCATION");
  REQUIRE(variable_line("node.id", "2") == "KAFKA_NODE_ID=2");
}

TEST_CASE("variables with the prefix are settings, and no others") {
  Container container({{"KAFKA_NODE_ID", "1"},
                       {"KAFKA_LISTENERS", "PLAINTEXT://:9092"},
                       {"KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://kafka-0:9092"},
                       {"KAFKA_SSL_CIPHER_SUITES", "TLS_AES_256_GCM_SHA384"},
                       {"KAFKA_", "x"},
                       {"CLUSTER_ID", "4L6g3nShT-eMCtK--X86sw"},
                       {"CLASSPATH", "/opt/x"},
                       {"POD_NAME", "kafka-0"},
                       {"POD_NAMESPACE", "default"},
                       {"MY_POD_IP", "10.1.2.3"},
                       {"PATH", "/bin"}});
  REQUIRE(container.settings() == ConfigMap{{"node.id", "1"},
                                            {"listeners", "PLAINTEXT://:9092"},
                                            {"advertised.listeners", "PLAINTEXT://kafka-0:9092"},
                                            {"ssl.cipher.suites", "TLS_AES_256_GCM_SHA384"},
                                            {"log.dirs", "/var/lib/kafka/data"},
                                            {"klamm.admin.listener", ":9404"}});
  REQUIRE(container.notices().empty());
}

TEST_CASE("variables of the images' scripts are no settings") {
  Container container({{"KAFKA_NODE_ID", "1"},
                       {"KAFKA_VERSION", "4.3.1"},
                       {"KAFKA_HEAP_OPTS", "-Xmx1G"},
                       {"KAFKA_LOG4J_OPTS", "-Dlog4j2.configurationFile=x"},
                       {"KAFKA_OPTS", "-Da=b"},
                       {"KAFKA_JMX_OPTS", "-Dx"},
                       {"KAFKA_JMX_PORT", "9999"},
                       {"KAFKA_JMX_HOSTNAME", "h"},
                       {"JMX_PORT", "9999"},
                       {"KAFKA_JMX_EXPORTER_ENABLED", "true"},
                       {"KAFKA_JVM_PERFORMANCE_OPTS", "-XX:+UseG1GC"},
                       {"KAFKA_GC_LOG_OPTS", "-Xlog:gc"},
                       {"KAFKA_TOOLS_LOG4J_LOGLEVEL", "ERROR"},
                       {"KAFKA_DATA_DIRS", "/data"},
                       {"KAFKA_HOME", "/opt/kafka"}});
  REQUIRE(container.settings() == ConfigMap{{"node.id", "1"},
                                            {"log.dirs", "/var/lib/kafka/data"},
                                            {"klamm.admin.listener", ":9404"}});
}

TEST_CASE("what is for a JVM is ignored in a container, and said once") {
  Container container(with({{"KAFKA_HEAP_OPTS", "-Xmx1G"}, {"KAFKA_GC_LOG_OPTS", ""}, {"JMX_PORT", "9999"}}));
  REQUIRE(container.notices() ==
          "KAFKA_HEAP_OPTS ignored: there is no JVM, and no heap to size (klamm.memory.bytes bounds what "
          "requests may hold)\n"
          "JMX_PORT ignored: there is no JMX; klamm.admin.listener has /metrics instead\n");
}

TEST_CASE("levels of loggers in the environment are klamm.log.levels, the root's first") {
  auto levels = [](Environment variables) {
    Container container(with(std::move(variables)));
    REQUIRE(container.notices().empty());
    return container.value("klamm.log.levels");
  };
  const std::string loggers = "kafka=info, kafka.network.RequestChannel$ = WARN,state.change.logger=OFF,";
  REQUIRE(levels({{"KAFKA_LOG4J_ROOT_LOGLEVEL", " warn "}}) == "root=WARN");
  REQUIRE(levels({{"KAFKA_LOG4J_LOGGERS", loggers}}) ==
          "kafka=INFO,kafka.network.RequestChannel$=WARN,state.change.logger=OFF");
  REQUIRE(levels({{"KAFKA_LOG4J_LOGGERS", "kafka=INFO,root=ERROR"}, {"KAFKA_LOG4J_ROOT_LOGLEVEL", "WARN"}}) ==
          "root=WARN,kafka=INFO,root=ERROR");
  REQUIRE(levels({{"KAFKA_LOG4J_LOGGERS", ""}, {"KAFKA_LOG4J_ROOT_LOGLEVEL", " "}}) == "-");
}

TEST_CASE("the variable of klamm.log.levels goes before those of log4j, and they before a mounted file") {
  Container container(with({{"KAFKA_LOG4J_ROOT_LOGLEVEL", "WARN"}, {"KAFKA_LOG4J_LOGGERS", "kafka=INFO"}}));
  container.disk.plant("/mnt/shared/config/server.properties", "klamm.log.levels=root=DEBUG\n");
  REQUIRE(container.value("klamm.log.levels") == "root=WARN,kafka=INFO");
  REQUIRE(container.notices().empty());
  for (const std::string own : {"root=ERROR", ""}) {
    container.environment["KAFKA_KLAMM_LOG_LEVELS"] = own;
    REQUIRE(container.value("klamm.log.levels") == own);
    REQUIRE(container.notices() ==
            "KAFKA_LOG4J_ROOT_LOGLEVEL, KAFKA_LOG4J_LOGGERS ignored: KAFKA_KLAMM_LOG_LEVELS is set\n");
  }
}

TEST_CASE("a wrong level in the environment is named by the variable that has it") {
  Container container(
      with({{"KAFKA_LOG4J_ROOT_LOGLEVEL", "LOUD"}, {"KAFKA_LOG4J_LOGGERS", "kafka=INFO,kafka.controller"}}));
  REQUIRE(container.problems() ==
          "KAFKA_LOG4J_ROOT_LOGLEVEL: 'LOUD' is no level for root; write one of OFF, FATAL, ERROR, WARN, "
          "INFO, DEBUG, TRACE\n"
          "KAFKA_LOG4J_LOGGERS: 'kafka.controller' is not of the form LOGGER=LEVEL, as in root=WARN\n");
}

TEST_CASE("FILENAME is a location below the directory of secrets") {
  Container container(with({{"KAFKA_SSL_KEYSTORE_FILENAME", "kafka.keystore.jks"},
                            {"KAFKA_SSL_TRUSTSTORE_FILENAME", "kafka.truststore.jks"}}));
  REQUIRE(container.value("ssl.keystore.location") == "/etc/kafka/secrets/kafka.keystore.jks");
  REQUIRE(container.value("ssl.truststore.location") == "/etc/kafka/secrets/kafka.truststore.jks");
  REQUIRE(container.value("ssl.keystore.filename") == "-");
}

TEST_CASE("LOCATION is a path of its own") {
  Container container(with({{"KAFKA_SSL_KEYSTORE_LOCATION", "/mnt/certs/ks.jks"},
                            {"KAFKA_SSL_TRUSTSTORE_LOCATION", "/mnt/certs/ts.jks"}}));
  REQUIRE(container.value("ssl.keystore.location") == "/mnt/certs/ks.jks");
  REQUIRE(container.value("ssl.truststore.location") == "/mnt/certs/ts.jks");
}

TEST_CASE("a store that is not mounted is named with where it should be") {
  Container container(with({{"KAFKA_SSL_KEYSTORE_FILENAME", "other.jks"}}));
  REQUIRE(container.problems() ==
          "KAFKA_SSL_KEYSTORE_FILENAME=other.jks: there is no /etc/kafka/secrets/other.jks; mount the store "
          "there\n");
}

TEST_CASE("CREDENTIALS name files that hold passwords, without the line breaks at their ends") {
  Container container(with({{"KAFKA_SSL_KEYSTORE_CREDENTIALS", "keystore_creds"},
                            {"KAFKA_SSL_KEY_CREDENTIALS", "key_creds"},
                            {"KAFKA_SSL_TRUSTSTORE_CREDENTIALS", "/etc/kafka/secrets/truststore_creds"}}));
  REQUIRE(container.value("ssl.keystore.password") == "store-secret");
  REQUIRE(container.value("ssl.key.password") == "key-secret");
  REQUIRE(container.value("ssl.truststore.password") == " trust secret ");
  REQUIRE(container.value("ssl.key.credentials") == "-");
}

TEST_CASE("CREDENTIALS win over PASSWORD") {
  Container container(with({{"KAFKA_SSL_KEYSTORE_CREDENTIALS", "keystore_creds"},
                            {"KAFKA_SSL_KEYSTORE_PASSWORD", "key_creds"}}));
  REQUIRE(container.value("ssl.keystore.password") == "store-secret");
}

TEST_CASE("a listener's store is read as the node's is") {
  Container container(with({{"KAFKA_LISTENER_NAME_INTERNAL_SSL_KEYSTORE_FILENAME", "kafka.keystore.jks"},
                            {"KAFKA_LISTENER_NAME_INTERNAL_SSL_KEYSTORE_CREDENTIALS", "keystore_creds"}}));
  REQUIRE(container.value("listener.name.internal.ssl.keystore.location") ==
          "/etc/kafka/secrets/kafka.keystore.jks");
  REQUIRE(container.value("listener.name.internal.ssl.keystore.password") == "store-secret");
}

TEST_CASE("CREDENTIALS that cannot be read are named with the reason") {
  Container container(with({{"KAFKA_SSL_KEY_CREDENTIALS", "missing"}}));
  REQUIRE(container.problems().starts_with("KAFKA_SSL_KEY_CREDENTIALS=missing: "));
  REQUIRE(container.problems().find("/etc/kafka/secrets/missing") != std::string::npos);
}

TEST_CASE("PASSWORD may name a file of the directory of secrets") {
  Container container(with({{"KAFKA_SSL_KEYSTORE_PASSWORD", "keystore_creds"}}));
  REQUIRE(container.value("ssl.keystore.password") == "store-secret");
  REQUIRE(container.notices() ==
          "KAFKA_SSL_KEYSTORE_PASSWORD names the file /etc/kafka/secrets/keystore_creds, which has the "
          "password\n");
}

TEST_CASE("PASSWORD that names no file is the password") {
  for (const std::string password : {"changeit", "folder", "", "../secrets/keystore_creds"}) {
    Container container(with({{"KAFKA_SSL_TRUSTSTORE_PASSWORD", password}}));
    REQUIRE(container.value("ssl.truststore.password") == password);
  }
}

TEST_CASE("variables of ZooKeeper are ignored, and said once") {
  Container container(with({{"KAFKA_ZOOKEEPER_CONNECT", "zk:2181"},
                            {"KAFKA_ZOOKEEPER_CONNECTION_TIMEOUT_MS", "6000"},
                            {"ZOOKEEPER_CLIENT_PORT", "2181"},
                            {"ZOOKEEPER_TICK_TIME", "2000"}}));
  REQUIRE(container.value("zookeeper.connect") == "-");
  REQUIRE(container.notices() ==
          "KAFKA_ZOOKEEPER_CONNECT, KAFKA_ZOOKEEPER_CONNECTION_TIMEOUT_MS, ZOOKEEPER_CLIENT_PORT, "
          "ZOOKEEPER_TICK_TIME ignored: there is no ZooKeeper in this cluster, the controllers keep its "
          "metadata\n");
}

TEST_CASE("the host name and port of old are refused with the listener that replaces them") {
  REQUIRE(Container(with({{"KAFKA_ADVERTISED_HOST_NAME", "10.0.0.1"}, {"KAFKA_ADVERTISED_PORT", "9094"}}))
              .problems() ==
          "KAFKA_ADVERTISED_HOST_NAME=10.0.0.1, KAFKA_ADVERTISED_PORT=9094 refused: Kafka has no such "
          "setting any more; write KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://10.0.0.1:9094\n");
  REQUIRE(Container(with({{"ADVERTISED_HOST_NAME", "kafka"}})).problems() ==
          "ADVERTISED_HOST_NAME=kafka refused: Kafka has no such setting any more; write "
          "KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://kafka:9092\n");
  REQUIRE(Container(with({{"ADVERTISED_PORT", "9094"}})).problems() ==
          "ADVERTISED_PORT=9094 refused: Kafka has no such setting any more; write "
          "KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://<a name or address of this host>:9094\n");
  REQUIRE(Container(with({{"KAFKA_HOST", "0.0.0.0"}, {"KAFKA_PORT", "9095"}})).problems() ==
          "KAFKA_HOST=0.0.0.0, KAFKA_PORT=9095 refused: Kafka has no such setting any more; write "
          "KAFKA_LISTENERS=PLAINTEXT://0.0.0.0:9095\n");
}

TEST_CASE("an old address beside the listener that replaces it is only told of") {
  Container container(with({{"KAFKA_ADVERTISED_HOST_NAME", "10.0.0.1"},
                            {"KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://kafka:9092"}}));
  REQUIRE(container.problems().empty());
  REQUIRE(container.notices() ==
          "KAFKA_ADVERTISED_HOST_NAME=10.0.0.1 ignored: KAFKA_ADVERTISED_LISTENERS replaces it\n");
}

TEST_CASE("what Kubernetes says of a Service named kafka is no setting") {
  Container container(with({{"KAFKA_SERVICE_HOST", "10.0.0.1"},
                            {"KAFKA_SERVICE_PORT", "9092"},
                            {"KAFKA_SERVICE_PORT_CLIENT", "9092"},
                            {"KAFKA_PORT", "tcp://10.0.0.1:9092"},
                            {"KAFKA_PORT_9092_TCP", "tcp://10.0.0.1:9092"},
                            {"KAFKA_PORT_9092_TCP_ADDR", "10.0.0.1"},
                            {"KAFKA_PORT_9092_TCP_PORT", "9092"},
                            {"KAFKA_PORT_9092_TCP_PROTO", "tcp"},
                            {"KAFKA_BOOTSTRAP_SERVICE_HOST", "10.0.0.2"}}));
  REQUIRE(container.settings() == Container(with({})).settings());
  REQUIRE(container.notices().find("enableServiceLinks: false") != std::string::npos);
}

TEST_CASE("a value is read as the images' file would be") {
  auto read = [](const std::string& text) { return Container(with({{"KAFKA_X", text}})).value("x"); };
  REQUIRE(read("  a b ") == "a b ");
  REQUIRE(read("a=b:c#d") == "a=b:c#d");
  REQUIRE(read("=a") == "=a");
  REQUIRE(read("") == "");
  REQUIRE(read("a\\nb\\\\c\\u0041") == "a\nb\\cA");
  REQUIRE(read("one \\\n    two") == "one two");
  REQUIRE(read("one \\\r\n    two") == "one two");
  REQUIRE(read("value\n\n") == "value");
  REQUIRE(read("RULE:^CN=(.*?),.*$/$1/,DEFAULT") == "RULE:^CN=(.*?),.*$/$1/,DEFAULT");
  REQUIRE(Container(with({{"KAFKA_X", "\\u12"}})).problems().find("KAFKA_X, line 1") == 0);
}

TEST_CASE("a value of several lines is kept whole, and so are letters beyond ASCII") {
  auto read = [](const std::string& text) { return Container(with({{"KAFKA_X", text}})).value("x"); };
  REQUIRE(read("required\n  username=\"a\"\r\n  password=\"b\";\n") ==
          "required\n  username=\"a\"\n  password=\"b\";");
  REQUIRE(read("gro\xC3\x9F \xF0\x9F\x90\xA6") == "gro\xC3\x9F \xF0\x9F\x90\xA6");
  REQUIRE(read("\\\xC3\x9F") == "\xC3\x9F");
}

TEST_CASE("listeners follow from where the node is advertised") {
  auto listeners = [](Environment variables) { return Container(std::move(variables)).value("listeners"); };
  const std::string advertised = "INTERNAL://kafka-0:9091,EXTERNAL://[fd00::1]:9094";
  REQUIRE(listeners({{"KAFKA_ADVERTISED_LISTENERS", advertised}}) ==
          "INTERNAL://0.0.0.0:9091,EXTERNAL://0.0.0.0:9094");
  REQUIRE(listeners({{"KAFKA_ADVERTISED_LISTENERS", advertised}, {"KAFKA_LISTENERS", ""}}) ==
          "INTERNAL://0.0.0.0:9091,EXTERNAL://0.0.0.0:9094");
  REQUIRE(listeners({{"KAFKA_ADVERTISED_LISTENERS", advertised}, {"KAFKA_LISTENERS", "A://:1"}}) == "A://:1");
  REQUIRE(listeners({{"KAFKA_ADVERTISED_LISTENERS", "C://a:1"}, {"KAFKA_PROCESS_ROLES", "controller"}}) ==
          "-");
  REQUIRE(listeners({{"KAFKA_ADVERTISED_LISTENERS", "nonsense"}}) == "-");
  REQUIRE(listeners({{"KAFKA_ADVERTISED_LISTENERS", ""}, {"KAFKA_NODE_ID", "1"}}) == "-");
}

TEST_CASE("logs go to the volume when nothing names a directory") {
  REQUIRE(Container(with({})).value("log.dirs") == "/var/lib/kafka/data");
  REQUIRE(Container(with({{"KAFKA_LOG_DIRS", ""}})).value("log.dirs") == "/var/lib/kafka/data");
  REQUIRE(Container(with({{"KAFKA_LOG_DIRS", "/data"}})).value("log.dirs") == "/data");
  REQUIRE(Container(with({{"KAFKA_LOG_DIR", "/data"}})).value("log.dirs") == "-");
}

TEST_CASE("a container is asked for metrics from outside, where nothing else is said") {
  REQUIRE(Container(with({})).value("klamm.admin.listener") == ":9404");
  REQUIRE(Container(with({{"KAFKA_KLAMM_ADMIN_LISTENER", "127.0.0.1:9404"}})).value("klamm.admin.listener") ==
          "127.0.0.1:9404");
  REQUIRE(Container(with({{"KAFKA_KLAMM_ADMIN_LISTENER", ""}})).value("klamm.admin.listener") == "");
}

TEST_CASE("an empty value is a value where Kafka has one for it") {
  Container container(with({{"KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM", ""}}));
  REQUIRE(container.value("ssl.endpoint.identification.algorithm") == "");
}

TEST_CASE("the environment is laid over a mounted file") {
  Container container(with({{"KAFKA_NUM_PARTITIONS", "6"}}));
  container.disk.plant("/mnt/shared/config/server.properties",
                       "node.id=7\nnum.partitions=3\nlisteners=PLAINTEXT://:9092\n");
  REQUIRE(container.settings() == ConfigMap{{"node.id", "1"},
                                            {"num.partitions", "6"},
                                            {"listeners", "PLAINTEXT://:9092"},
                                            {"log.dirs", "/var/lib/kafka/data"},
                                            {"klamm.admin.listener", ":9404"}});
}

TEST_CASE("a mounted file is enough, and one that cannot be read is named") {
  Container container({});
  container.disk.plant("/mnt/shared/config/server.properties",
                       "node.id=7\nlog.dirs=/d\nklamm.admin.listener=\n");
  REQUIRE(container.settings() ==
          ConfigMap{{"node.id", "7"}, {"log.dirs", "/d"}, {"klamm.admin.listener", ""}});
  container.disk.plant("/mnt/shared/config/server.properties", "a=\\u1");
  REQUIRE(container.problems().starts_with("/mnt/shared/config/server.properties, line 1: "));
}

TEST_CASE("where nothing is given the node is a single one on localhost:9092") {
  Container container({{"CLUSTER_ID", "4L6g3nShT-eMCtK--X86sw"}, {"KAFKA_HEAP_OPTS", "-Xmx1G"}});
  container.disk.plant("/etc/kafka/docker/server.properties", default_file());
  ConfigFixture fixture;
  auto loaded = make_node_config(container.settings(), fixture.sources());
  INFO((loaded ? "" : loaded.error().message));
  REQUIRE(loaded.ok());
  const NodeConfig& config = loaded->config;
  REQUIRE((config.is_broker && config.is_controller && config.id == NodeId{1}));
  REQUIRE(config.storage.log_dirs == std::vector<std::string>{"/var/lib/kafka/data"});
  REQUIRE(config.network.advertised.size() == 1);
  REQUIRE(config.network.advertised.front().host == "localhost");
  REQUIRE(config.network.advertised.front().port == 9092);
  REQUIRE(config.admin.listeners == std::vector<AdminAddress>{{"", 9404}});
  REQUIRE(container.notices().find("no setting in the environment, and no /mnt/shared/config") !=
          std::string::npos);
}

TEST_CASE("levels alone leave the node to be the single one, as in Kafka's image") {
  Container container({{"CLUSTER_ID", "4L6g3nShT-eMCtK--X86sw"}, {"KAFKA_LOG4J_ROOT_LOGLEVEL", "WARN"}});
  container.disk.plant("/etc/kafka/docker/server.properties", default_file());
  REQUIRE(container.value("process.roles") == "broker,controller");
  REQUIRE(container.value("klamm.log.levels") == "root=WARN");
}

TEST_CASE("without the default file there is nothing to go by") {
  REQUIRE(Container({}).problems().find("/etc/kafka/docker/server.properties") != std::string::npos);
}

TEST_CASE("a node by the environment of Kafka's image, and one by that of Confluent's") {
  const Environment apache = {{"KAFKA_NODE_ID", "1"},
                              {"KAFKA_PROCESS_ROLES", "broker,controller"},
                              {"KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "SSL:SSL,CONTROLLER:PLAINTEXT"},
                              {"KAFKA_CONTROLLER_QUORUM_VOTERS", "1@kafka-1:29092,2@kafka-2:29092"},
                              {"KAFKA_LISTENERS", "CONTROLLER://kafka-1:29092,SSL://:9093"},
                              {"KAFKA_INTER_BROKER_LISTENER_NAME", "SSL"},
                              {"KAFKA_ADVERTISED_LISTENERS", "SSL://kafka-1:9093"},
                              {"KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"},
                              {"KAFKA_SSL_KEYSTORE_FILENAME", "kafka.keystore.jks"},
                              {"KAFKA_SSL_KEYSTORE_CREDENTIALS", "keystore_creds"},
                              {"KAFKA_SSL_KEY_CREDENTIALS", "key_creds"},
                              {"KAFKA_SSL_TRUSTSTORE_FILENAME", "kafka.truststore.jks"},
                              {"KAFKA_SSL_TRUSTSTORE_CREDENTIALS", "truststore_creds"},
                              {"KAFKA_SSL_CLIENT_AUTH", "required"}};
  const Environment confluent = {{"KAFKA_NODE_ID", "2"},
                                 {"KAFKA_PROCESS_ROLES", "broker"},
                                 {"KAFKA_CONTROLLER_QUORUM_VOTERS", "1@controller-1:9093"},
                                 {"KAFKA_LISTENERS", "PLAINTEXT://localhost:19092"},
                                 {"KAFKA_INTER_BROKER_LISTENER_NAME", "PLAINTEXT"},
                                 {"KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://localhost:19092"},
                                 {"KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"},
                                 {"CONFLUENT_METRICS_REPORTER_BOOTSTRAP_SERVERS", "localhost:19092"}};
  for (const Environment& environment : {apache, confluent}) {
    ConfigFixture fixture;
    auto loaded = make_node_config(Container(environment).settings(), fixture.sources());
    INFO((loaded ? "" : loaded.error().message));
    REQUIRE(loaded.ok());
    REQUIRE(loaded->config.storage.log_dirs == std::vector<std::string>{"/var/lib/kafka/data"});
  }
}
