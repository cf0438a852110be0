// Where a node's part in the quorum starts from: its voters, and what the first batch of a term says of them.
#include "tests/testing.h"

#include "broker/metadata/snapshot_file.h"
#include "broker/metadata/voters_record.h"
#include "tests/broker/quorum_node.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

const std::string kFirstCheckpoint = "/d/__cluster_metadata-0/00000000000000000000-0000000000.checkpoint";

Bytes checkpoint_of(std::vector<raft::Voter> voters) {
  SnapshotEncoder encoder(Epoch{0}, 1000, {1000, 1, raft::Voters(std::move(voters))});
  encoder.finish();
  return encoder.take();
}

raft::Voter voter(int32_t id, const Uuid& directory) {
  raft::Voter made;
  made.key = {NodeId{id}, directory};
  made.endpoints = {{"CONTROLLER", "127.0.0.1", 9093}};
  made.kraft_version_max = 1;
  return made;
}

}  // namespace

TEST_CASE_METHOD(QuorumNode, "static voters: a term begins with LEADER_CHANGE alone") {
  configure("controller.quorum.voters=1@127.0.0.1:9093\n");
  format({});
  start();
  restart();
  REQUIRE(control_records() == "LEADER_CHANGE | LEADER_CHANGE");
}

TEST_CASE_METHOD(QuorumNode, "kraft.version 1: the first term says the voters, and no other") {
  standalone();
  start();
  REQUIRE(control_records() == "LEADER_CHANGE KRAFT_VERSION KRAFT_VOTERS");
  restart();
  REQUIRE(control_records() == "LEADER_CHANGE KRAFT_VERSION KRAFT_VOTERS | LEADER_CHANGE");
}

TEST_CASE_METHOD(QuorumNode, "a voter whose listeners have changed says so once") {
  standalone();
  start();
  stop();
  configure("controller.quorum.bootstrap.servers=127.0.0.1:9095\n", "9095");
  start();
  REQUIRE(driver->raft().voters().begin()->endpoints ==
          std::vector<raft::Endpoint>{{"CONTROLLER", "127.0.0.1", 9095}});
  restart();
  REQUIRE(
      control_records() ==
      "LEADER_CHANGE KRAFT_VERSION KRAFT_VOTERS | LEADER_CHANGE KRAFT_VERSION KRAFT_VOTERS | LEADER_CHANGE");
}

TEST_CASE_METHOD(QuorumNode, "what the log says of the voters outweighs the configuration") {
  standalone();
  start();
  stop();
  configure("controller.quorum.voters=1@127.0.0.1:9093\n");
  start();
  REQUIRE(driver->kraft_version() == 1);
}

TEST_CASE_METHOD(QuorumNode, "one of several voters says its own listeners, and leaves those of the others") {
  standalone();
  const Uuid directory = *storage::read_meta_properties(disk, "/d")->directory_id;
  raft::Voter other = voter(2, Uuid::of(1, 2));
  other.endpoints[0].port = 9999;
  disk.plant(kFirstCheckpoint, checkpoint_of({voter(1, directory), other}));
  auto begun = read_start();
  REQUIRE(begun.ok());
  REQUIRE(begun->voters.size() == 2);
  REQUIRE(begun->addresses.at(NodeId{2}) == NodeAddress{"127.0.0.1", 9999});
  REQUIRE(begun->config.unsaid_voters->voters.find(NodeId{2})->endpoints == other.endpoints);
}

TEST_CASE_METHOD(QuorumNode, "a controller with another directory than the voters' set has only follows") {
  standalone();
  disk.plant(kFirstCheckpoint, checkpoint_of({voter(1, Uuid::of(1, 2))}));
  auto begun = read_start();
  REQUIRE(begun.ok());
  REQUIRE_FALSE(begun->voters.contains(begun->self));
  REQUIRE(begun->config.can_become_voter);
}

TEST_CASE_METHOD(QuorumNode, "a controller that is to join a quorum only follows until it is added") {
  // Another host's port may be this node's own.
  configure(GENERATE("controller.quorum.bootstrap.servers=127.0.0.1:9095\n",
                     "controller.quorum.bootstrap.servers=elsewhere:9093\n"));
  format({"-N"});
  auto begun = read_start();
  REQUIRE(begun.ok());
  REQUIRE(begun->voters.size() == 0);
  REQUIRE(begun->config.can_become_voter);
}

TEST_CASE_METHOD(QuorumNode, "static voters are reached where the configuration says") {
  configure("controller.quorum.voters=1@127.0.0.1:9093,2@host-2:9094\n");
  format({});
  auto begun = read_start();
  REQUIRE(begun.ok());
  REQUIRE(begun->voters.size() == 2);
  REQUIRE(begun->addresses.at(NodeId{2}) == NodeAddress{"host-2", 9094});
  REQUIRE(begun->config.bootstrap_servers.empty());
}

TEST_CASE("a set with a voter that stands there twice is no set") {
  protocol::VotersRecord record;
  record.voters.resize(2);
  record.voters[0].voter_id = record.voters[1].voter_id = 1;
  REQUIRE_FALSE(voters_of(record).has_value());
  record.voters[1].voter_id = -1;
  REQUIRE_FALSE(voters_of(record).has_value());
  record.voters[1].voter_id = 2;
  REQUIRE(voters_of(record).has_value());
}
