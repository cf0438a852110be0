// The scrub and the examiner: what is examined, how fast, and what comes of it.
#include "tests/testing.h"

#include "broker/replica/examiner.h"
#include "broker/replica/scrub.h"

#include "tests/broker/damage_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

constexpr int64_t kHour = 3'600'000;

struct ScrubFixture : DamageFixture {
  void start(int64_t bytes_per_second = 16 << 20) {
    partitions.add(partition);
    scrub.emplace(
        Scrub::Uses{.loop = loop,
                    .workers = workers,
                    .partitions = partitions,
                    .metadata_exams = [this](storage::ExamScope scope) { return metadata(scope); },
                    .fatal = [this](const std::string& why) { fatal.push_back(why); }},
        Scrub::Terms{.bytes_per_second = bytes_per_second, .interval_ms = kHour, .first_ms = 1'000});
    scrub->start();
    loop.run();
  }
  std::deque<storage::SegmentExam> metadata(storage::ExamScope scope) {
    if (!of_metadata) return {};
    const auto state = of_metadata->state();
    return storage::exams_of(*state.view, state.end, scope);
  }

  FakeLoop loop{clock};
  FakeWorkers workers;
  Partitions partitions;
  std::optional<Scrub> scrub;
  std::shared_ptr<Partition> of_metadata;  // whose log stands for the metadata log
  std::vector<std::string> fatal;
  ScrubFixture() { workers.inline_now = true; }
};

}  // namespace

TEST_CASE_METHOD(ScrubFixture, "soon after the start what nobody has looked at is examined") {
  flip(3);
  restart_leading();
  start();
  loop.advance(999);
  REQUIRE(damaged_from() == -1);
  loop.advance(1);
  REQUIRE(damaged_from() == 3);
}

TEST_CASE_METHOD(ScrubFixture, "what was found whole is looked at again after the interval, and not before") {
  start();
  loop.advance(2'000);
  flip(3);
  loop.advance(kHour - 3'000);
  REQUIRE(damaged_from() == -1);
  loop.advance(3'000);
  REQUIRE(damaged_from() == 3);
}

TEST_CASE_METHOD(ScrubFixture, "a rate of 0 means that there is no scrub") {
  restart_leading();
  start(0);
  REQUIRE(loop.timers() == 0);
}

TEST_CASE_METHOD(ScrubFixture, "the scrub reads as fast as it may, and no faster") {
  for (int i = 0; i < 8; ++i) REQUIRE(append(TestBatch().value_size(700'000)).error == ErrorCode::kNone);
  restart_leading();
  start(1 << 20);
  loop.advance(1'000);
  const uint64_t before = disk.counters().reads;
  loop.advance(3'000);
  REQUIRE(disk.counters().reads > before);
  REQUIRE(partition->exams(storage::ExamScope::kUnexamined).size() >= 1);
  loop.advance(6'000);
  REQUIRE(partition->exams(storage::ExamScope::kUnexamined).empty());
}

TEST_CASE_METHOD(ScrubFixture, "the scrub leaves no sealed segment open") {
  restart_leading();
  const size_t before = disk.open_files();
  start();
  loop.advance(2'000);
  REQUIRE(disk.open_files() <= before + 1);  // the active one
}

TEST_CASE_METHOD(ScrubFixture, "between rounds one timer is all there is") {
  start();
  loop.advance(2'000);
  REQUIRE(loop.timers() == 1);
  REQUIRE(workers.tasks.empty());
}

TEST_CASE_METHOD(ScrubFixture, "a log that is taken away meanwhile does not disturb the scrub") {
  restart_following();
  workers.inline_now = false;
  start();
  loop.advance(1'000);
  partition->as_writer([this](storage::Log& log) { return log.truncate_to(Offset{2}, clock.now); });
  workers.inline_now = true;
  while (workers.run_one()) loop.run();
  loop.advance(2'000);
  REQUIRE(damaged_from() == -1);
}

TEST_CASE_METHOD(ScrubFixture, "damage in the metadata log ends the process, which says what is to be done") {
  flip(3);
  restart_leading();
  of_metadata = partition;
  start();
  loop.advance(1'000);
  REQUIRE(fatal.size() == 1);
  REQUIRE(fatal.front().find("offset 3") != std::string::npos);
  REQUIRE(fatal.front().find("Replace the directory /logs/t-0") != std::string::npos);
}

TEST_CASE_METHOD(DamageFixture, "an examiner does once what is asked for twice, and few at a time") {
  restart_leading();
  FakeWorkers workers;
  Examiner examiner(workers);
  for (int again = 0; again < 2; ++again) {
    for (auto& exam : partition->exams(storage::ExamScope::kUnexamined)) examiner.examine(partition, exam);
  }
  REQUIRE(workers.tasks.size() == Examiner::kAtOnceMax);
  while (workers.run_one()) {
  }
  REQUIRE(partition->state().exams == 4);
}
