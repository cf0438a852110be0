// The groups of a node, from the cluster's metadata to the shard.
#include "tests/testing.h"

#include "broker/led_groups.h"
#include "protocol/messages/offset_commit_request.h"
#include "tests/broker/access_records.h"
#include "tests/broker/coordinator_node.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Groups : CoordinatorNode {
  Groups() { start_groups(); }

  void start_groups() {
    groups = std::make_unique<LedGroups>(LedGroups::Uses{config.groups, clock, random, workers, *held,
                                                         [this](int32_t) -> Loop& { return loop; }},
                                         kSelf);
  }
  void restart() {
    groups->stop([] {});
    manager->close(7);
    manager.reset();
    start_replicas();
    start_groups();
    become(offsets_topic_of(3));
  }
  void follow(const ClusterImage& before, const ClusterImage& after) override {
    groups->follow(before, after);
  }

  // A simple commit of offset 7 of partition 0; gives the error of the answer.
  std::string commit(std::string_view group, std::string_view topic_name) {
    protocol::OffsetCommitRequest request;
    request.group_id = group;
    request.generation_id_or_member_epoch = -1;
    auto& of_topic = request.topics.emplace_back();
    of_topic.name = topic_name;
    auto& of_partition = of_topic.partitions.emplace_back();
    of_partition.committed_offset = 7;
    std::string answered = "nothing";
    groups->with_commit(group, [&](Outcome<GroupCoordinator::Turn> turn) {
      if (!turn) return void(answered = protocol::name_of(turn.error()));
      turn->shard.offsets().commit(request, 8, image, everyone(), turn->now,
                                   [&](const protocol::OffsetCommitResponse& response) {
                                     answered = std::to_string(response.topics[0].partitions[0].error_code);
                                   });
    });
    return answered;
  }
  // "group/topic" of everything that is committed on this node, by shard.
  std::string committed() {
    std::string text;
    bool done = false;
    groups->with_each_shard(
        [&](GroupCoordinator::Turn turn) {
          for (const auto& one : turn.shard.offsets().all())
            text += std::string(one.group) + "/" + std::string(one.topic) + " ";
        },
        [&](ErrorCode code) { done = code == ErrorCode::kNone; });
    loop.run();
    REQUIRE(done);
    return text;
  }

  std::unique_ptr<LedGroups> groups;
};

}  // namespace

TEST_CASE_METHOD(Groups, "an offset is committed in the shard of its group") {
  become(offsets_topic_of(3));
  REQUIRE(commit("a", "t") == "0");
  REQUIRE(commit("b", "u") == "0");
  REQUIRE(committed() == "a/t b/u ");
}

TEST_CASE_METHOD(Groups, "a restart has the offsets that were committed") {
  become(offsets_topic_of(3));
  commit("a", "t");
  commit("b", "u");
  restart();
  REQUIRE(committed() == "a/t b/u ");
}

TEST_CASE_METHOD(Groups, "a topic that is deleted takes its offsets along, also in the log") {
  become(offsets_topic_of(3));
  commit("a", "t");
  commit("b", "u");
  change(remove_topic(1));
  REQUIRE(committed() == "b/u ");
  restart();
  REQUIRE(committed() == "b/u ");
}

TEST_CASE_METHOD(Groups, "a topic that is deleted while the groups are loaded takes its offsets along") {
  become(offsets_topic_of(3));
  commit("a", "t");
  groups->stop([] {});
  start_groups();
  workers.inline_now = false;
  follow(ClusterImage(), image);
  REQUIRE(commit("a", "u") == "COORDINATOR_LOAD_IN_PROGRESS");
  change(remove_topic(1));
  while (workers.run_one()) {
  }
  REQUIRE(committed().empty());
}

TEST_CASE_METHOD(Groups, "shards that are loading are left out, and that is said") {
  workers.inline_now = false;
  become(offsets_topic_of(3));
  std::string said;
  groups->with_each_shard([&](GroupCoordinator::Turn) { said += "shard "; },
                          [&](ErrorCode code) { said += protocol::name_of(code); });
  loop.run();
  REQUIRE(said == "COORDINATOR_LOAD_IN_PROGRESS");
  while (workers.run_one()) {
  }
}

TEST_CASE_METHOD(Groups, "a node without shards has visited them all") { REQUIRE(committed().empty()); }

TEST_CASE_METHOD(Groups, "a node that stops visits none") {
  become(offsets_topic_of(3));
  groups->stop([] {});
  std::string said;
  groups->with_each_shard([&](GroupCoordinator::Turn) { said += "shard "; },
                          [&](ErrorCode code) { said += protocol::name_of(code); });
  REQUIRE(said == "COORDINATOR_NOT_AVAILABLE");
}

TEST_CASE_METHOD(Groups, "who asks a node that leads nothing is sent on") {
  become(offsets_topic_of(3, 2));
  REQUIRE(commit("a", "t") == "NOT_COORDINATOR");
}
