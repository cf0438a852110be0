#include "tests/testing.h"

#include <sstream>

#include "broker/metadata/bootstrap.h"
#include "broker/metadata/snapshot_file.h"
#include "broker/storage_tool.h"
#include "broker/storage_tool_scram.h"
#include "storage/meta_properties.h"
#include "tests/broker/hex.h"
#include "tests/sim/sim_disk.h"

namespace klamm::broker {
using namespace testing;

namespace {

constexpr std::string_view kCluster = "4L6g3nShT-eMCtK--X86sw";

class FixedClock final : public Clock {
 public:
  int64_t wall_ms() const override { return 1700000000000; }
  int64_t monotonic_ms() const override { return 0; }
};

// A machine with a server.properties, on which the tool is run.
struct Machine {
  sim::SimDisk disk;
  SeededRandom random{3};
  FixedClock clock;
  std::string out, err;

  explicit Machine(std::string_view more = "controller.quorum.bootstrap.servers=127.0.0.1:9093\n",
                   std::string_view roles = "broker,controller") {
    disk.plant(
        "/server.properties",
        "process.roles=" + std::string(roles) + "\nnode.id=1\ncontroller.listener.names=CONTROLLER\n" +
            (roles == "broker" ? "listeners=PLAINTEXT://127.0.0.1:9092\n"
                               : "listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093\n") +
            "log.dirs=/d1,/d2\n" + std::string(more));
  }
  int run(std::vector<std::string_view> args) {
    std::ostringstream output, errors;
    const ConfigSources sources{disk, [](const std::string&) { return std::nullopt; }, "localhost"};
    const int status = run_storage_tool(args, sources, random, clock, output, errors);
    out = output.str();
    err = errors.str();
    return status;
  }
  int format(std::vector<std::string_view> more) {
    std::vector<std::string_view> args = {"format", "-t", kCluster, "-c", "/server.properties"};
    args.insert(args.end(), more.begin(), more.end());
    return run(args);
  }
  int info() { return run({"info", "-c", "/server.properties"}); }
  storage::MetaProperties meta(const std::string& directory) {
    auto meta = storage::read_meta_properties(disk, directory);
    REQUIRE(meta);
    return *meta;
  }
  std::string features(const std::string& directory) {
    auto bootstrap = read_bootstrap(disk, directory);
    REQUIRE(bootstrap);
    std::string text;
    for (const auto& record : bootstrap->records) {
      if (const auto* feature = std::get_if<protocol::FeatureLevelRecord>(&record.record)) {
        text += std::string(feature->name) + "=" + std::to_string(feature->feature_level) + " ";
      }
    }
    return text;
  }
};

const std::string kVoters = "/d1/__cluster_metadata-0/00000000000000000000-0000000000.checkpoint";

}  // namespace

TEST_CASE("Formatting a standalone node makes its directories, its identity and its voter set") {
  Machine machine;
  const int status = machine.format({"--standalone"});
  INFO(machine.err);
  REQUIRE(status == 0);
  REQUIRE(machine.out.find("Formatting dynamic metadata voter directory /d1 with metadata.version 4.3-IV0.\n"
                           "Formatting data directory /d2 with metadata.version 4.3-IV0.\n") !=
          std::string::npos);
  REQUIRE(machine.meta("/d1").cluster_id == kCluster);
  REQUIRE(machine.meta("/d1").node_id == NodeId{1});
  REQUIRE(machine.meta("/d1").directory_id != machine.meta("/d2").directory_id);
  REQUIRE(machine.features("/d2") ==
          "metadata.version=30 eligible.leader.replicas.version=1 group.version=1 share.version=1 "
          "streams.version=1 transaction.version=2 ");
  auto voters = load_snapshot(machine.disk, "/d1/__cluster_metadata-0", raft::kBootstrapSnapshot);
  REQUIRE(voters);
  const raft::Voter* voter = voters->control.voters.find(NodeId{1});
  REQUIRE(voters->control.kraft_version == 1);
  REQUIRE(voter->key.directory_id == machine.meta("/d1").directory_id);
  REQUIRE(voter->endpoints == std::vector<raft::Endpoint>{{"CONTROLLER", "127.0.0.1", 9093}});
  REQUIRE_FALSE(machine.disk.exists("/d2/__cluster_metadata-0"));
}

TEST_CASE("Everything that formatting wrote is durable when it says so") {
  Machine machine;
  REQUIRE(machine.format({"-s"}) == 0);
  REQUIRE(machine.disk.unsynced().empty());
}

TEST_CASE("A crash while formatting leaves a directory unformatted, or formatted whole") {
  for (uint64_t steps = 0; steps < 60; ++steps) {
    Machine machine;
    machine.disk.cut_after_steps(steps);
    machine.format({"-s"});
    machine.disk.crash(machine.random);
    for (const std::string directory : {"/d1", "/d2"}) {
      if (!storage::read_meta_properties(machine.disk, directory)) continue;
      REQUIRE(machine.features(directory).find("metadata.version=30") == 0);
      if (directory == "/d1") REQUIRE(machine.disk.exists(kVoters));
    }
    // What was left is completed, never refused.
    REQUIRE(machine.format({"-s", "-g"}) == 0);
    REQUIRE(machine.info() == 0);
  }
}

TEST_CASE("Power that goes in the middle of a write leaves a directory unformatted, or formatted whole") {
  for (uint64_t bytes = 0; bytes < 2400; bytes += 7) {
    Machine machine;
    machine.disk.cut_after_bytes(bytes);
    machine.format({"-s"});
    machine.disk.crash(machine.random);
    for (const std::string directory : {"/d1", "/d2"}) {
      if (!storage::read_meta_properties(machine.disk, directory)) continue;
      REQUIRE(machine.features(directory).find("metadata.version=30") == 0);
      if (directory == "/d1")
        REQUIRE(load_snapshot(machine.disk, "/d1/__cluster_metadata-0", raft::kBootstrapSnapshot));
    }
    REQUIRE(machine.format({"-s", "-g"}) == 0);
    REQUIRE(machine.info() == 0);
  }
}

TEST_CASE("Directories are formatted for what the file says, whether or not this release can run it") {
  Machine machine("controller.quorum.bootstrap.servers=127.0.0.1:9093\nauthorizer.class.name=some.Class\n");
  REQUIRE(machine.format({"-s"}) == 0);
}

TEST_CASE("Formatted directories are refused, or passed over when told to") {
  Machine machine;
  REQUIRE(machine.format({"-s"}) == 0);
  const auto before = machine.meta("/d1");
  REQUIRE(machine.format({"-s"}) == 1);
  REQUIRE(machine.err.find("Log directory /d1 is already formatted. Use --ignore-formatted") == 0);
  REQUIRE(machine.format({"-s", "-g"}) == 0);
  REQUIRE(machine.out == "All of the log directories are already formatted.\n");
  REQUIRE(machine.disk.remove_all("/d2"));
  REQUIRE(machine.format({"-s", "-g"}) == 0);
  REQUIRE(machine.out.find("Formatting data directory /d2") != std::string::npos);
  REQUIRE(machine.meta("/d1") == before);
}

TEST_CASE("Directories of another cluster or another node are refused") {
  Machine machine;
  REQUIRE(machine.format({"-s"}) == 0);
  REQUIRE(machine.run({"format", "-g", "-s", "-c", "/server.properties", "-t", "4L6g3nShT-eMCtK--X86sx"}) ==
          1);
  REQUIRE(machine.err.find("Invalid cluster.id in: /d1/meta.properties") == 0);
  Machine other;
  other.disk.plant("/d1/meta.properties", "version=1\ncluster.id=" + std::string(kCluster) + "\nnode.id=2\n");
  REQUIRE(other.format({"-s", "-g"}) == 1);
  REQUIRE(other.err.find("Invalid node.id in: /d1/meta.properties") == 0);
}

TEST_CASE(
    "A static quorum needs no voters file, and a controller without one must say which quorum is meant") {
  Machine fixed("controller.quorum.voters=1@127.0.0.1:9093\n");
  REQUIRE(fixed.format({}) == 0);
  REQUIRE(fixed.out.find("Formatting metadata directory /d1") != std::string::npos);
  REQUIRE_FALSE(fixed.disk.exists(kVoters));
  REQUIRE(fixed.format({"-s", "-g"}) == 1);
  REQUIRE(fixed.err.find("controller.quorum.voters") != std::string::npos);

  Machine open;
  REQUIRE(open.format({}) == 1);
  REQUIRE(open.err.find("--standalone, --initial-controllers, or --no-initial-controllers") !=
          std::string::npos);
  REQUIRE(open.format({"-N"}) == 0);
  REQUIRE_FALSE(open.disk.exists(kVoters));
  REQUIRE(open.format({"-N", "-s"}) == 1);
}

TEST_CASE("Initial controllers are the same for all, and give the metadata directory its id") {
  Machine machine;
  REQUIRE(machine.format(
              {"-I", "1@127.0.0.1:9093:JEXY6aqzQY-32P5TStzaFg,2@[::1]:9094:MvDxzVmcRsaTz33bUuRU6A"}) == 0);
  REQUIRE(machine.meta("/d1").directory_id->to_string() == "JEXY6aqzQY-32P5TStzaFg");
  auto voters = load_snapshot(machine.disk, "/d1/__cluster_metadata-0", raft::kBootstrapSnapshot);
  REQUIRE(voters->control.voters.find(NodeId{2})->endpoints[0].host == "0:0:0:0:0:0:0:1");
}

TEST_CASE("Initial controllers that cannot be read are refused with what is wrong") {
  const auto complaint = [](std::string_view text) {
    Machine machine;
    REQUIRE(machine.format({"--initial-controllers", text}) == 1);
    REQUIRE_FALSE(machine.disk.exists("/d1"));
    return machine.err;
  };
  REQUIRE(complaint("1:9093:JEXY6aqzQY-32P5TStzaFg").find("no @") != std::string::npos);
  REQUIRE(complaint("x@h:9093:JEXY6aqzQY-32P5TStzaFg").find("id") != std::string::npos);
  REQUIRE(complaint("1@h:70000:JEXY6aqzQY-32P5TStzaFg").find("port") != std::string::npos);
  REQUIRE(complaint("1@h:9093:what").find("directory id") != std::string::npos);
  REQUIRE(complaint("1@h:9093").find("directory id") != std::string::npos);
  REQUIRE(complaint("1@[::1:9093:JEXY6aqzQY-32P5TStzaFg").find("bracket") != std::string::npos);
  REQUIRE(complaint("1@h:1:JEXY6aqzQY-32P5TStzaFg,1@h:2:MvDxzVmcRsaTz33bUuRU6A").find("more than once") !=
          std::string::npos);
  REQUIRE(complaint("").find("No voters given") != std::string::npos);
}

TEST_CASE("Release and features choose what the cluster begins with") {
  Machine machine;
  REQUIRE(machine.format({"-s", "-r", "4.0", "-f", "transaction.version=1"}) == 0);
  REQUIRE(machine.features("/d1") == "metadata.version=25 group.version=1 transaction.version=1 ");
  const auto complaint = [](std::vector<std::string_view> options) {
    Machine refused;
    options.push_back("-s");
    REQUIRE(refused.format(options) == 1);
    return refused.err;
  };
  REQUIRE(complaint({"-r", "5.0"}).find("Unknown metadata.version '5.0'") == 0);
  REQUIRE(complaint({"-r", "4.4-IV0"}).find("not yet stable") != std::string::npos);
  REQUIRE(complaint({"-r", "4.0", "-f", "metadata.version=25"}).find("ambiguity") != std::string::npos);
  REQUIRE(complaint({"-f", "no.such=1"}).find("Unsupported feature: no.such") == 0);
  REQUIRE(complaint({"-f", "group.version=2"}).find("group.version with feature level 2") !=
          std::string::npos);
  REQUIRE(complaint({"-f", "kraft.version=0"}).find("kraft.version") != std::string::npos);
  REQUIRE(complaint({"-r", "3.9", "-f", "eligible.leader.replicas.version=1"}).find("level 23") !=
          std::string::npos);
  REQUIRE(complaint({"-f", "group.version"}).find("feature=level") != std::string::npos);
}

TEST_CASE("What info prints is what Kafka's tool prints") {
  Machine machine;
  REQUIRE(machine.info() == 1);
  REQUIRE(machine.out == "Found problems:\n  /d1 does not exist\n  /d2 does not exist\n\n");
  machine.disk.plant("/d1/meta.properties", "version=1\ncluster.id=" + std::string(kCluster) +
                                                "\nnode.id=1\ndirectory.id=a2npYN6vSzuxcBo0CbzzNw\n");
  REQUIRE(machine.disk.make_directories("/d2"));
  REQUIRE(machine.info() == 1);
  REQUIRE(
      machine.out ==
      "Found log directories:\n  /d1\n  /d2\n\n"
      "Found metadata: {cluster.id=4L6g3nShT-eMCtK--X86sw, directory.id=a2npYN6vSzuxcBo0CbzzNw, node.id=1, "
      "version=1}\n\nFound problem:\n  /d2 is not formatted.\n\n");
}

TEST_CASE("The feature commands print what Kafka's tool prints") {
  Machine machine;
  REQUIRE(machine.run({"version-mapping", "--release-version=3.7"}) == 0);
  REQUIRE(machine.out ==
          "metadata.version=19 (3.7)\nkraft.version=0\ntransaction.version=0\ngroup.version=0\n"
          "eligible.leader.replicas.version=0\nshare.version=0\nstreams.version=0\n");
  REQUIRE(machine.run({"feature-dependencies", "-f", "eligible.leader.replicas.version=1", "-f",
                       "metadata.version=23", "-fkraft.version=1"}) == 0);
  REQUIRE(machine.out ==
          "eligible.leader.replicas.version=1 requires:\n    metadata.version=23 (4.0-IV1)\n"
          "metadata.version=23 (4.0-IV1) has no dependencies.\nkraft.version=1 has no dependencies.\n");
}

TEST_CASE("Wrong command lines give status 1 and how to do it right") {
  Machine machine;
  REQUIRE(machine.run({}) == 1);
  REQUIRE(machine.run({"bogus"}) == 1);
  REQUIRE(machine.err.find("No command 'bogus'") != std::string::npos);
  REQUIRE(machine.run({"format", "-c", "/server.properties"}) == 1);
  REQUIRE(machine.err.find("--cluster-id/-t is required") != std::string::npos);
  REQUIRE(machine.run({"format", "--bogus"}) == 1);
  REQUIRE(machine.run({"info", "-c"}) == 1);
  REQUIRE(machine.run({"format", "--help"}) == 0);
  REQUIRE(machine.run({"random-uuid"}) == 0);
  REQUIRE(Uuid::from_string(machine.out.substr(0, 22)));
  REQUIRE(machine.run({"info", "-c", "/missing.properties"}) == 1);
}

TEST_CASE("A SCRAM credential is what RFC 5802 makes of the password") {
  SeededRandom random(1);
  // Made by Apache Kafka 4.3.1's formatter from the same arguments.
  auto made = parse_scram_argument(
      "SCRAM-SHA-512=[name=alice,iterations=8192,salt=\"N3E=\",password=alice-secret]", random);
  REQUIRE(made);
  REQUIRE(made->key == ScramKey{ScramMechanism::kSha512, "alice"});
  REQUIRE(made->credential.iterations == 8192);
  REQUIRE(hex(made->credential.salt) == "3771");
  REQUIRE(hex(made->credential.stored_key) ==
          "67f7eb39556591c89d3902a938ddf56c7ec39dcc59be5582459e1013636c678a"
          "fd7aeaba03c351a648269044d88084ccfcc5041b5baf3f74c5b129560131b796");
  REQUIRE(hex(made->credential.server_key) ==
          "ad89e4b123de712fe5a6d56b6e24f72a7b87eb02c8a652245d65712f007be508"
          "e222da023a58d14805d32f3f16e4b63cdd65905f7c460b3ec23ee7588e211159");
  auto salted =
      parse_scram_argument("SCRAM-SHA-256=[name=bob,salt=\"N3E=\",saltedpassword=\"YCE=\"]", random);
  REQUIRE(salted);
  REQUIRE(salted->credential.iterations == 4096);
  REQUIRE(hex(salted->credential.stored_key) ==
          "e8ed7e79a880316a18a5a18f63a109902c2dfd958a29a66e7bb487eb5fd3455a");
  REQUIRE(hex(salted->credential.server_key) ==
          "cdef114d813edc6a3d8e4f842a7383f87f017eb06e8af3c0e5a3981bcb1d5c60");
}

TEST_CASE("Two credentials of one password have different salts") {
  SeededRandom random(1);
  auto one = parse_scram_argument("SCRAM-SHA-256=[name=a,password=p]", random);
  auto other = parse_scram_argument("SCRAM-SHA-256=[name=a,password=p]", random);
  REQUIRE(one->credential.salt != other->credential.salt);
  REQUIRE(one->credential.stored_key != other->credential.stored_key);
}

TEST_CASE("A SCRAM argument that cannot be read is refused") {
  SeededRandom random(1);
  for (std::string_view argument :
       {"", "SCRAM-SHA-256", "SCRAM-SHA-1=[name=a,password=p]", "SCRAM-SHA-256=name=a,password=p",
        "SCRAM-SHA-256=[password=p]", "SCRAM-SHA-256=[name=a]", "SCRAM-SHA-256=[name=a,saltedpassword=YCE=]",
        "SCRAM-SHA-256=[name=a,password=p,iterations=4095]",
        "SCRAM-SHA-256=[name=a,password=p,iterations=16385]",
        "SCRAM-SHA-256=[name=a,password=p,iterations=x]", "SCRAM-SHA-256=[name=a,password=p,salt=?]",
        "SCRAM-SHA-256=[name=a,password=p,more=1]", "SCRAM-SHA-256=[name=a,password]"}) {
    INFO(argument);
    REQUIRE_FALSE(parse_scram_argument(argument, random));
  }
}

TEST_CASE("Credentials stand behind the features in the bootstrap file, and need a release that has them") {
  Machine machine;
  REQUIRE(machine.format({"-s", "-S", "SCRAM-SHA-256=[name=alice,password=p]", "--add-scram",
                          "SCRAM-SHA-512=[name=bob,password=p]"}) == 0);
  auto bootstrap = read_bootstrap(machine.disk, "/d2");
  REQUIRE(bootstrap->records.size() == 8);
  REQUIRE(std::get<protocol::UserScramCredentialRecord>(bootstrap->records[6].record).name == "alice");
  REQUIRE(std::get<protocol::UserScramCredentialRecord>(bootstrap->records[7].record).mechanism == 2);
  REQUIRE(machine.out.find("password") == std::string::npos);
  Machine old;
  REQUIRE(old.format({"-s", "-r", "3.4", "-S", "SCRAM-SHA-256=[name=alice,password=p]"}) == 1);
  REQUIRE(old.err.find("3.5-IV2") != std::string::npos);
}

TEST_CASE("format replaces the variables of config.providers") {
  const std::string more = "controller.quorum.bootstrap.servers=127.0.0.1:9093\nnode.id=${dir:/run:id}\n";
  Machine machine(more +
                  "config.providers=dir\nconfig.providers.dir.class="
                  "org.apache.kafka.common.config.provider.DirectoryConfigProvider\n");
  machine.disk.plant("/run/id", "7");
  REQUIRE(machine.format({"-s"}) == 0);
  REQUIRE(machine.meta("/d1").node_id == NodeId{7});
  Machine without(more);
  REQUIRE(without.format({"-s"}) == 1);
  REQUIRE(without.err.find("node.id: ${dir:/run:id} is not replaced") != std::string::npos);
}

}  // namespace klamm::broker
