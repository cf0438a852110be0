// What a container does before its node.
#include "tests/testing.h"

#include <sstream>

#include "broker/container_tool/options.h"
#include "broker/container_tool/prepare.h"
#include "storage/meta_properties.h"
#include "tests/sim/sim_disk.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

constexpr std::string_view kCluster = "4L6g3nShT-eMCtK--X86sw";
const std::string kFile = "/opt/kafka/config/server.properties";
const std::string kData = "/var/lib/kafka/data";

class StoppedClock final : public Clock {
 public:
  int64_t wall_ms() const override { return 1700000000000; }
  int64_t monotonic_ms() const override { return 0; }
};

// A container that has not been started yet.
struct Container {
  sim::SimDisk disk;
  SeededRandom random{5};
  StoppedClock clock;
  std::string host_name = "kafka-2";
  std::string said;
  Environment environment = {{"KAFKA_NODE_ID", "2"},
                             {"KAFKA_PROCESS_ROLES", "broker,controller"},
                             {"KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"},
                             {"KAFKA_CONTROLLER_QUORUM_VOTERS", "1@kafka-1:9093,2@kafka-2:9093"},
                             {"KAFKA_LISTENERS", "PLAINTEXT://:9092,CONTROLLER://:9093"},
                             {"CLUSTER_ID", std::string(kCluster)}};

  Container() {
    for (const char* folder : {"/opt/kafka/config", "/var/lib/kafka/data", "/tmp", "/dev/shm"}) {
      REQUIRE(disk.make_directories(folder).ok());
    }
  }

  Result<PreparedContainer, Failure> prepare(ContainerStep step = ContainerStep::kRun) {
    const ConfigSources sources{disk, [](const std::string&) { return std::nullopt; }, host_name};
    ContainerOptions options;
    options.step = step;
    std::ostringstream out;
    auto prepared = prepare_container(options, environment, sources, random, clock, out);
    said = out.str();
    return prepared;
  }
  // The file that the node is started with.
  std::string prepared(ContainerStep step = ContainerStep::kRun) {
    auto done = prepare(step);
    INFO((done ? "" : done.error().message));
    REQUIRE(done.ok());
    return done->file;
  }
  std::string refusal() {
    auto done = prepare();
    REQUIRE_FALSE(done.ok());
    return done.error().message;
  }
  std::string cluster() {
    auto meta = storage::read_meta_properties(disk, kData);
    REQUIRE(meta.ok());
    return meta->cluster_id.value_or("");
  }
  bool is_formatted() { return storage::read_meta_properties(disk, kData).ok(); }
  void fail(sim::DiskOperation operation, const std::string& path_part, int code) {
    disk.inject({operation, path_part, 0, UINT64_MAX, code});
  }
};

}  // namespace

TEST_CASE("a container writes its settings, formats what is empty, and names the file to start with") {
  Container container;
  REQUIRE(container.prepared() == kFile);
  const std::string text = container.disk.text(kFile);
  REQUIRE(text.find("\nnode.id=2\n") != std::string::npos);
  REQUIRE(text.find("\nlog.dirs=/var/lib/kafka/data\n") != std::string::npos);
  REQUIRE(text.find("\nlisteners=PLAINTEXT\\://\\:9092,CONTROLLER\\://\\:9093\n") != std::string::npos);
  REQUIRE(container.cluster() == kCluster);
  REQUIRE(storage::read_meta_properties(container.disk, kData)->node_id == NodeId{2});
  REQUIRE(container.said.find("Formatting metadata directory /var/lib/kafka/data") != std::string::npos);
}

TEST_CASE("configure only writes the settings") {
  Container container;
  REQUIRE(container.prepared(ContainerStep::kConfigure) == kFile);
  REQUIRE_FALSE(container.is_formatted());
}

