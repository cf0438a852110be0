#include "storage/leader_epochs.h"

#include "tests/storage/log_fixture.h"

using namespace klamm;
using namespace klamm::storage;

namespace {

LeaderEpochs epochs(std::initializer_list<std::pair<int32_t, int64_t>> entries) {
  LeaderEpochs table;
  for (auto [epoch, start] : entries) table.assign(Epoch{epoch}, Offset{start});
  return table;
}
std::string text(const LeaderEpochs& table) {
  std::string out;
  for (const EpochStart& entry : table.entries())
    out += std::to_string(entry.epoch.value) + "@" + std::to_string(entry.start.value) + " ";
  return out;
}

}  // namespace

TEST_CASE("the end of an epoch is where the next one starts, and the last one ends with the log") {
  const LeaderEpochs table = epochs({{2, 10}, {5, 20}, {7, 30}});
  const Offset end{40};
  REQUIRE(table.end_of(Epoch{7}, end) == EpochEnd{Epoch{7}, Offset{40}});
  REQUIRE(table.end_of(Epoch{5}, end) == EpochEnd{Epoch{5}, Offset{30}});
  REQUIRE(table.end_of(Epoch{6}, end) == EpochEnd{Epoch{5}, Offset{30}});
  REQUIRE(table.end_of(Epoch{1}, end) == EpochEnd{Epoch{1}, Offset{10}});
  REQUIRE(table.end_of(Epoch{8}, end) == EpochEnd{});
  REQUIRE(table.end_of(kNoEpoch, end) == EpochEnd{});
  REQUIRE(LeaderEpochs().end_of(Epoch{0}, end) == EpochEnd{});
}

TEST_CASE("an epoch that contradicts later entries replaces them") {
  LeaderEpochs table = epochs({{2, 10}, {5, 20}, {7, 30}});
  REQUIRE(table.assign(Epoch{6}, Offset{20}));
  REQUIRE(text(table) == "2@10 6@20 ");
  REQUIRE_FALSE(table.assign(Epoch{6}, Offset{25}));
  REQUIRE(table.assign(Epoch{6}, Offset{15}));
  REQUIRE(text(table) == "2@10 6@15 ");
}

TEST_CASE("epochs are cut at the end") {
  LeaderEpochs table = epochs({{2, 10}, {5, 20}});
  REQUIRE_FALSE(table.truncate_from_end(Offset{21}));
  REQUIRE(table.truncate_from_end(Offset{20}));
  REQUIRE(text(table) == "2@10 ");
}

TEST_CASE("the epoch that covers the start begins there") {
  LeaderEpochs table = epochs({{2, 10}, {5, 20}, {7, 30}});
  REQUIRE_FALSE(table.truncate_from_start(Offset{5}));
  REQUIRE_FALSE(table.truncate_from_start(Offset{10}));
  REQUIRE(table.truncate_from_start(Offset{25}));
  REQUIRE(text(table) == "5@25 7@30 ");
}

TEST_CASE("epochs are looked up by offset") {
  const LeaderEpochs table = epochs({{2, 10}, {5, 20}});
  REQUIRE_FALSE(table.epoch_of(Offset{9}));
  REQUIRE(table.epoch_of(Offset{10}) == Epoch{2});
  REQUIRE(table.epoch_of(Offset{19}) == Epoch{2});
  REQUIRE(table.epoch_of(Offset{100}) == Epoch{5});
}

TEST_CASE("the checkpoint of epochs reads back, and damaged ones do not") {
  const std::string good = "0\n2\n2 10\n5 20\n";
  REQUIRE(epochs({{2, 10}, {5, 20}}).to_text() == good);
  REQUIRE(text(*LeaderEpochs::from_text(good)) == "2@10 5@20 ");
  for (const char* bad :
       {"", "1\n0\n", "0\n1\n", "0\n2\n2 10\n", "0\n0\n2 10\n", "0\n1\n2 10", "0\n1\n2 x\n", "0\n1\n-2 10\n"})
    REQUIRE_FALSE(LeaderEpochs::from_text(bad));
}

TEST_CASE_METHOD(LogFixture, "a new epoch is on disk with the first flush, and known at once") {
  open();
  append_many(2, TestBatch().epoch(0));
  append_many(1, TestBatch().epoch(3));
  REQUIRE(log->view()->epoch_end_offset(Epoch{0}, log->end().offset) == EpochEnd{Epoch{0}, Offset{2}});
  REQUIRE_FALSE(disk.exists(path("leader-epoch-checkpoint")));
  REQUIRE(log->flush().ok());
  REQUIRE(disk.text(path("leader-epoch-checkpoint")) == "0\n2\n0 0\n3 2\n");
}

