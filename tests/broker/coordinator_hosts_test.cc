// Which partitions of a coordinator's topic have a host, as the cluster's metadata changes.
#include "tests/testing.h"

#include "broker/coordinator/shard_hosts.h"
#include "tests/broker/coordinator_fixture.h"
#include "tests/broker/coordinator_node.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Hosts : CoordinatorNode {
  Hosts() { start_hosts(); }

  void start_hosts() {
    ShardHosts::Uses uses{clock, workers, *held, [this](int32_t) -> Loop& { return loop; },
                          [](Journal& journal) { return std::make_unique<LetterShard>(journal); }};
    ShardHosts::Config config;
    config.self = kSelf;
    config.topic = "__consumer_offsets";
    config.partitions = 5;
    hosts = std::make_unique<ShardHosts>(std::move(uses), std::move(config));
  }
  void follow(const ClusterImage& before, const ClusterImage& after) override {
    hosts->follow(after, difference(before, after));
  }
  // The partitions with a host, as "0a 2l": active, loading, failed or resigned.
  std::string list() {
    std::string text;
    const auto all = hosts->all();
    if (!all) return std::string(protocol::name_of(all.error()));
    for (const auto& host : *all) {
      text += (text.empty() ? "" : " ") + std::to_string(host->id().partition) +
              "lafr"[static_cast<size_t>(host->state())];
    }
    return text;
  }
  // What is answered to who asks for this key: "0", or the error.
  std::string ask(std::string_view key) {
    auto host = hosts->find(key);
    if (!host) return std::string(protocol::name_of(host.error()));
    std::string answer = "nothing";
    (*host)->run(ShardHost::Step::kOrdered, [&](Outcome<ShardHost::Turn> turn) {
      answer = turn ? std::to_string((*host)->id().partition) : std::string(protocol::name_of(turn.error()));
    });
    return answer;
  }
  std::string write(std::string_view key, std::string_view letters) {
    std::string state;
    auto host = hosts->find(key);
    REQUIRE(host.ok());
    (*host)->run(ShardHost::Step::kOrdered, [&](Outcome<ShardHost::Turn> turn) {
      REQUIRE(turn.ok());
      auto& shard = static_cast<LetterShard&>(turn->shard);
      shard.journal.write({letter(letters)}, [&](ErrorCode code, Now) {
        REQUIRE(code == ErrorCode::kNone);
        state = shard.state;
      });
    });
    return state;
  }

  std::unique_ptr<ShardHosts> hosts;
};

}  // namespace

TEST_CASE_METHOD(Hosts, "before its topic is there, nobody coordinates") {
  REQUIRE(hosts->partitions() == 5);
  REQUIRE(ask("a") == "NOT_COORDINATOR");
}

TEST_CASE_METHOD(Hosts, "each partition that is led here has a host, and a key the one of its partition") {
  become(offsets_topic_of(3));
  REQUIRE(list() == "0a 1a 2a");
  REQUIRE(hosts->partitions() == 3);
  REQUIRE(ask("a") == "1");
  REQUIRE(ask("b") == "2");
}

TEST_CASE_METHOD(Hosts, "a partition that another node leads has none") {
  become(offsets_topic_of(2, 2));
  REQUIRE(list().empty());
  REQUIRE(ask("a") == "NOT_COORDINATOR");
}

TEST_CASE_METHOD(Hosts, "leadership that comes loads, and leadership that goes resigns") {
  become(offsets_topic_of(2, 2));
  change(leader_change(kOffsetsTopicNumber, 1, 1));
  REQUIRE(list() == "1a");
  const auto left = hosts->all()->front();
  change(leader_change(kOffsetsTopicNumber, 1, 2));
  REQUIRE(list().empty());
  REQUIRE(left->state() == ShardHost::State::kResigned);
}

