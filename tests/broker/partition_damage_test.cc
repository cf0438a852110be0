// Nobody is given what is damaged, or was not looked at.
#include "tests/testing.h"

#include "tests/broker/damage_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Listener final : DataListener {
  void on_data() override { ++told; }
  int told = 0;
};

}  // namespace

TEST_CASE_METHOD(DamageFixture, "what this process has written is given out at once") {
  REQUIRE(read_batches(2) == "2/1 3/1");
  REQUIRE(exams.empty());
}

TEST_CASE_METHOD(DamageFixture,
                 "a sealed segment that another process wrote is examined before it is given out") {
  restart_leading();
  const ReadResult result = read(2);
  REQUIRE((result.error == ErrorCode::kNone && !result.slice && result.exams_seen));
  REQUIRE(exams.size() == 1);
  REQUIRE(exams.front().segment().base() == Offset{2});
  examine();
  REQUIRE(read_batches(2) == "2/1 3/1");
}

TEST_CASE_METHOD(DamageFixture, "whoever waits for an exam is told when it is over") {
  restart_leading();
  const auto listener = std::make_shared<Listener>();
  partition->listen_for_exam(*read(2).exams_seen, listener);
  REQUIRE(listener->told == 0);
  examine();
  REQUIRE(listener->told == 1);
}

TEST_CASE_METHOD(DamageFixture, "whoever comes too late to wait for an exam is told at once") {
  restart_leading();
  const auto listener = std::make_shared<Listener>();
  const uint64_t seen = *read(2).exams_seen;
  examine();
  partition->listen_for_exam(seen, listener);
  REQUIRE(listener->told == 1);
}

TEST_CASE_METHOD(DamageFixture,
                 "a follower's fetch waits for the exam as well, and says nothing of the follower") {
  restart_leading({kSelf, kOther});
  REQUIRE(read_as_follower(2).exams_seen);
  REQUIRE(partition->readers_at(Offset{2}).empty());
  examine();
  REQUIRE(read_as_follower(2).slice);
  REQUIRE(partition->readers_at(Offset{2}).size() == 1);
}

TEST_CASE_METHOD(DamageFixture, "of a damaged log what lies below the damage is given out") {
  flip(3);
  restart_leading();
  examine_all();
  REQUIRE(damaged_from() == 3);
  REQUIRE(read_batches(0) == "0/1 1/1");
  REQUIRE(read_batches(2) == "2/1");
}

TEST_CASE_METHOD(DamageFixture,
                 "what is damaged, and all behind it, is refused: CORRUPT_MESSAGE by who is alone") {
  flip(3);
  restart_leading();
  examine_all();
  for (int64_t offset = 3; offset <= 8; ++offset) REQUIRE(read(offset).error == ErrorCode::kCorruptMessage);
}

TEST_CASE_METHOD(DamageFixture,
                 "with others in sync it is KAFKA_STORAGE_ERROR, at which clients look for them") {
  flip(3);
  restart_leading({kSelf, kOther});
  examine_all();
  REQUIRE(read(3).error == ErrorCode::kKafkaStorageError);
  REQUIRE(read_as_follower(4).error == ErrorCode::kKafkaStorageError);
}

TEST_CASE_METHOD(DamageFixture, "nothing is appended behind damage") {
  flip(3);
  restart_leading();
  examine_all();
  REQUIRE(append().error == ErrorCode::kKafkaStorageError);
  REQUIRE(end() == 8);
}

TEST_CASE_METHOD(DamageFixture, "of several damages the first counts, and each that is nearer is told of") {
  flip(1);
  flip(5);
  restart_leading();
  REQUIRE(read(4).exams_seen);
  examine();
  REQUIRE((damaged_from() == 5 && damages == 1));
  examine_all();
  REQUIRE((damaged_from() == 1 && damages == 2));
}

TEST_CASE_METHOD(DamageFixture, "a damaged leader takes nobody out of the in-sync replicas") {
  flip(3);
  restart_leading({kSelf, kOther});
  examine_all();
  clock.now += 100'000;
  partition->check_followers();
  REQUIRE(proposals.empty());
}

TEST_CASE_METHOD(DamageFixture, "a whole leader takes out of the in-sync replicas who has gone") {
  restart_leading({kSelf, kOther});
  clock.now += 100'000;
  partition->check_followers();
  REQUIRE(proposals.size() == 1);
}

