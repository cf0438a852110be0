#include "broker/replica/scrub.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/logging.h"

namespace klamm::broker {
namespace {

// Logs that are looked through for one piece: most have nothing to examine.
constexpr int kLogsMax = 4096;

}  // namespace

Scrub::Scrub(Uses uses, const Terms& terms) : uses_(std::move(uses)), terms_(terms) {}

void Scrub::start() {
  if (terms_.bytes_per_second <= 0) return;
  uses_.loop.post(
      [this] { call_in(terms_.first_ms, [this] { begin_round(storage::ExamScope::kUnexamined); }); });
}

void Scrub::stop() {
  uses_.loop.post([this] { stopped_ = true; });
}

void Scrub::call_in(int64_t ms, Task task) {
  uses_.loop.call_at(uses_.loop.now_ms() + ms, [this, task = std::move(task)]() mutable {
    if (!stopped_) task();
  });
}

void Scrub::begin_round(storage::ExamScope scope) {
  const auto all = uses_.partitions.all();
  auto round = std::make_shared<Round>();
  round->scope = scope;
  if (uses_.metadata_exams) round->metadata = uses_.metadata_exams(scope);
  round->partitions.assign(all.begin(), all.end());
  next_piece(std::move(round));
}

void Scrub::next_piece(std::shared_ptr<Round> round) {
  if (round->is_over()) {
    LOG_INFO("Scrub: {} segments, {} bytes, have been examined, and {} of them are damaged", round->segments,
             round->bytes, round->damages);
    return call_in(terms_.interval_ms, [this] { begin_round(storage::ExamScope::kAllSealed); });
  }
  uses_.workers.run([this, round = std::move(round)]() mutable {
    const uint64_t bytes = read_piece(*round);
    uses_.loop.post(
        [this, bytes, round = std::move(round)]() mutable { piece_done(std::move(round), bytes); });
  });
}

void Scrub::piece_done(std::shared_ptr<Round> round, uint64_t bytes) {
  if (stopped_) return;
  const auto rate = static_cast<uint64_t>(terms_.bytes_per_second);
  const auto wait_ms = static_cast<int64_t>(std::max<uint64_t>(1, bytes * 1000 / rate));
  call_in(wait_ms, [this, round = std::move(round)]() mutable { next_piece(std::move(round)); });
}

uint64_t Scrub::read_piece(Round& round) {
  uint64_t read = 0;
  if (!round.metadata.empty()) read = examine_metadata(round);
  for (int logs = 0; logs < kLogsMax && read < kPieceBytes && !round.partitions.empty();) {
    if (round.exams.empty()) {
      ++logs;
      round.exams = round.partitions.front()->exams(round.scope);
    }
    while (!round.exams.empty() && read < kPieceBytes) {
      read += examine(round, kPieceBytes - static_cast<uint32_t>(read));
    }
    if (round.exams.empty()) round.partitions.pop_front();
  }
  round.bytes += read;
  return read;
}

uint64_t Scrub::examine_metadata(Round& round) {
  storage::SegmentExam& exam = round.metadata.front();
  const uint32_t before = exam.position();
  const storage::DiskResult<bool> is_over = exam.go_on(kPieceBytes);
  const uint64_t read = exam.position() - before;
  if (is_over && !*is_over) return read;
  if (exam.damage()) {
    ++round.damages;
    uses_.fatal(fmt::format(
        "the metadata log is damaged in what it had acknowledged, on which this node may neither vote nor "
        "lead: "
        "{}. The node ends. Replace the directory {} from a backup or a replica, and start it again",
        exam.damage()->what, exam.segment().files().directory()));
  }
  ++round.segments;
  round.metadata.pop_front();
  return read;
}

// The first of the exams, which goes when it is over.
uint64_t Scrub::examine(Round& round, uint32_t bytes) {
  storage::SegmentExam& exam = round.exams.front();
  const uint32_t before = exam.position();
  const storage::DiskResult<bool> is_over = exam.go_on(bytes);
  const uint64_t read = exam.position() - before;
  if (is_over && !*is_over) return read;
  if (is_over) {
    ++round.segments;
    round.damages += exam.damage() ? 1 : 0;
    round.partitions.front()->on_examined(exam);
  } else if (!storage::is_stale(is_over.error())) {
    LOG_WARN_LIMITED("a segment cannot be examined: {}", is_over.error().what);
  }
  // Or each segment of the node would hold a descriptor.
  if (exam.bounds().next_base != kNoOffset) exam.segment().files().close_idle();
  round.exams.pop_front();
  return read;
}

}  // namespace klamm::broker