TEST_CASE_METHOD(Hosts, "leadership that goes and comes again loads anew") {
  become(offsets_topic_of(1, 2));
  change(leader_change(kOffsetsTopicNumber, 0, 1));
  const auto first = hosts->all()->front();
  change(leader_change(kOffsetsTopicNumber, 0, 2));
  change(leader_change(kOffsetsTopicNumber, 0, 1));
  REQUIRE(list() == "0a");
  REQUIRE(hosts->all()->front() != first);
}

TEST_CASE_METHOD(Hosts, "a later epoch of the same leader goes on with what it has") {
  become(offsets_topic_of(1));
  REQUIRE(write("a", "x") == "|x");
  const auto first = hosts->all()->front();
  change(leader_change(kOffsetsTopicNumber, 0, 1));
  REQUIRE(hosts->all()->front() == first);
  REQUIRE(write("a", "y") == "|xy");
}

TEST_CASE_METHOD(Hosts, "after a term of somebody else's that was not seen all is loaded anew") {
  become(offsets_topic_of(1));
  const auto first = hosts->all()->front();
  ClusterImage after = image;
  REQUIRE(after.apply(leader_change(kOffsetsTopicNumber, 0, 2)).ok());
  REQUIRE(after.apply(leader_change(kOffsetsTopicNumber, 0, 1)).ok());
  go_to(after);
  REQUIRE(list() == "0a");
  REQUIRE(hosts->all()->front() != first);
}

TEST_CASE_METHOD(Hosts, "a restart finds what was written") {
  become(offsets_topic_of(1));
  write("a", "x");
  hosts->stop([] {});
  manager->close(7);
  manager.reset();
  start_replicas();
  start_hosts();
  become(offsets_topic_of(1));
  REQUIRE(write("a", "y") == "x|y");
}

TEST_CASE_METHOD(Hosts, "a topic that is deleted takes its hosts along, and a new one begins empty") {
  become(offsets_topic_of(2));
  write("a", "x");
  become({topic("t", 1)});
  REQUIRE(list().empty());
  REQUIRE(hosts->partitions() == 5);
  become({topic("__consumer_offsets", 60), partition(60, 0, {1})});
  REQUIRE(write("a", "y") == "|y");
}

TEST_CASE_METHOD(Hosts, "a topic that is deleted and created again in one image begins empty") {
  become(offsets_topic_of(2));
  write("a", "x");
  const uint64_t number = GENERATE(40, 60);
  become({topic("__consumer_offsets", number), partition(number, 0, {1})});
  REQUIRE(list() == "0a");
  REQUIRE(write("a", "y") == "|y");
}

TEST_CASE_METHOD(Hosts, "partitions that are added take no keys from those that were there") {
  become(offsets_topic_of(2));
  const std::string before = ask("a");
  change(partition(kOffsetsTopicNumber, 2, {1}));
  REQUIRE(ask("a") == before);
  REQUIRE(hosts->partitions() == 2);
}

TEST_CASE_METHOD(Hosts, "a replica that finds no room on the disk is served once there is") {
  const auto space = disk.space("/d").value();
  disk.set_capacity(space.total_bytes - space.usable_bytes);
  become(offsets_topic_of(1));
  REQUIRE(ask("a") == "NOT_COORDINATOR");
  disk.set_capacity(UINT64_MAX);
  manager->retry_waiting();
  REQUIRE(ask("a") == "0");
  REQUIRE(list() == "0a");
}

TEST_CASE_METHOD(Hosts, "a node that stops tells everyone, and starts nothing more") {
  become(offsets_topic_of(2));
  int stopped = 0;
  hosts->stop([&] { ++stopped; });
  REQUIRE(stopped == 1);
  REQUIRE(ask("a") == "COORDINATOR_NOT_AVAILABLE");
  change(leader_change(kOffsetsTopicNumber, 0, 1));
  REQUIRE(list() == "COORDINATOR_NOT_AVAILABLE");
}

TEST_CASE_METHOD(Hosts, "a node that coordinates nothing stops at once") {
  int stopped = 0;
  hosts->stop([&] { ++stopped; });
  REQUIRE(stopped == 1);
}