TEST_CASE_METHOD(DamageFixture, "a follower's log is cut where the damage begins, and is whole then") {
  flip(3);
  restart_following();
  examine_all();
  partition->cut_damage();
  REQUIRE(damaged_from() == -1);
  REQUIRE(end() == 3);
  REQUIRE(partition->followed().high_watermark == Offset{3});
}

TEST_CASE_METHOD(DamageFixture, "a leader's log is not cut") {
  flip(3);
  restart_leading();
  examine_all();
  partition->cut_damage();
  REQUIRE((end() == 8 && damaged_from() == 3));
}

TEST_CASE_METHOD(DamageFixture, "a follower that is damaged writes nothing to its log") {
  flip(3);
  restart_following();
  examine_all();
  LogOutcome outcome = LogOutcome::kDone;
  const LogWork work{.leader_epoch = Epoch{2}, .truncate_to = Offset{2}};
  partition->follow(work, [&](const LogReport& report) { outcome = report.outcome; });
  REQUIRE(outcome == LogOutcome::kOver);
  REQUIRE(end() == 8);
}

TEST_CASE_METHOD(DamageFixture, "damage goes with its segment when that is deleted") {
  flip(1);
  restart_leading();
  examine_all();
  REQUIRE(partition->delete_records_before(Offset{2}).ok());
  partition->as_writer([this](storage::Log& log) { return log.apply_retention(Offset{8}, clock.now); });
  REQUIRE((damaged_from() == -1 && damages == 2));
  REQUIRE(read_batches(2) == "2/1 3/1");
  REQUIRE(append().error == ErrorCode::kNone);
}

TEST_CASE_METHOD(DamageFixture, "an exam of what has left the log says nothing of it") {
  flip(3);
  restart_following();
  partition->examine_all();
  auto stale = std::exchange(exams, {});
  for (auto& exam : stale) REQUIRE(exam.go_on(1 << 20).ok());
  partition->as_writer([this](storage::Log& log) { return log.truncate_to(Offset{2}, clock.now); });
  for (const auto& exam : stale) partition->on_examined(exam);
  REQUIRE((damaged_from() == -1 && damages == 0));
}

TEST_CASE_METHOD(DamageFixture, "a leader looks again at what a follower asks for three times in vain") {
  restart_leading({kSelf, kOther});
  examine_all();
  flip(3);  // behind the exam's back
  for (int fetch = 0; fetch < 2; ++fetch) REQUIRE(read_as_follower(2).slice);
  REQUIRE(exams.empty());
  REQUIRE(read_as_follower(2).slice);
  REQUIRE(exams.size() == 1);
  examine();
  REQUIRE(damaged_from() == 3);
}

TEST_CASE_METHOD(DamageFixture, "a follower that goes on is not suspicious, nor one that waits at the end") {
  restart_leading({kSelf, kOther});
  examine_all();
  for (int64_t offset : {0, 2, 4, 6, 8, 8, 8, 8, 8}) read_as_follower(offset);
  REQUIRE(exams.empty());
}

TEST_CASE("whatever bit is flipped, nobody is given a damaged batch") {
  SeededRandom random(7);
  for (int round = 0; round < 200; ++round) {
    DamageFixture fixture;
    const auto offset = static_cast<int64_t>(random.below(6));
    // Not the epoch, which nobody can check without the other replicas.
    const uint64_t size = TestBatch().bytes().size(), byte = random.below(size);
    if (byte >= 12 && byte < 16) continue;
    fixture.disk.flip_bit(DamageFixture::segment_of(offset), static_cast<uint64_t>(offset % 2) * size + byte,
                          static_cast<unsigned>(random.below(8)));
    fixture.restart_leading();
    INFO("offset " << offset << " byte " << byte);
    for (int64_t from = 0; from < 8; ++from) {
      ReadResult result = fixture.read(from);
      if (result.exams_seen) {
        fixture.examine();
        result = fixture.read(from);
      }
      if (result.error == ErrorCode::kNone && from < 6) REQUIRE((from <= offset && result.size() > 0));
      if (result.error == ErrorCode::kNone) fixture.read_batches(from);  // which looks at the checksums
    }
    REQUIRE((fixture.damaged_from() >= 0 && fixture.damaged_from() <= offset));
  }
}
