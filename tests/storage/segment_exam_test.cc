// What an exam finds in a segment, and that nothing unexamined is taken for whole.
#include "tests/testing.h"

#include "base/random.h"
#include "storage/segment_exam.h"
#include "tests/storage/log_fixture.h"

namespace klamm::storage {
namespace {

constexpr const char* kFirst = "00000000000000000000.log";

class ExamFixture : public LogFixture {
 public:
  // Two sealed segments of five batches each (offsets 0-4 in epochs 0 and 1, 5-9), and the active one.
  ExamFixture() {
    open();
    append_many(3, TestBatch().epoch(0));
    append_many(2, TestBatch().epoch(1));
    REQUIRE(log->roll(now_ms).ok());
    append_many(5, TestBatch().epoch(1));
    REQUIRE(log->roll(now_ms).ok());
    append_many(2, TestBatch().epoch(1));
  }

  uint32_t batch_size() const { return static_cast<uint32_t>(TestBatch().bytes().size()); }
  void flip(const std::string& name, uint64_t byte, unsigned bit) {
    REQUIRE(log->close().ok());
    log.reset();
    disk.flip_bit(path(name), byte, bit);
    hints.clean_shutdown = true;
    open();
  }
  const Segment& segment(size_t index) const { return *log->view()->segments()[index]; }
  SegmentExam exam_of(size_t index) const {
    const auto& segments = log->view()->segments();
    SegmentExam::Bounds bounds{.end = segments[index]->size(), .latest_epoch = log->epochs().latest()->epoch};
    if (index + 1 < segments.size()) bounds.next_base = segments[index + 1]->base();
    return SegmentExam(segments[index], bounds);
  }
  // The offset at which what is damaged begins, -1 when the segment is whole.
  int64_t damage_in(size_t index, uint32_t piece = UINT32_MAX) const {
    SegmentExam exam = exam_of(index);
    while (true) {
      auto is_over = exam.go_on(piece);
      REQUIRE(is_over.ok());
      if (*is_over) break;
    }
    return exam.damage() ? exam.damage()->where.offset.value : -1;
  }
};

}  // namespace

TEST_CASE_METHOD(ExamFixture, "a segment as it was written is whole") {
  for (size_t index = 0; index < 3; ++index) REQUIRE(damage_in(index) == -1);
}

TEST_CASE_METHOD(ExamFixture, "an exam in small pieces finds the same") {
  flip(kFirst, 3 * batch_size() + 70, 0);
  REQUIRE(damage_in(0, 1) == 3);
}

TEST_CASE_METHOD(ExamFixture, "damage begins in the batch whose checksum is wrong, or in front of it") {
  for (uint64_t byte = 0; byte < batch_size(); ++byte) {
    // A batch's epoch can become another one that is possible.
    if (byte >= 12 && byte < 16) continue;
    for (unsigned bit = 0; bit < 8; ++bit) {
      ExamFixture fixture;
      fixture.flip(kFirst, 2 * batch_size() + byte, bit);
      INFO("byte " << byte << " bit " << bit);
      const int64_t found = fixture.damage_in(0);
      REQUIRE((found == 2 || found == 1));
    }
  }
}

TEST_CASE_METHOD(ExamFixture, "an epoch that the log does not know, or that goes back, is damage") {
  flip(kFirst, 4 * batch_size() + 12, 3);
  REQUIRE(damage_in(0) == 4);
  ExamFixture other;
  other.flip(kFirst, 4 * batch_size() + 15, 0);  // 1 becomes 0
  REQUIRE(other.damage_in(0) == 3);
}

TEST_CASE_METHOD(ExamFixture, "a last batch that reaches into the next segment is damage") {
  flip(kFirst, 4 * batch_size() + 7, 4);  // offset 4 becomes 20
  REQUIRE(damage_in(0) == 4);
}

TEST_CASE_METHOD(ExamFixture, "a sector that cannot be read is damage") {
  SegmentExam exam = exam_of(1);
  disk.inject({.operation = sim::DiskOperation::kRead, .path_part = "00000000000000000005.log"});
  auto is_over = exam.go_on(UINT32_MAX);
  REQUIRE((is_over.ok() && *is_over));
  REQUIRE(exam.damage()->where.offset == Offset{5});
}

TEST_CASE_METHOD(ExamFixture, "a segment that leaves the log is no damage") {
  SegmentExam exam = exam_of(1);
  REQUIRE(log->truncate_to(Offset{3}, now_ms).ok());
  auto is_over = exam.go_on(UINT32_MAX);
  REQUIRE((!is_over.ok() && is_stale(is_over.error())));
}

TEST_CASE_METHOD(ExamFixture, "what this process has written needs no exam") {
  for (size_t index = 0; index < 3; ++index) REQUIRE(segment(index).files().unexamined() == 0);
}

TEST_CASE_METHOD(ExamFixture, "after a clean start nobody has looked at anything") {
  reopen_clean();
  for (size_t index = 0; index < 3; ++index)
    REQUIRE(segment(index).files().unexamined() == segment(index).size());
}

TEST_CASE_METHOD(ExamFixture, "what recovery has read needs no exam") {
  reopen_killed();
  for (size_t index = 0; index < 3; ++index) REQUIRE(segment(index).files().unexamined() == 0);
}

TEST_CASE_METHOD(ExamFixture, "a read says which segment is to be examined before") {
  reopen_clean();
  auto read = log->view()->read(Offset{6}, log->end(), 1 << 20, true);
  REQUIRE((read.ok() && read->unexamined && read->unexamined->base() == Offset{5}));
  segment(1).files().set_unexamined(0);
  REQUIRE_FALSE(log->view()->read(Offset{6}, log->end(), 1 << 20, true)->unexamined);
}

TEST_CASE_METHOD(ExamFixture, "the last segment is read without an exam") {
  reopen_clean();
  REQUIRE_FALSE(log->view()->read(Offset{10}, log->end(), 1 << 20, true)->unexamined);
}

TEST_CASE_METHOD(ExamFixture, "damage cannot hide batches by leading past them") {
  flip(kFirst, 8, 0);  // the first batch is now of more bytes than there are
  auto read = log->view()->read(Offset{1}, log->end(), 1 << 20, true);
  REQUIRE((read.ok() && read->unexamined && read->unexamined->base() == Offset{0}));
}

TEST_CASE_METHOD(ExamFixture,
                 "what was appended to a segment after the start needs no exam once it is sealed") {
  reopen_clean();
  append_many(2, TestBatch().epoch(1));
  REQUIRE(log->roll(now_ms).ok());
  REQUIRE(log->view()->read(Offset{11}, log->end(), 1 << 20, true)->unexamined);
  REQUIRE_FALSE(log->view()->read(Offset{12}, log->end(), 1 << 20, true)->unexamined);
}

TEST_CASE_METHOD(ExamFixture, "a log is cut where damage begins, whatever stands there") {
  flip(kFirst, 3 * batch_size() + 8, 0);
  SegmentExam exam = exam_of(0);
  REQUIRE(exam.go_on(UINT32_MAX).ok());
  REQUIRE(log->cut_at(exam.damage()->where, now_ms).ok());
  REQUIRE(end() == 3);
  REQUIRE(log_files().size() == 1);
  REQUIRE(content(kFirst).size() == 3 * batch_size());
  append_many(1, TestBatch().epoch(2));
  REQUIRE(read_offsets(0) == std::vector<int64_t>{0, 1, 2, 3});
}

TEST_CASE_METHOD(ExamFixture, "what is left of a segment that was cut is as unexamined as before") {
  reopen_clean();
  REQUIRE(log->truncate_to(Offset{7}, now_ms).ok());
  REQUIRE(segment(1).files().unexamined() == 2 * batch_size());
}

TEST_CASE_METHOD(ExamFixture, "cutting where there is no such segment any more changes nothing") {
  REQUIRE(log->cut_at({Offset{25}, Offset{20}, 10}, now_ms).ok());
  REQUIRE(end() == 12);
}

}  // namespace klamm::storage