TEST_CASE("a second start formats nothing, and changed settings replace those before") {
  Container container;
  container.prepared(ContainerStep::kFormat);
  const auto before = storage::read_meta_properties(container.disk, kData);
  container.environment["KAFKA_NUM_PARTITIONS"] = "3";
  container.prepared();
  REQUIRE(container.said.empty());
  REQUIRE(storage::read_meta_properties(container.disk, kData)->directory_id == before->directory_id);
  REQUIRE(container.disk.text(kFile).find("\nnum.partitions=3\n") != std::string::npos);
}

TEST_CASE("a directory of another cluster is refused with both ways out") {
  Container container;
  container.prepared();
  container.environment["CLUSTER_ID"] = "AAAAAAAAAAAAAAAAAAAAAg";
  REQUIRE(container.refusal() ==
          "CLUSTER_ID=AAAAAAAAAAAAAAAAAAAAAg, but /var/lib/kafka/data belongs to the cluster "
          "4L6g3nShT-eMCtK--X86sw, as its meta.properties says. Set CLUSTER_ID=4L6g3nShT-eMCtK--X86sw to go "
          "on with what is there, or give this node an empty directory");
  REQUIRE(container.cluster() == kCluster);
}

TEST_CASE("without CLUSTER_ID a directory keeps its cluster, and an empty one gets that of Kafka's image") {
  Container container;
  container.prepared();
  container.environment.erase("CLUSTER_ID");
  container.prepared();
  REQUIRE(container.cluster() == kCluster);

  Container fresh;
  fresh.environment["CLUSTER_ID"] = " ";
  const auto prepared = fresh.prepare();
  REQUIRE(prepared.ok());
  REQUIRE(fresh.cluster() == "5L6g3nShT-eMCtK--X86sw");
  REQUIRE(prepared->notices.back().text.starts_with("CLUSTER_ID is not set"));
}

