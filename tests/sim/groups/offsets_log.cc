#include "tests/sim/groups/offsets_log.h"

#include <algorithm>

#include "base/check.h"

namespace klamm::sim::groups {

using broker::CoordinatorRecord;
using Kind = LogRecord::Kind;

namespace {

constexpr int64_t kTombstonesKeptMs = 5 * 60 * 1000;
constexpr int64_t kNotAlone = -2;

}  // namespace

protocol::Outcome<Offset> OffsetsLog::append(int32_t epoch, const std::vector<CoordinatorRecord>& records,
                                             int64_t now, int64_t producer_id) {
  if (epoch != epoch_) return klamm::Error{protocol::ErrorCode::kNotCoordinator};
  size_t size = 0;
  for (const CoordinatorRecord& record : records) {
    size += 16 + record.key.size() + (record.value ? record.value->size() : 0);
  }
  if (size > kBatchSizeMax) return klamm::Error{protocol::ErrorCode::kMessageTooLarge};
  if (producer_id >= 0) open_.try_emplace(producer_id, end_);
  size_t left = records.size();
  for (const CoordinatorRecord& record : records) {
    records_.push_back({end_, record, producer_id, Kind::kData, now, left--});
    end_ = end_ + 1;
  }
  return end_;
}

void OffsetsLog::append_marker(int64_t producer_id, bool commits, int64_t now) {
  records_.push_back({end_, {}, producer_id, commits ? Kind::kCommitMarker : Kind::kAbortMarker, now, 1});
  end_ = end_ + 1;
  open_.erase(producer_id);
}

std::span<const LogRecord> OffsetsLog::commit(Offset end) {
  CHECK(end <= end_);
  if (end <= committed_) return {};
  auto from = lower_bound(committed_);
  auto to = lower_bound(end);
  committed_ = end;
  return {from, to};
}

int32_t OffsetsLog::elect(Random& random) {
  Offset kept = end_;
  if (end_ > committed_ && random.one_in(2)) {
    kept = committed_ + static_cast<int64_t>(random.below(static_cast<uint64_t>(end_ - committed_) + 1));
    // To the end of a batch.
    auto at = lower_bound(kept);
    if (at != records_.end() && at != records_.begin() && std::prev(at)->batch_records > 1) {
      kept = std::prev(at)->offset + static_cast<int64_t>(std::prev(at)->batch_records);
    }
  }
  records_.erase(lower_bound(kept), records_.end());
  end_ = kept;
  find_open_transactions();
  return ++epoch_;
}

void OffsetsLog::compact(Random& random, int64_t now) {
  Offset limit = committed_;
  for (const auto& [producer_id, first] : open_) limit = std::min(limit, first);
  std::map<int64_t, bool> commits;  // of the producers, as seen from behind
  std::map<Bytes, LogRecord*> last;
  std::vector<bool> drop(records_.size());
  for (size_t i = records_.size(); i-- > 0;) {
    LogRecord& record = records_[i];
    if (record.kind != Kind::kData) {
      commits[record.producer_id] = record.kind == Kind::kCommitMarker;
      continue;
    }
    if (record.offset >= limit) continue;
    const bool aborted = record.producer_id >= 0 && !commits[record.producer_id];
    auto [later, is_last] = last.try_emplace(record.record.key, &record);
    if (aborted && is_last) last.erase(later);
    drop[i] = (aborted || !is_last) && !random.one_in(8);
    if (!is_last) later->second->alone_since = kNotAlone;
  }
  // A tombstone goes when what it deletes has been gone for long.
  for (size_t i = 0; i < records_.size(); ++i) {
    LogRecord& record = records_[i];
    auto found = last.find(record.record.key);
    if (record.record.value || found == last.end() || found->second != &record) continue;
    drop[i] = record.alone_since >= 0 && now - record.alone_since > kTombstonesKeptMs && !random.one_in(8);
    if (record.alone_since == -1) record.alone_since = now;
    if (record.alone_since == kNotAlone) record.alone_since = -1;
  }
  size_t i = 0;
  std::erase_if(records_, [&](const LogRecord&) { return drop[i++]; });
}

const LogRecord* OffsetsLog::read(Offset from) const {
  auto at = std::lower_bound(records_.begin(), records_.end(), from,
                             [](const LogRecord& record, Offset offset) { return record.offset < offset; });
  return at == records_.end() ? nullptr : &*at;
}

std::vector<LogRecord>::iterator OffsetsLog::lower_bound(Offset offset) {
  return std::lower_bound(records_.begin(), records_.end(), offset,
                          [](const LogRecord& record, Offset wanted) { return record.offset < wanted; });
}

void OffsetsLog::find_open_transactions() {
  open_.clear();
  for (const LogRecord& record : records_) {
    if (record.kind != Kind::kData) {
      open_.erase(record.producer_id);
    } else if (record.producer_id >= 0) {
      open_.try_emplace(record.producer_id, record.offset);
    }
  }
}

}  // namespace klamm::sim::groups
