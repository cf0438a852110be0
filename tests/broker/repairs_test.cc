// How a damaged replica leaves the in-sync replicas, is cut, and comes back: nothing before its time.
#include "tests/testing.h"

#include "broker/replica/repairs.h"

#include "tests/broker/damage_fixture.h"
#include "tests/broker/metadata_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

const Uuid kTopic = Uuid::of(1, 1);

// Node 1's replica of t-0, which is on 1, 2 and 3; as the metadata has it, all of them are in sync, and 1
// leads.
struct RepairFixture : DamageFixture {
  RepairFixture() {
    apply(feature("metadata.version", 30));
    protocol::TopicRecord topic;
    topic.name = "t";
    topic.topic_id = kTopic;
    apply(topic);
    protocol::PartitionRecord record;
    record.partition_id = 0;
    record.topic_id = kTopic;
    record.replicas = record.isr = {1, 2, 3};
    record.leader = 1;
    record.leader_epoch = 2;
    record.partition_epoch = 0;
    record.directories = {id(901), id(902), id(903)};
    apply(record);
  }

  void apply(const MetadataRecord& record) { REQUIRE(image.apply(record).ok()); }
  // What is done at once.
  std::string show() {
    const PartitionImage* state = image.topics().find(kTopic, 0);
    REQUIRE(state != nullptr);
    partition->assign(*state, image.brokers());
    repairs.step(image);
    return std::exchange(done, {});
  }
  struct Change {
    std::optional<int32_t> leader{};
    std::optional<std::vector<int32_t>> isr{}, elr{};
    std::optional<Uuid> directory{};
  };
  std::string change(const Change& change) {
    protocol::PartitionChangeRecord record;
    record.partition_id = 0;
    record.topic_id = kTopic;
    if (change.leader) record.leader = *change.leader;
    record.isr = change.isr;
    record.eligible_leader_replicas = change.elr;
    if (change.directory) record.directories = std::vector{*change.directory, id(902), id(903)};
    apply(record);
    return show();
  }
  // The process starts again, with a damaged batch at offset 3, which an exam finds.
  std::string find_damage() {
    flip(3);
    restart();
    show();
    examine_all();
    return begin();
  }
  std::string begin() {
    repairs.begin(partition, id(901));
    return show();
  }

  ClusterImage image;
  std::string done;
  Repairs repairs{
      {.self = kSelf,
       .assign =
           [this](const PartitionKey&, const Uuid& directory) {
             done += directory == kLostDirectory ? "lost; " : directory == id(901) ? "here; " : "? ";
           },
       .follow =
           [this](const auto&, const PartitionImage& state) {
             done += "follow " + std::to_string(state.leader.value) + "; ";
           },
       .unfollow = [this](const PartitionKey&) { done += "unfollow; "; },
       .checkpoint = [this] { done += "checkpoint at " + std::to_string(end()) + "; "; }}};
};

const std::vector<int32_t> kOthers = {2, 3};

}  // namespace

TEST_CASE_METHOD(RepairFixture, "a damaged leader says that it is lost, and cuts nothing") {
  REQUIRE(find_damage() == "unfollow; lost; ");
  REQUIRE(end() == 8);
}

TEST_CASE_METHOD(RepairFixture, "a replica that is out is cut, and says that it is here again") {
  find_damage();
  REQUIRE(change({.leader = 2, .isr = kOthers, .directory = kLostDirectory}) == "checkpoint at 3; here; ");
  REQUIRE(end() == 3);
}

TEST_CASE_METHOD(RepairFixture, "a replica that is here again follows its leader, and is like any other") {
  find_damage();
  change({.leader = 2, .isr = kOthers, .directory = kLostDirectory});
  REQUIRE(change({.directory = id(901)}) == "follow 2; ");
  REQUIRE(repairs.empty());
}

TEST_CASE_METHOD(RepairFixture, "what was said and is not committed counts for nothing") {
  find_damage();
  for (int i = 0; i < 3; ++i) REQUIRE(show() == "lost; ");
  REQUIRE(end() == 8);
}

TEST_CASE_METHOD(RepairFixture, "nothing is cut while the replica is in the ISR, wherever it is") {
  find_damage();
  REQUIRE(change({.leader = 2, .directory = kLostDirectory}) == "");
  REQUIRE(end() == 8);
}

TEST_CASE_METHOD(RepairFixture, "nothing is cut while the replica is eligible as a leader") {
  find_damage();
  REQUIRE(
      change({.leader = 2, .isr = kOthers, .elr = std::vector<int32_t>{1}, .directory = kLostDirectory}) ==
      "lost; ");
  REQUIRE(end() == 8);
  REQUIRE(change({.elr = std::vector<int32_t>()}) == "checkpoint at 3; here; ");
}

