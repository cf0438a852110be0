// What a partition does about damage in its log: it has segments examined before they are given out, gives
// nothing of what is damaged to anybody, and lets its log be cut there.
#include <algorithm>
#include <utility>

#include "base/logging.h"
#include "broker/replica/partition.h"

namespace klamm::broker {
namespace {

bool has(const storage::LogView& view, const storage::SegmentFiles* files) {
  return std::ranges::any_of(view.segments(),
                             [&](const auto& segment) { return &segment->files() == files; });
}

}  // namespace

// ---- Exams

void Partition::ask_exam(const State& state, const storage::Segment& segment) const {
  if (!uses_.examine) return;
  auto exam = storage::exam_of(*state.view, state.end, segment.files());
  if (exam) uses_.examine(std::const_pointer_cast<Partition>(shared_from_this()), *std::move(exam));
}

// A follower gets nowhere with what it is given: its leader is not believed, whoever has examined it before.
void Partition::suspect(const State& state, Offset segment_base) const {
  for (const auto& segment : state.view->segments()) {
    if (segment->base() != segment_base) continue;
    LOG_WARN("{}-{}: a follower asks for offset {} and what follows again and again: the segment is examined",
             id_.topic, id_.partition, segment_base.value);
    return ask_exam(state, *segment);
  }
}

std::deque<storage::SegmentExam> Partition::exams(storage::ExamScope scope) const {
  const State now = state();
  return storage::exams_of(*now.view, now.end, scope);
}

bool Partition::examine_all() {
  if (!uses_.examine) return false;
  std::deque<storage::SegmentExam> wanted = exams(storage::ExamScope::kUnexamined);
  const bool has_any = !wanted.empty();
  for (storage::SegmentExam& exam : wanted) uses_.examine(shared_from_this(), std::move(exam));
  return has_any;
}

void Partition::on_examined(const storage::SegmentExam& exam) {
  storage::SegmentFiles& files = exam.segment().files();
  const auto& found = exam.damage();
  Completions completions;
  bool is_news = false;
  {
    absl::MutexLock lock(&mutex_);
    ++exams_;
    completions.add(exams_listening_);
    if (!found && exam.bounds().end >= files.unexamined()) files.set_unexamined(0);
    // What has left the log meanwhile is nobody's concern.
    const bool is_first = !damage_ || (found && found->where.offset < damage_->where.offset);
    if (found && is_first && has(*view_, &files)) {
      is_news = true;
      damage_ = std::make_shared<const storage::Damage>(*found);
      damaged_ = exam.segment().shared_files();
      completions.add(listeners_);
      completions.add(followers_listening_);
    }
  }
  if (is_news) {
    LOG_ERROR("{}-{}: {}. Nothing from there on is given to anybody, and nothing is appended", id_.topic,
              id_.partition, found->what);
  }
  completions.run();
  if (is_news && uses_.on_damage) uses_.on_damage({id_.topic_id, id_.partition});
}

void Partition::listen_for_exam(uint64_t seen, std::weak_ptr<DataListener> listener) {
  std::shared_ptr<DataListener> now = listener.lock();
  if (now == nullptr) return;
  {
    absl::MutexLock lock(&mutex_);
    if (!stopped_ && exams_ == seen) {
      exams_listening_[now.get()] = std::move(listener);
      return;
    }
  }
  now->on_data();
}

// ---- Damage

std::shared_ptr<const storage::Damage> Partition::damage() const {
  absl::ReaderMutexLock lock(&mutex_);
  return damage_;
}

// Another replica may have what is asked for, and is looked for by who is told KAFKA_STORAGE_ERROR. A leader
// with whom nobody is in sync says what is the matter.
ErrorCode Partition::damage_error() const {
  absl::ReaderMutexLock lock(&mutex_);
  const bool is_alone = leads() && term_->isr().size() <= 1;
  return is_alone ? ErrorCode::kCorruptMessage : ErrorCode::kKafkaStorageError;
}

// Truncation, retention and DeleteRecords take segments away; what was damaged goes with its segment.
void Partition::forget_damage_that_left(Completions& completions) {
  if (!damage_ || has(*view_, damaged_.get())) return;
  LOG_INFO("{}-{}: the log has no damage any more that is known", id_.topic, id_.partition);
  damage_.reset();
  damaged_.reset();
  completions.add(listeners_);
  if (!uses_.on_damage) return;
  completions.calls.push_back([this, self = shared_from_this()] {
    uses_.on_damage({id_.topic_id, id_.partition});
  });
}

void Partition::cut_damage() {
  as_writer([this](storage::Log& log) -> storage::DiskResult<> {
    std::shared_ptr<const storage::Damage> damage;
    {
      absl::ReaderMutexLock lock(&mutex_);
      if (!damage_ || leads() || !has(*log.view(), damaged_.get())) return {};
      damage = damage_;
    }
    auto cut = log.cut_at(damage->where, uses_.clock.wall_ms());
    absl::MutexLock lock(&mutex_);
    if (high_watermark_.offset > log.end().offset) high_watermark_ = log.end();
    return cut;
  });
}

}  // namespace klamm::broker
