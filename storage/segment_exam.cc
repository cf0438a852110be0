#include "storage/segment_exam.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "base/check.h"

namespace klamm::storage {

SegmentExam::SegmentExam(std::shared_ptr<Segment> segment, const Bounds& bounds)
    : segment_(std::move(segment)),
      bounds_(bounds),
      end_{segment_->base(), segment_->base(), 0},
      previous_(end_) {
  CHECK(bounds_.end <= segment_->size());
}

DiskResult<bool> SegmentExam::go_on(uint32_t bytes) {
  if (!reader_) {
    auto file = segment_->files().get(SegmentPart::kLog);
    if (!file) return Error{file.error()};
    file_ = *std::move(file);
    reader_.emplace(file_->file(), 0, bounds_.end, BatchReader::kScanWindow);
  }
  const uint32_t until = position() + std::min(bytes, bounds_.end - position());
  while (!damage_ && position() < until) {
    auto batch = reader_->next();
    DiskResult<> done;
    if (!batch) {
      done = unreadable(batch.error(), end_);
    } else if (*batch) {
      done = examine(**batch);
    } else {
      condemn(end_, "there is no batch");
    }
    if (!done) return Error{done.error()};
  }
  return is_over();
}

DiskResult<> SegmentExam::examine(const BatchAt& batch) {
  const BatchHeader& header = batch.header;
  // Of two batches that do not follow each other, either may be the wrong one.
  if (header.base_offset < end_.offset) {
    condemn(previous_, fmt::format("the batch at byte {} has offset {}, and should begin at {} or behind it",
                                   batch.position, header.base_offset.value, end_.offset.value));
    return {};
  }
  if (header.leader_epoch != kNoEpoch && header.leader_epoch < epoch_) {
    condemn(previous_, fmt::format("the batch at byte {} is of epoch {}, behind one of epoch {}",
                                   batch.position, header.leader_epoch.value, epoch_.value));
    return {};
  }
  if (bounds_.latest_epoch != kNoEpoch && header.leader_epoch > bounds_.latest_epoch) {
    condemn(end_, fmt::format("the batch is of epoch {}, and the log knows of none above {}",
                              header.leader_epoch.value, bounds_.latest_epoch.value));
    return {};
  }
  if (bounds_.next_base != kNoOffset && header.next_offset() > bounds_.next_base) {
    condemn(end_, fmt::format("the batch reaches up to offset {}, and the next segment begins at {}",
                              header.last_offset().value, bounds_.next_base.value));
    return {};
  }
  auto is_intact = reader_->verify(batch);
  if (!is_intact) return unreadable(is_intact.error(), end_);
  if (!*is_intact) {
    condemn(end_, "the batch has a wrong checksum");
    return {};
  }
  previous_ = end_;
  end_ = {header.next_offset(), segment_->base(), batch.end()};
  epoch_ = std::max(epoch_, header.leader_epoch);
  return {};
}

void SegmentExam::condemn(const LogPosition& where, std::string_view why) {
  damage_ =
      Damage{where, bounds_.next_base,
             fmt::format("{} is damaged at byte {}, offset {}: {}", segment_->files().path(SegmentPart::kLog),
                         where.position, where.offset.value, why)};
}

DiskResult<> SegmentExam::unreadable(DiskError error, const LogPosition& where) {
  if (error.code != EIO) return Error{std::move(error)};
  condemn(where, error.what);
  return {};
}

std::optional<SegmentExam> exam_of(const LogView& log, const LogPosition& end, const SegmentFiles& segment) {
  const SegmentList& segments = log.segments();
  const auto at = std::ranges::find(segments, &segment, [](const auto& one) { return &one->files(); });
  if (at == segments.end()) return std::nullopt;
  SegmentExam::Bounds bounds;
  if (at + 1 != segments.end()) {
    bounds.end = (*at)->size();
    bounds.next_base = (*(at + 1))->base();
  } else if (end.segment_base == (*at)->base()) {
    bounds.end = end.position;
  }
  if (bounds.end == 0) return std::nullopt;
  if (const auto latest = log.epochs().latest()) bounds.latest_epoch = latest->epoch;
  return SegmentExam(*at, bounds);
}

std::deque<SegmentExam> exams_of(const LogView& log, const LogPosition& end, ExamScope scope) {
  std::deque<SegmentExam> exams;
  for (const auto& segment : log.segments()) {
    const bool is_sealed = segment != log.segments().back();
    const bool is_wanted = segment->files().unexamined() > 0 || (scope == ExamScope::kAllSealed && is_sealed);
    if (!is_wanted) continue;
    if (auto exam = exam_of(log, end, segment->files())) exams.push_back(*std::move(exam));
  }
  return exams;
}

}  // namespace klamm::storage