TEST_CASE_METHOD(RepairFixture, "nothing is cut while nobody leads, who could supply what is lost") {
  find_damage();
  REQUIRE(change({.leader = -1, .isr = kOthers, .directory = kLostDirectory}) == "");
  REQUIRE(end() == 8);
}

TEST_CASE_METHOD(RepairFixture,
                 "out of sync but online it may be taken in any time: first it says that it is lost") {
  find_damage();
  REQUIRE(change({.leader = 2, .isr = kOthers}) == "lost; ");
  REQUIRE(end() == 8);
}

TEST_CASE_METHOD(RepairFixture, "who is alone in sync leads on, says nothing, and cuts nothing") {
  change({.isr = std::vector<int32_t>{1}});
  REQUIRE(find_damage() == "unfollow; ");
  REQUIRE((end() == 8 && read(2).size() > 0));
  REQUIRE(read(3).error == ErrorCode::kCorruptMessage);
}

TEST_CASE_METHOD(RepairFixture, "who was alone steps down when another is in sync again") {
  change({.isr = std::vector<int32_t>{1}});
  find_damage();
  REQUIRE(change({.isr = std::vector<int32_t>{1, 2}}) == "lost; ");
}

TEST_CASE_METHOD(RepairFixture,
                 "who is alone and offline, since the others went meanwhile, comes back as it is") {
  find_damage();
  REQUIRE(change({.leader = -1, .isr = std::vector<int32_t>{1}, .directory = kLostDirectory}) == "here; ");
  REQUIRE(end() == 8);
}

TEST_CASE_METHOD(RepairFixture,
                 "a replica that was lost when its process ended is examined before it is followed") {
  change({.leader = 2, .isr = kOthers, .directory = kLostDirectory});
  restart();
  REQUIRE(begin() == "unfollow; ");
  examine();
  REQUIRE(show() == "here; ");
}

TEST_CASE_METHOD(RepairFixture, "and is cut if it is still damaged") {
  change({.leader = 2, .isr = kOthers, .directory = kLostDirectory});
  flip(3);
  restart();
  begin();
  examine();
  REQUIRE(show() == "checkpoint at 3; here; ");
}

TEST_CASE_METHOD(RepairFixture, "a second damage begins the repair anew") {
  flip(1);
  find_damage();
  REQUIRE(damaged_from() == 1);
  change({.leader = 2, .isr = kOthers, .directory = kLostDirectory});
  REQUIRE(end() == 1);
}

TEST_CASE_METHOD(RepairFixture, "without directories in the metadata it waits until its leader drops it") {
  apply(feature("metadata.version", 16));
  REQUIRE(find_damage() == "unfollow; ");
  REQUIRE(change({.leader = 2, .isr = kOthers}) == "checkpoint at 3; follow 2; ");
}

TEST_CASE_METHOD(RepairFixture, "a replica that leaves this node is not repaired") {
  find_damage();
  protocol::RemoveTopicRecord gone;
  gone.topic_id = kTopic;
  apply(gone);
  repairs.step(image);
  REQUIRE(repairs.empty());
}

TEST_CASE_METHOD(RepairFixture, "in no order of events is anything cut that counts") {
  SeededRandom random(3);
  for (int round = 0; round < 200; ++round) {
    RepairFixture fixture;
    fixture.find_damage();
    for (int event = 0; event < 6 && fixture.end() == 8; ++event) {
      Change change;
      if (random.one_in(2)) change.leader = static_cast<int32_t>(random.below(3)) + 1;
      if (random.one_in(2)) change.isr = random.one_in(2) ? std::vector<int32_t>{1, 2, 3} : kOthers;
      if (random.one_in(3)) change.elr = random.one_in(2) ? std::vector<int32_t>{1} : std::vector<int32_t>();
      if (random.one_in(2)) change.directory = random.one_in(2) ? kLostDirectory : id(901);
      fixture.change(change);
    }
    const PartitionImage& now = *fixture.image.topics().find(kTopic, 0);
    if (fixture.end() == 8) continue;
    const bool is_eligible = std::ranges::find(now.elr, kSelf) != now.elr.end();
    REQUIRE_FALSE((now.in_isr(kSelf) || is_eligible || now.leader == kSelf || !now.has_leader()));
    REQUIRE(now.directory_of(kSelf) == kLostDirectory);
  }
}
