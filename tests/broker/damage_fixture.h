// A partition that is damaged: segments of two batches of one record each, offsets 0-1, 2-3, 4-5, and the
// active one, 6-7.
#pragma once

#include "tests/broker/partition_fixture.h"

namespace klamm::broker::testing {

struct DamageFixture : PartitionFixture {
  DamageFixture() {
    for (int segment = 0; segment < 4; ++segment) {
      if (segment > 0) roll();
      for (int batch = 0; batch < 2; ++batch) REQUIRE(append().error == ErrorCode::kNone);
    }
  }

  void roll() {
    partition->as_writer([this](storage::Log& log) { return log.roll(clock.now); });
  }
  static std::string segment_of(int64_t offset) {
    return "/logs/t-0/" + storage::offset_name({offset / 2 * 2}) + ".log";
  }
  // A bit of the record's value.
  void flip(int64_t offset) {
    const uint64_t size = TestBatch().bytes().size();
    disk.flip_bit(segment_of(offset), static_cast<uint64_t>(offset % 2) * size + size - 3, 2);
  }
  // As a process that was stopped and started again. It leads, and all is committed.
  void restart() {
    const Offset high_watermark = partition->state().high_watermark.offset;
    partition->as_writer([](storage::Log& log) { return log.close(); });
    partition.reset();
    exams.clear();
    open_clean(high_watermark);
  }
  void restart_leading(std::vector<NodeId> isr = {kSelf}) {
    restart();
    assign(2, kSelf, {kSelf, kOther}, std::move(isr));
  }
  void restart_following() {
    restart();
    assign(2, kOther, {kSelf, kOther}, {kOther});
  }
  // What was asked for is examined.
  void examine() {
    for (auto exam : std::exchange(exams, {})) {
      while (true) {
        auto is_over = exam.go_on(1 << 20);
        REQUIRE(is_over.ok());
        if (*is_over) break;
      }
      partition->on_examined(exam);
    }
  }
  void examine_all() {
    partition->examine_all();
    examine();
  }
  ReadResult read_as_follower(int64_t offset) {
    return partition->read_for_follower({.offset = {offset}, .size_max = 1 << 20, .at_least_one = true},
                                        {.replica = kOther});
  }
  int64_t damaged_from() {
    const auto damage = partition->damage();
    return damage ? damage->where.offset.value : -1;
  }
  int64_t end() { return partition->state().end.offset.value; }
};

}  // namespace klamm::broker::testing
