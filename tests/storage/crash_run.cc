#include "tests/storage/crash_run.h"

#include <fmt/format.h>

#include <algorithm>

namespace klamm::storage {
namespace {

constexpr const char* kDirectory = "/logs/topic-0";

}  // namespace

CrashRun::CrashRun(uint64_t seed, std::optional<OmittedSync> omitted)
    : random_(seed), omitted_(std::move(omitted)) {
  (void)disk_.make_directories("/logs");
  (void)disk_.sync_directory("/");
  config_.segment_bytes = 400 + static_cast<int32_t>(random_.below(3000));
  config_.index_interval_bytes = static_cast<int32_t>(random_.below(400));
  config_.producer_id_expiration_ms = INT64_MAX / 2;
  config_.retention_ms = -1;
  is_uniform_ = random_.one_in(3);
}

void CrashRun::enter(CrashPhase phase) {
  disk_.clear_faults();
  if (omitted_ && omitted_->phase == phase)
    disk_.inject({.operation = omitted_->operation, .path_part = omitted_->path_part, .code = 0});
}

void CrashRun::tell(std::string_view what) {
  story_ += fmt::format("{}: [{}, {}) recovery point {}, written down {}, start {}\n", what,
                        log_->start().value, log_->end().offset.value, log_->recovery_point().value,
                        hints_.recovery_point.value, hints_.log_start.value);
}

bool CrashRun::done(const DiskResult<>& result) {
  if (result.ok()) return true;
  if (!disk_.power_is_off()) wrong_ = "failed with the power on: " + result.error().what;
  return false;
}

std::optional<std::string> CrashRun::run() {
  enter(CrashPhase::kOpen);
  if (auto wrong = open(false)) return wrong;
  const uint64_t lives = 1 + random_.below(4);
  for (uint64_t life = 0; life < lives; ++life) {
    if (random_.one_in(2))
      disk_.cut_after_steps(random_.below(120));
    else
      disk_.cut_after_bytes(random_.below(12'000));
    for (int i = 0; i < 60 && act(); ++i) {
    }
    if (wrong_) return wrong_;
    if (auto wrong = judge_pins()) return wrong;
    pins_.clear();
    log_.reset();
    // The power may go again while the log is being opened.
    for (bool opened = false; !opened;) {
      disk_.crash(random_);
      ++power_cuts_;
      enter(CrashPhase::kOpen);
      if (random_.one_in(3)) disk_.cut_after_steps(random_.below(20));
      auto wrong = open(false);
      if (wrong && !disk_.power_is_off()) return wrong;
      opened = !wrong;
    }
    if (auto wrong = judge()) return wrong;
  }
  return std::nullopt;
}

bool CrashRun::act() {
  now_ms_ += 10;
  if (wrong_) return false;
  switch (random_.below(24)) {
    case 0:
    case 1:
    case 2:
      return flush();
    case 3:
      return late_flush();
    case 4:
      return truncate();
    case 5:
      return random_.one_in(4) ? restart_at() : append();
    case 6:
      return retain();
    case 7:
      return advance_start();
    case 8:
      return close_and_open();
    case 9:
      pin();
      return true;
    case 10:
      tell("roll");
      enter(CrashPhase::kAppend);
      return done(log_->roll(now_ms_));
    case 11:
      log_->close_idle_files();
      return true;
    case 12:
      epoch_ = epoch_.next();
      return true;
    default:
      return append();
  }
}

Bytes CrashRun::next_batch(Offset offset, std::set<int64_t>& used) {
  TestBatch batch;
  batch.at(offset.value).epoch(epoch_.value).time(now_ms_ - static_cast<int64_t>(random_.below(30)));
  batch.records(1 + static_cast<int32_t>(random_.below(3))).value_size(random_.below(200));
  batch.fill(static_cast<char>(random_.next()));
  // Batches of one size: what was cut off would fit exactly behind what was written since.
  if (is_uniform_) return batch.records(1).value_size(600).bytes();
  const auto id = static_cast<int64_t>(random_.below(6));
  if (id >= 4 || !used.insert(id).second) return batch.bytes();
  const ProducerEntry* entry = log_->producers().find(id);
  const int16_t epoch = entry ? entry->epoch : 0;
  if (entry && entry->in_transaction() && random_.one_in(2)) {
    return batch.records(1).producer(id, epoch, -1).marker(random_.one_in(2)).bytes();
  }
  batch.producer(id, epoch, entry ? sequence_after(entry->last_sequence(), 1) : 0);
  if (id >= 2) batch.transactional();
  return batch.bytes();
}

bool CrashRun::append() {
  tell("append");
  enter(CrashPhase::kAppend);
  std::vector<Bytes> batches;
  std::set<int64_t> used;
  Offset next = log_->end().offset;
  for (uint64_t i = random_.below(4) + 1; i > 0; --i) {
    batches.push_back(next_batch(next, used));
    history_.push_back({*BatchHeader::decode(batches.back()), batches.back()});
    next = model_end();
  }
  const std::vector<ByteView> views(batches.begin(), batches.end());
  AppendResult result = log_->append(views, now_ms_);
  if (result.failure) return done(Error{*result.failure});
  log_->on_high_watermark(log_->end().offset);
  return true;
}

bool CrashRun::flush() {
  tell("flush");
  enter(CrashPhase::kFlush);
  if (!done(log_->flush())) return false;
  promised_ = log_->end().offset;
  if (random_.one_in(2)) hints_.recovery_point = log_->recovery_point();
  return true;
}

bool CrashRun::late_flush() {
  tell("late flush");
  enter(CrashPhase::kFlush);
  auto job = log_->prepare_flush(random_.one_in(2) ? Log::FlushScope::kAll : Log::FlushScope::kSealed);
  if (!job.ok()) return done(Error{job.error()});
  const bool was_cut = random_.one_in(4);
  if (!(was_cut ? truncate() : append())) return false;
  enter(CrashPhase::kFlush);
  if (!done(log_->complete_flush(*job, job->run(disk_)))) return false;
  if (!was_cut) promised_ = std::max(promised_, job->up_to);
  if (random_.one_in(2)) hints_.recovery_point = log_->recovery_point();
  return true;
}

void CrashRun::forget_from(Offset offset) {
  while (!history_.empty() && history_.back().header.base_offset >= offset) history_.pop_back();
}

bool CrashRun::truncate() {
  tell("truncate");
  enter(CrashPhase::kTruncate);
  if (history_.empty()) return true;
  const size_t back = std::min(history_.size() - 1, static_cast<size_t>(random_.below(12)));
  const Offset target = history_[history_.size() - 1 - back].header.base_offset;
  if (target < log_->view()->local_start()) return true;
  promised_ = std::min(promised_, target);
  live_start_ = std::min(live_start_, target);
  if (!done(log_->truncate_to(target, now_ms_))) return false;
  forget_from(target);
  hints_.recovery_point = std::min(hints_.recovery_point, log_->recovery_point());
  hints_.log_start = std::min(hints_.log_start, log_->start());
  if (log_->end().offset != target) wrong_ = "truncated to another offset";
  return true;
}

bool CrashRun::restart_at() {
  tell("start anew");
  enter(CrashPhase::kRestart);
  const Offset target{log_->end().offset.value + static_cast<int64_t>(random_.below(40)) - 10};
  if (target.value < 0) return true;
  may_be_anything_ = true;
  restart_target_ = target;
  if (!done(log_->truncate_fully_and_start_at(target, now_ms_))) return false;
  may_be_anything_ = false;
  history_.clear();
  origin_ = promised_ = live_start_ = target;
  hints_.recovery_point = std::min(hints_.recovery_point, log_->recovery_point());
  hints_.log_start = std::min(hints_.log_start, log_->start());
  return true;
}

bool CrashRun::retain() {
  tell("retain");
  enter(CrashPhase::kRetention);
  config_.retention_bytes = static_cast<int64_t>(random_.below(6000));
  log_->update_config(config_);
  live_start_ = log_->end().offset;  // as far as it may go
  if (!done(log_->apply_retention(log_->end().offset, now_ms_))) return false;
  live_start_ = log_->start();
  if (random_.one_in(2)) hints_.log_start = log_->start();
  return !random_.one_in(2) || done(log_->take_retired().remove(disk_));
}

bool CrashRun::advance_start() {
  tell("delete records");
  enter(CrashPhase::kRetention);
  const int64_t start = log_->start().value;
  const Offset target{start + static_cast<int64_t>(random_.below(
                                  static_cast<uint64_t>(log_->end().offset.value - start) + 1))};
  live_start_ = target;
  auto advanced = log_->advance_start(target);
  if (!advanced.ok()) return done(Error{advanced.error()});
  if (random_.one_in(2)) hints_.log_start = target;
  return true;
}

bool CrashRun::close_and_open() {
  tell("close or kill");
  const Offset end = log_->end().offset;
  const bool is_clean = random_.one_in(2);
  if (is_clean) {
    enter(CrashPhase::kClose);
    if (!done(log_->close())) return false;
    promised_ = end;
  }
  const auto indexes = is_clean ? index_files() : std::map<std::string, Bytes>();
  if (disk_.power_is_off()) return false;
  if ((wrong_ = judge_pins())) return false;
  pins_.clear();
  log_.reset();
  if (!is_clean) {
    disk_.kill_process();  // The machine lives: nothing is lost.
  } else if (random_.one_in(2)) {
    disk_.crash(random_);
    ++power_cuts_;
  }
  enter(CrashPhase::kOpen);
  if (auto wrong = open(is_clean)) {
    if (!disk_.power_is_off()) wrong_ = wrong;
    return false;
  }
  if (log_->end().offset != end) {
    wrong_ = fmt::format("ended at {} and is at {} after a {}", end.value, log_->end().offset.value,
                         is_clean ? "clean restart" : "killed process");
    return false;
  }
  if (is_clean && index_files() != indexes) {
    wrong_ = "its indexes are not those that were closed";
    return false;
  }
  if (is_clean && random_.one_in(2)) hints_.recovery_point = log_->recovery_point();
  wrong_ = judge();
  return !wrong_;
}

std::map<std::string, Bytes> CrashRun::index_files() {
  std::map<std::string, Bytes> files;
  auto names = disk_.list(kDirectory);
  if (!names.ok()) return files;
  for (const std::string& name : *names)
    if (name.ends_with("index")) files[name] = disk_.content(std::string(kDirectory) + "/" + name);
  return files;
}

void CrashRun::pin() {
  const auto& segments = log_->view()->segments();
  const Offset from = segments[random_.below(segments.size())]->base();
  auto result = log_->view()->read(from, log_->end(), 1 + static_cast<uint32_t>(random_.below(2000)), true);
  if (!result.ok() || result->slice.size == 0) return;
  Bytes bytes(result->slice.size);
  auto got = result->slice.file->file().read_at(result->slice.position, bytes);
  if (got.ok()) pins_.push_back({result->slice, std::move(bytes)});
}

std::optional<std::string> CrashRun::open(bool clean) {
  hints_.clean_shutdown = clean;
  log_.reset();
  auto opened = Log::open(disk_, kDirectory, config_, hints_, now_ms_);
  hints_.clean_shutdown = false;
  if (!opened.ok()) return "does not open: " + opened.error().what;
  log_ = *std::move(opened);
  tell("opened");
  hints_.recovery_point = std::min(hints_.recovery_point, log_->recovery_point());
  return std::nullopt;
}

}  // namespace klamm::storage
