// Random commits, deletions, expiry, deleted topics and transactions. The state is the replay of the log: a
// second shard that loads what the first one wrote gives the same answers, after each step that is looked at.
// And both agree with a model that is as simple as can be.
#include "tests/testing.h"

#include <map>
#include <set>
#include <tuple>

#include "base/random.h"
#include "broker/group/group_shard.h"
#include "tests/broker/offsets_fixture.h"

namespace klamm::broker::group::testing {
namespace {

// What the log says, worked out from its end for each partition.
class Model {
 public:
  using Key = std::tuple<std::string, std::string, int32_t>;
  struct Commit {
    int64_t offset;
    size_t at;  // in the log
  };

  explicit Model(const std::vector<LogJournal::Logged>& log) {
    std::map<int64_t, std::map<Key, Commit>> open;
    for (size_t at = 0; at < log.size(); ++at) {
      const LogJournal::Logged& logged = log[at];
      if (logged.committed) {
        for (const auto& [key, commit] : open[logged.producer_id]) {
          if (*logged.committed && (!committed.contains(key) || committed.at(key).at < commit.at)) {
            committed.insert_or_assign(key, commit);
          }
        }
        open.erase(logged.producer_id);
        continue;
      }
      if (record_type_of(logged.record.key) != kOffsetCommitType) continue;
      const OffsetKeyView view = *read_offset_key(logged.record.key);
      const Key key{view.group, view.topic, view.partition};
      if (!logged.record.value) {
        committed.erase(key);
        for (auto& [producer, commits] : open) commits.erase(key);
        continue;
      }
      const Commit commit{read_offset_value(*logged.record.value)->offset, at};
      (logged.producer_id < 0 ? committed : open[logged.producer_id]).insert_or_assign(key, commit);
    }
    for (const auto& [producer, commits] : open) {
      for (const auto& [key, commit] : commits) pending.insert(key);
    }
  }

  std::map<Key, Commit> committed;
  std::set<Key> pending;
};

class RandomShard : public OffsetsFixture {
 public:
  explicit RandomShard(uint64_t seed) : random_(seed) { config.offsets_retention_ms = 500; }

  void step() {
    now.wall_ms += static_cast<int64_t>(random_.below(20));
    const std::string group = "g" + std::to_string(random_.below(4));
    const auto producer = static_cast<int64_t>(random_.below(3));
    switch (random_.below(12)) {
      case 0:
        remove(group, {{topic(), {partition(), partition()}}});
        break;
      case 1:
        expire_at(now.wall_ms);
        break;
      case 2:
        end_transaction(producer, !random_.one_in(3));
        break;
      case 3:
        delete_topic();
        break;
      case 4:
      case 5:
      case 6:
        commit_in_transaction(producer, group, topic(), partition(), offset());
        break;
      default:
        commit(group, {{topic(), partition(), offset(), metadata()}, {topic(), partition(), offset()}},
               how());
    }
  }

  // All that can be asked, as text. Groups that do not exist are asked for, too.
  std::string answers() {
    std::string text;
    for (const char* group : {"g0", "g1", "g2", "g3"}) {
      for (const bool stable : {false, true}) {
        for (const int16_t version : {9, 10}) {
          const FetchHow how{.version = version, .require_stable = stable};
          text += fmt::format("{} all: {}\n", group, fetch(group, std::nullopt, how));
          text += fetch(group, Wanted{{"orders", {0, 1, 2, 3}}, {"logs", {0}}}, how) + "\n";
        }
      }
    }
    return text;
  }

 private:
  CommitHow how() {
    CommitHow how{.version = static_cast<int16_t>(random_.one_in(2) ? 10 : 4)};
    if (how.version == 4 && random_.one_in(2)) how.retention_ms = static_cast<int64_t>(random_.below(300));
    return how;
  }
  void delete_topic() {
    const std::string name = topic();
    const Uuid id = random_.one_in(2) ? image.topics().find(name)->id : Uuid::of(4, 4);
    const Offsets::DeletedTopic deleted{name, id};
    offsets.on_topics_deleted({&deleted, 1});
    settle();
  }
  std::string topic() { return random_.one_in(4) ? "logs" : "orders"; }
  int32_t partition() { return static_cast<int32_t>(random_.below(5)); }
  int64_t offset() { return static_cast<int64_t>(random_.below(1'000)); }
  std::string metadata() { return std::string(random_.below(3) * 9, 'm'); }

  SeededRandom random_;
};

void replay(const std::vector<LogJournal::Logged>& log, RandomShard& shard) {
  shard.journal.log = log;
  for (size_t at = 0; at < log.size(); ++at) {
    if (log[at].committed) {
      shard.offsets.end_transaction(log[at].producer_id, *log[at].committed);
      continue;
    }
    CoordinatorRecordView view = view_of(log[at].record, Offset{static_cast<int64_t>(at)});
    view.producer_id = log[at].producer_id;
    REQUIRE(shard.apply(view));
  }
}

void require_as_model(RandomShard& shard) {
  const Model model(shard.journal.log);
  std::map<Model::Key, int64_t> all;
  for (const Offsets::Committed& offset : shard.offsets.all()) {
    all[{std::string(offset.group), std::string(offset.topic), offset.partition}] = offset.offset.value;
  }
  REQUIRE(all.size() == model.committed.size());
  for (const auto& [key, commit] : model.committed) REQUIRE(all.at(key) == commit.offset);
  for (const auto& key : model.pending) {
    const auto& [group, topic, partition] = key;
    REQUIRE(shard.fetch(group, Wanted{{topic, {partition}}}, {.require_stable = true}) ==
            fmt::format("{}: {} UNSTABLE_OFFSET_COMMIT", topic, partition));
  }
}

}  // namespace

TEST_CASE("a shard that loads the log of another answers like it", "[offsets]") {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    RandomShard shard(seed);
    for (int look = 0; look < 4; ++look) {
      for (int count = 0; count < 60; ++count) shard.step();
      require_as_model(shard);
      RandomShard loaded(seed);
      replay(shard.journal.log, loaded);
      REQUIRE(loaded.answers() == shard.answers());
    }
  }
}

}  // namespace klamm::broker::group::testing