TEST_CASE("an environment made for ZooKeeper is told each variable to add, worked out from what is there") {
  Container container;
  container.environment = {{"KAFKA_ZOOKEEPER_CONNECT", "zk:2181"},
                           {"KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://kafka-2:9092"},
                           {"KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "PLAINTEXT:PLAINTEXT"}};
  container.disk.plant(kData + "/meta.properties",
                       "version=0\nbroker.id=2\ncluster.id=" + std::string(kCluster));
  REQUIRE(container.refusal() ==
          "process.roles is missing (a file made for ZooKeeper does not have it); add "
          "KAFKA_PROCESS_ROLES=broker,controller\n"
          "node.id is missing; add KAFKA_NODE_ID=2 (from the host name kafka-2)\n"
          "controller.listener.names is missing; add KAFKA_CONTROLLER_LISTENER_NAMES=CONTROLLER, and "
          "KAFKA_LISTENERS=PLAINTEXT://0.0.0.0:9092,CONTROLLER://:9093, and "
          "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n"
          "controller.quorum.voters is missing; add KAFKA_CONTROLLER_QUORUM_VOTERS=2@kafka-2:9093 (every "
          "controller of the cluster is in it)\n"
          "CLUSTER_ID is missing; add CLUSTER_ID=4L6g3nShT-eMCtK--X86sw (the same on every node of the "
          "cluster)");
  REQUIRE_FALSE(container.disk.exists(kFile));
}

TEST_CASE("what is wrong and what is missing is told at once") {
  Container container;
  container.environment.erase("KAFKA_PROCESS_ROLES");
  container.environment["KAFKA_SSL_KEYSTORE_FILENAME"] = "ks.jks";
  const std::string message = container.refusal();
  REQUIRE(message.find("KAFKA_SSL_KEYSTORE_FILENAME=ks.jks: there is no") == 0);
  REQUIRE(message.find("\nprocess.roles is missing") != std::string::npos);
  // The cluster's id is given.
  REQUIRE(message.find("CLUSTER_ID") == std::string::npos);
}

TEST_CASE("settings that cannot be written in their place go where they can") {
  Container container;
  container.fail(sim::DiskOperation::kCreate, "/opt/kafka/config", EROFS);
  REQUIRE(container.prepared() == "/tmp/server.properties");
  container.fail(sim::DiskOperation::kRename, "/tmp/", EBUSY);
  REQUIRE(container.prepared() == "/dev/shm/server.properties");
  container.fail(sim::DiskOperation::kCreate, "/dev/shm", ENOSPC);
  REQUIRE(container.refusal().starts_with("the settings can be written nowhere ("));
}

TEST_CASE("a file that is mounted over the settings' place leaves no copy beside it") {
  Container container;
  container.fail(sim::DiskOperation::kRename, kFile, EBUSY);
  container.prepared();
  REQUIRE_FALSE(container.disk.exists(kFile + ".tmp"));
}

TEST_CASE("a volume that cannot be written is told with what makes it so") {
  Container container;
  container.fail(sim::DiskOperation::kCreate, kData, EACCES);
  const std::string message = container.refusal();
  REQUIRE(message.starts_with("Error while formatting /var/lib/kafka/data: "));
  REQUIRE(message.find("Permission denied; the user of this container has to be able to write there") !=
          std::string::npos);
}

TEST_CASE("a volume that cannot even be looked into is told with what makes it so") {
  Container container;
  container.prepared();
  container.fail(sim::DiskOperation::kOpen, kData + "/meta.properties", EACCES);
  const std::string message = container.refusal();
  REQUIRE(message.find(kData + "/meta.properties: Permission denied; the user of this container has to be "
                               "able to write there") != std::string::npos);
}

TEST_CASE("a controller without voters is told to name them, unless its directory is formatted") {
  Container container;
  container.environment.erase("KAFKA_CONTROLLER_QUORUM_VOTERS");
  container.environment["KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS"] = "kafka-1:9093";
  REQUIRE(container.refusal().find("KAFKA_CONTROLLER_QUORUM_VOTERS=1@kafka-1:9093") != std::string::npos);
  container.disk.plant(kData + "/meta.properties",
                       "version=1\nnode.id=2\ncluster.id=" + std::string(kCluster) +
                           "\ndirectory.id=3Tzj-qYoQGiNMt5-2lcsDA\n");
  REQUIRE(container.prepared() == kFile);
}

TEST_CASE("passwords survive the way through the file") {
  Container container;
  container.environment["KAFKA_SSL_KEY_PASSWORD"] = "a\\\\b#!=: c";
  container.prepared();
  REQUIRE(container.disk.text(kFile).find("\nssl.key.password=a\\\\b\\#\\!\\=\\: c\n") != std::string::npos);
}

TEST_CASE("the command line of a container names the step and the places") {
  auto parse = [](std::vector<std::string_view> words) { return parse_container_options(words); };
  REQUIRE(parse({})->step == ContainerStep::kRun);
  REQUIRE(parse({"run"})->step == ContainerStep::kRun);
  REQUIRE(parse({"format"})->step == ContainerStep::kFormat);
  REQUIRE(parse({})->file == kFile);
  auto options = parse({"configure", "--file", "/f", "--mounted=/m", "--secrets", "/s", "--defaults", "/d",
                        "--data", "/l"});
  REQUIRE(options.ok());
  REQUIRE(options->step == ContainerStep::kConfigure);
  REQUIRE(options->file == "/f");
  REQUIRE(options->places.mounted == "/m");
  REQUIRE(options->places.secrets == "/s");
  REQUIRE(options->places.defaults == "/d");
  REQUIRE(options->places.data == "/l");
  REQUIRE(parse({"--help"})->wants_help);
}

TEST_CASE("a container's command line that is wrong is answered") {
  auto parse = [](std::vector<std::string_view> words) { return parse_container_options(words); };
  REQUIRE(parse({"start"}).error().message ==
          "container: no command 'start'; there are configure, format and run");
  REQUIRE(parse({"run", "--nothing"}).error().message == "container: unknown argument '--nothing'");
  REQUIRE(parse({"--file"}).error().message == "--file needs a value");
}