TEST_CASE_METHOD(LogFixture, "of flushes at the same time the one with the newest epochs wins") {
  open();
  append_many(1, TestBatch().epoch(0));
  auto older = log->prepare_flush();
  append_many(1, TestBatch().epoch(3));
  auto newer = log->prepare_flush();
  REQUIRE(older->epochs.has_value());
  REQUIRE(newer->epochs.has_value());
  const auto newer_done = newer->run(disk);
  const auto older_done = older->run(disk);
  REQUIRE(log->complete_flush(*newer, newer_done).ok());
  REQUIRE(log->complete_flush(*older, older_done).ok());
  REQUIRE(disk.text(path("leader-epoch-checkpoint")) == "0\n2\n0 0\n3 1\n");
  REQUIRE_FALSE(log->prepare_flush()->epochs.has_value());
}

TEST_CASE_METHOD(LogFixture, "an epoch without a batch costs the disk nothing and is gone after a restart") {
  open();
  append_many(2);
  REQUIRE(log->close().ok());
  const uint64_t steps = disk.counters().steps;
  log->assign_epoch(Epoch{4}, log->end().offset);
  REQUIRE(log->close().ok());
  REQUIRE(disk.counters().steps == steps);
  reopen_clean();
  REQUIRE(log->epochs().latest()->epoch == Epoch{0});
}

TEST_CASE_METHOD(LogFixture,
                 "what the file of the epochs says of batches that were cut off is not believed") {
  config.segment_bytes = GENERATE(1 << 20, 100);
  open();
  append_many(3, TestBatch().epoch(0));
  append_many(3, TestBatch().epoch(7));
  REQUIRE(log->flush().ok());
  hints.recovery_point = log->recovery_point();
  REQUIRE(log->truncate_to(Offset{3}, now_ms).ok());
  hints.recovery_point = std::min(hints.recovery_point, log->recovery_point());
  append_many(5, TestBatch().epoch(5));
  reopen_killed();
  REQUIRE(log->epochs().to_text() == "0\n2\n0 0\n5 3\n");
}

TEST_CASE_METHOD(LogFixture, "where an epoch began is known although compaction took its first batches") {
  config.compact = true;
  Bytes file = TestBatch().at(0).epoch(0).bytes();
  const Bytes later = TestBatch().at(9).epoch(2).bytes();
  file.insert(file.end(), later.begin(), later.end());
  disk.plant(path("00000000000000000000.log"), file);
  disk.plant(path("leader-epoch-checkpoint"), "0\n2\n0 0\n2 4\n");
  open();
  REQUIRE(log->epochs().to_text() == "0\n2\n0 0\n2 4\n");
}

TEST_CASE_METHOD(LogFixture, "an epoch may begin before anything was written in it") {
  open();
  append_many(2);
  log->assign_epoch(Epoch{4}, log->end().offset);
  REQUIRE(log->view()->epoch_end_offset(Epoch{4}, log->end().offset) == EpochEnd{Epoch{4}, Offset{2}});
  REQUIRE(log->view()->epoch_end_offset(Epoch{0}, log->end().offset) == EpochEnd{Epoch{0}, Offset{2}});
}

TEST_CASE_METHOD(LogFixture, "truncation to the end drops an epoch that begins there (KAFKA-10706)") {
  open();
  append_many(2);
  log->assign_epoch(Epoch{4}, log->end().offset);
  REQUIRE(log->truncate_to(Offset{2}, now_ms).ok());
  REQUIRE(log->epochs().latest()->epoch == Epoch{0});
}

TEST_CASE_METHOD(LogFixture, "epoch 0 comes back from the log when its checkpoint is gone (KAFKA-10432)") {
  open();
  append_many(2, TestBatch().epoch(0));
  append_many(2, TestBatch().epoch(1));
  REQUIRE(log->close().ok());
  REQUIRE(disk.remove(path("leader-epoch-checkpoint")).ok());
  reopen_clean();
  REQUIRE(log->epochs().to_text() == "0\n2\n0 0\n1 2\n");
  disk.plant(path("leader-epoch-checkpoint"), "rubbish");
  reopen_clean();
  REQUIRE(log->epochs().to_text() == "0\n2\n0 0\n1 2\n");
}
