#include "broker/replica/fetcher_partition.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/check.h"
#include "base/mutants.h"
#include "broker/replica/fetcher_batches.h"

namespace klamm::broker {
namespace {

// After which a leader that knows less than we do is asked again, twice as long each time.
constexpr int64_t kSoonMs = 50;

}  // namespace

using protocol::ErrorCode;
using PartitionData = protocol::FetchResponse::PartitionData;

Offset truncation_target(storage::EpochEnd leader, storage::EpochEnd own, Offset log_end) {
  if (leader.end < Offset{0}) return log_end;
  if (own.end < Offset{0}) return std::min(leader.end, log_end);
  // An epoch that we do not have: all that is above the one before it goes, and the leader is asked again.
  if (own.epoch != leader.epoch) return std::min(own.end, log_end);
  return std::min({own.end, leader.end, log_end});
}

std::optional<int64_t> FetcherPartition::waits_until() const {
  const auto* waiting = std::get_if<Waiting>(&state_);
  return waiting ? std::optional(waiting->until_ms) : std::nullopt;
}

std::optional<uint64_t> FetcherPartition::ticket() const {
  const auto* working = std::get_if<Working>(&state_);
  return working ? std::optional(working->ticket) : std::nullopt;
}

std::optional<FetcherPartition::Sought> FetcherPartition::sought() const {
  const auto* asking = std::get_if<Asking>(&state_);
  return asking ? std::optional(asking->sought) : std::nullopt;
}

FetcherPartition::Step FetcherPartition::follow(const FollowedPartition& followed, const Turn& turn) {
  CHECK(followed.key == key_ && followed.leader_epoch >= Epoch{0});
  if (followed.leader_epoch <= leader_epoch_) return {};
  leader_epoch_ = followed.leader_epoch;
  leader_is_behind_ = 0;
  lag_.reset();
  // The log is being written to: the report says how it ends.
  if (phase() == PartitionPhase::kWorking) return {};
  log_ = followed.log;
  state_ = Fetching();
  if (mutant::kCutToHighWatermark && log_.end > log_.high_watermark)
    return cut(log_.high_watermark, turn, "a planted mistake");
  if (log_.last_epoch != kNoEpoch || log_.end <= log_.high_watermark) return {};
  return cut(log_.high_watermark, turn, "its log knows of no epochs that could be compared");
}

void FetcherPartition::move_log_start(Offset start) {
  if (phase() != PartitionPhase::kWorking) log_.start = std::max(log_.start, start);
}

FetcherPartition::Step FetcherPartition::on_answer(const PartitionData& data,
                                                   const std::shared_ptr<const void>& owner,
                                                   const Turn& turn) {
  CHECK(phase() == PartitionPhase::kFetching);
  if (data.error_code != 0) return on_error(ErrorCode{data.error_code}, turn);
  leader_is_behind_ = 0;
  // Nothing else of the answer counts: below a high watermark there must be only what the leader has
  // (KAFKA-14704).
  const bool is_told_more = mutant::kHighWatermarkBeforeCut && log_.end > log_.high_watermark &&
                            data.high_watermark > log_.high_watermark.value;
  if (data.diverging_epoch.epoch >= 0 && !is_told_more)
    return on_diverging({{data.diverging_epoch.epoch}, {data.diverging_epoch.end_offset}}, turn);
  return on_records(data, {owner, data.records ? data.records->bytes : ByteView()}, turn);
}

FetcherPartition::Step FetcherPartition::on_error(ErrorCode code, const Turn& turn) {
  switch (code) {
    case ErrorCode::kOffsetOutOfRange:
      state_ = Asking{Sought::kLatest};
      return {.line = line(LogLevel::kInfo, fmt::format("offset {} is out of the range of the leader's log, "
                                                        "whose offsets are asked for",
                                                        log_.end.value))};
    case ErrorCode::kFencedLeaderEpoch:
      return fail(LogLevel::kInfo, fmt::format("the leader is in a later epoch than {}; waits for the "
                                               "metadata to say so",
                                               leader_epoch_.value));
    case ErrorCode::kUnknownLeaderEpoch:
      return wait_for_leader(turn, LogLevel::kDebug, name_of(code));
    case ErrorCode::kNotLeaderOrFollower:
      return wait(turn, LogLevel::kDebug, name_of(code));
    case ErrorCode::kUnknownTopicOrPartition:
    case ErrorCode::kUnknownTopicId:
    case ErrorCode::kInconsistentTopicId:
      return wait_for_leader(
          turn, LogLevel::kWarn,
          fmt::format("{}, which a leader may answer while the partition is created or deleted",
                      name_of(code)));
    case ErrorCode::kOffsetMovedToTieredStorage:
      return wait(turn, LogLevel::kError,
                  fmt::format("{}, and this node has no remote storage", name_of(code)));
    default:
      return wait(turn, LogLevel::kError, name_of(code));
  }
}

FetcherPartition::Step FetcherPartition::on_diverging(storage::EpochEnd leader, const Turn& turn) {
  const storage::EpochEnd own = turn.epochs.epoch_end(key_, leader.epoch);
  Step step = cut(truncation_target(leader, own, log_.end), turn,
                  fmt::format("the leader's epoch {} ends at {}, and the log has records of epoch {}",
                              leader.epoch.value, leader.end.value, log_.last_epoch.value));
  step.retell = true;
  return step;
}

FetcherPartition::Step FetcherPartition::on_records(const PartitionData& data, const FetchedBytes& records,
                                                    const Turn& turn) {
  auto examined = examine_records(records, log_.end, leader_epoch_, log_.start == log_.end);
  if (!examined) {
    const BadRecords& bad = examined.error();
    const std::string why = fmt::format("fetched from offset {}: {}", log_.end.value, bad.why);
    Step step = bad.what == BadRecords::What::kCorrupt ? wait(turn, LogLevel::kError, why)
                                                       : fail(LogLevel::kError, why);
    step.retell = true;
    return step;
  }
  const FetchedRun& run = examined->run;
  Step step;
  if (examined->is_ahead)
    step.line = line(LogLevel::kInfo, fmt::format("records of a later epoch than {} were left out behind "
                                                  "offset {}",
                                                  leader_epoch_.value, run.end.value));
  if (run.batches == 0 && !records.bytes.empty()) {
    step = wait(turn, LogLevel::kWarn,
                examined->is_ahead
                    ? fmt::format("the records at offset {} are of a later epoch than {}", log_.end.value,
                                  leader_epoch_.value)
                    : fmt::format("the records at offset {} hold no whole batch", log_.end.value));
    step.retell = true;
    return step;
  }

  // To begin anew leaves nothing committed above the new start.
  const Offset start = examined->is_early ? run.base : log_.start;
  const Offset committed_before = examined->is_early ? run.base : log_.high_watermark;
  if (data.high_watermark >= 0) lag_ = std::max<int64_t>(0, data.high_watermark - run.end.value);
  const Offset committed =
      data.high_watermark >= 0 ? std::clamp(Offset{data.high_watermark}, start, run.end) : committed_before;
  const Offset leader_start = std::min(Offset{data.log_start_offset}, committed);
  if (run.batches == 0 && committed == committed_before && leader_start <= start) return step;
  Working working;
  if (run.batches > 0) working.appends_to = run.end;
  LogWork work = begin_work(turn, working);
  if (run.batches > 0) work.append = run;
  if (committed != committed_before) work.high_watermark = committed;
  if (data.high_watermark >= 0) work.told_high_watermark = Offset{data.high_watermark};
  if (leader_start > start) work.log_start = leader_start;
  step.work = examined->is_early ? begin_anew(run.base, std::move(work), turn) : std::move(work);
  return step;
}

// The rules are those of fetchOffsetAndTruncate. A leader whose log ends before ours was elected although it
// lacked records of ours: what is above goes, and what is below is as the epochs say. One that starts behind
// our end has deleted what we lack: we begin where it does.
FetcherPartition::Step FetcherPartition::on_offset(ErrorCode code, Offset offset, const Turn& turn) {
  CHECK(phase() == PartitionPhase::kAsking);
  const Sought sought = std::get<Asking>(state_).sought;
  if (code == ErrorCode::kFencedLeaderEpoch) return on_error(code, turn);
  if (code != ErrorCode::kNone) {
    const bool is_passing = code == ErrorCode::kUnknownTopicOrPartition ||
                            code == ErrorCode::kUnknownLeaderEpoch || code == ErrorCode::kNotLeaderOrFollower;
    return wait(turn, is_passing ? LogLevel::kInfo : LogLevel::kError,
                fmt::format("the leader's offsets could not be found: {}", name_of(code)));
  }
  if (offset < Offset{0}) return wait(turn, LogLevel::kError, "the leader does not know its own offsets");
  if (sought == Sought::kLatest) {
    if (offset < log_.end) return cut(offset, turn, fmt::format("the leader's log ends at {}", offset.value));
    state_ = Asking{Sought::kEarliest};
    return {};
  }
  if (offset > log_.end) {
    Step step{.work = begin_work(turn, {.must_change = true})};
    step.work->restart_at = offset;
    step.line =
        line(LogLevel::kWarn, fmt::format("the log, which ends at {}, is dropped, and begun anew at {}, "
                                          "where the leader's starts",
                                          log_.end.value, offset.value));
    return step;
  }
  return wait(
      turn, LogLevel::kWarn,
      fmt::format("offset {} lies between the leader's, who says that it is out of range", log_.end.value));
}

FetcherPartition::Step FetcherPartition::on_report(const LogReport& report, const Turn& turn) {
  CHECK(phase() == PartitionPhase::kWorking);
  const Working work = std::get<Working>(state_);
  CHECK(work.ticket == report.ticket);
  const bool is_of_this_epoch = work.leader_epoch == leader_epoch_;
  if (report.outcome == LogOutcome::kFailed) return fail(LogLevel::kError, "its log has failed");
  if (report.outcome == LogOutcome::kRefused) return on_refusal(report, is_of_this_epoch, turn);
  if (report.outcome == LogOutcome::kFull || report.outcome == LogOutcome::kOver) {
    log_ = report.log;
    // Whoever has ended the epoch says which one follows, if that is not known yet; of a disk without room
    // its owner speaks.
    if (report.outcome == LogOutcome::kOver && !is_of_this_epoch) {
      state_ = Fetching();
    } else {
      state_ = Waiting{turn.now_ms + turn.settings.backoff_ms};
    }
    return {.retell = true};
  }
  CHECK(!work.appends_to || report.log.end == *work.appends_to);
  const FollowedLog before = log_;
  log_ = report.log;
  if (work.then && is_of_this_epoch) {
    LogWork next = *work.then;
    next.ticket = begin_work(turn, {.appends_to = next.append->end}).ticket;
    return {.work = std::move(next)};
  }
  const bool is_changed = log_.end != before.end || log_.last_epoch != before.last_epoch;
  if (work.must_change && !is_changed && is_of_this_epoch)
    return wait(
        turn, LogLevel::kWarn,
        fmt::format("the log ends at {} as before, and the leader cannot go on from there", log_.end.value));
  state_ = Fetching();
  return {.retell = work.then != nullptr};
}

// (Apache Kafka gives the partition up in each of these cases.)
FetcherPartition::Step FetcherPartition::on_refusal(const LogReport& report, bool is_of_this_epoch,
                                                    const Turn& turn) {
  const Offset expected = log_.end;
  log_ = report.log;
  Step step;
  if (!is_of_this_epoch) {
    state_ = Fetching();
  } else if (log_.end != expected) {
    step = wait(turn, LogLevel::kError,
                fmt::format("its log ends at {} and not at {}", log_.end.value, expected.value));
  } else {
    step = fail(LogLevel::kError,
                fmt::format("its log refuses what was fetched from offset {}", expected.value));
  }
  step.retell = true;
  return step;
}

FetcherPartition::Step FetcherPartition::cut(Offset target, const Turn& turn, std::string_view why) {
  Step step{.work = begin_work(turn, {.must_change = true})};
  step.work->truncate_to = target;
  const bool is_below = target < log_.high_watermark;
  step.line =
      line(is_below ? LogLevel::kWarn : LogLevel::kInfo,
           fmt::format("truncating from {} to {}{}: {}", log_.end.value, target.value,
                       is_below ? fmt::format(", below the high watermark {}", log_.high_watermark.value)
                                : std::string(),
                       why));
  return step;
}

FetcherPartition::Step FetcherPartition::wait(const Turn& turn, LogLevel level, std::string_view why) {
  state_ = Waiting{turn.now_ms + turn.settings.backoff_ms};
  return {.line = line(level, why)};
}

// Leader and followers hear of a new epoch, or a new topic, at about the same time. Whoever asks first would
// wait for the whole backoff, and what waits for all replicas with it, as in Kafka.
FetcherPartition::Step FetcherPartition::wait_for_leader(const Turn& turn, LogLevel level,
                                                         std::string_view why) {
  const int64_t soon_ms = kSoonMs << leader_is_behind_;
  if (soon_ms >= turn.settings.backoff_ms) return wait(turn, level, why);
  ++leader_is_behind_;
  state_ = Waiting{turn.now_ms + soon_ms};
  return {.line = line(LogLevel::kDebug, why)};
}

FetcherPartition::Step FetcherPartition::fail(LogLevel level, std::string_view why) {
  state_ = Failed();
  return {.line = line(level, fmt::format("{}; it is not fetched in this epoch any more", why)),
          .retell = true};
}

LogWork FetcherPartition::begin_work(const Turn& turn, Working working) {
  working.ticket = turn.ticket;
  working.leader_epoch = leader_epoch_;
  state_ = working;
  return {.partition = key_, .ticket = turn.ticket, .leader_epoch = leader_epoch_};
}

// Apart, for a crash must not take what is written behind the new beginning for synced: whoever does the work
// brings the checkpoints down in between.
LogWork FetcherPartition::begin_anew(Offset base, LogWork then, const Turn& turn) {
  LogWork work = begin_work(turn, {.then = std::make_shared<const LogWork>(std::move(then))});
  work.restart_at = base;
  return work;
}

FetcherLine FetcherPartition::line(LogLevel level, std::string_view text) const {
  return {level, fmt::format("{}-{}: {}", *topic_, key_.partition, text)};
}

}  // namespace klamm::broker
