#include "tests/testing.h"

#include "broker/controller/elections.h"

#include <set>

using namespace klamm;
using namespace klamm::broker;

namespace {

std::string text_of(const std::optional<std::vector<int32_t>>& nodes) {
  if (!nodes) return "=";
  std::string text = "[";
  for (int32_t id : *nodes) text += std::to_string(id);
  return text + "]";
}

// A partition on brokers 1 to 3, all in sync and led by 1, in a cluster where all of them live.
struct Election {
  Election() {
    partition.replicas = partition.isr = {{1}, {2}, {3}};
    partition.leader = {1};
    terms.elr = true;
    terms.acceptable = [this](NodeId id) { return living.contains(id.value); };
  }
  // "leader isr elr last-known", '=' for what stays; "nothing" when all does.
  std::string run() {
    auto change = elect(Uuid::of(1, 1), 0, partition, terms);
    if (!change) return "nothing";
    std::string leader = change->leader == -2 ? "=" : std::to_string(change->leader);
    recovering = change->leader_recovery_state == 1;
    return leader + " " + text_of(change->isr) + " " + text_of(change->eligible_leader_replicas) + " " +
           text_of(change->last_known_elr);
  }

  PartitionImage partition;
  ElectionTerms terms;
  std::set<int32_t> living{1, 2, 3};
  bool recovering = false;
};

}  // namespace

TEST_CASE_METHOD(Election, "nothing changes while the leader lives") { REQUIRE(run() == "nothing"); }

TEST_CASE_METHOD(Election, "the next of the assignment that is in sync follows a leader that is fenced") {
  partition.isr = {{1}, {3}};
  terms.gone = NodeId{1};
  REQUIRE(run() == "3 [3] = =");
  REQUIRE_FALSE(recovering);
}

TEST_CASE_METHOD(Election, "a replica that leaves an ISR below its minimum stays eligible (KIP-966)") {
  partition.isr = {{1}, {3}};
  terms.gone = NodeId{1};
  terms.isr_min = 2;
  REQUIRE(run() == "3 [3] [1] =");
}

TEST_CASE_METHOD(Election, "an eligible replica leads when nobody is in sync") {
  partition.isr = {};
  partition.leader = kNoNode;
  partition.elr = {{2}, {3}};
  living = {3};
  terms.isr_min = 2;
  REQUIRE(run() == "3 [3] [2] =");
  REQUIRE_FALSE(recovering);
}

TEST_CASE_METHOD(Election, "an eligible replica does not lead while somebody is in sync, if out of reach") {
  partition.isr = {{1}};
  partition.leader = kNoNode;
  partition.elr = {{2}};
  living = {2};
  terms.isr_min = 2;
  REQUIRE(run() == "nothing");
}

TEST_CASE_METHOD(Election, "the last leader is remembered when nobody may lead") {
  partition.isr = {{1}};
  terms.gone = NodeId{1};
  living = {};
  REQUIRE(run() == "-1 [] [1] [1]");
}

TEST_CASE_METHOD(Election, "without KIP-966 the last replica in sync stays it, fenced or not") {
  terms.elr = false;
  partition.isr = {{1}};
  terms.gone = NodeId{1};
  REQUIRE(run() == "-1 = = =");
}

TEST_CASE_METHOD(Election, "a replica that lost its tail is neither in sync nor eligible") {
  partition.isr = {{1}};
  partition.elr = {{2}};
  terms.lost = NodeId{1};
  living = {};
  REQUIRE(run() == "-1 [] = [1]");
}

TEST_CASE_METHOD(Election, "the last known leader comes back, and its partition has to recover") {
  partition.isr = {};
  partition.leader = kNoNode;
  partition.last_known_elr = {{1}};
  REQUIRE(run() == "1 [1] = []");
  REQUIRE(recovering);
}

TEST_CASE_METHOD(Election, "nobody out of sync leads unless unclean elections are allowed") {
  partition.isr = {{1}};
  partition.leader = kNoNode;
  living = {2, 3};
  REQUIRE(run() == "nothing");
  terms.unclean = true;
  REQUIRE(run() == "2 [2] = =");
  REQUIRE(recovering);
}

TEST_CASE_METHOD(Election, "who was eligible when KIP-966 was switched off leads where nobody is in sync") {
  terms.elr = false;
  partition.isr = {};
  partition.leader = kNoNode;
  partition.elr = {{2}};
  partition.last_known_elr = {{1}};
  living = {3};
  REQUIRE(run() == "nothing");
  living = {1, 2};
  REQUIRE(run() == "2 [2] [] []");
  REQUIRE_FALSE(recovering);
}

TEST_CASE_METHOD(Election, "when KIP-966 is switched off nobody stays eligible where somebody is in sync") {
  terms.elr = false;
  partition.isr = {{1}};
  partition.elr = {{2}};
  REQUIRE(run() == "= = [] =");
}

TEST_CASE_METHOD(Election, "who is added to the replicas is where the directory of a new one is") {
  partition.directories = {Uuid::of(9, 1), Uuid::of(9, 2), Uuid::of(9, 3)};
  terms.assignment = Assignment{{{4}, {1}, {2}, {3}}, {}, {{4}}};
  terms.new_directory = [](NodeId id) { return Uuid::of(8, static_cast<uint64_t>(id.value)); };
  const auto change = elect(Uuid::of(1, 1), 0, partition, terms);
  REQUIRE(change->directories ==
          std::vector<Uuid>{Uuid::of(8, 4), Uuid::of(9, 1), Uuid::of(9, 2), Uuid::of(9, 3)});
  REQUIRE(change->replicas == std::vector<int32_t>{4, 1, 2, 3});
  REQUIRE(change->adding_replicas == std::vector<int32_t>{4});
  REQUIRE(change->leader == -2);
}
