#include "broker/metrics/request_stats.h"

#include <algorithm>

namespace klamm::broker::metrics {

RequestStats::~RequestStats() {
  for (std::atomic<Row*>& row : rows_) delete row.load(std::memory_order_acquire);
}

void RequestStats::add(const ReplyMark& mark, int64_t sent_us) {
  if (mark.key < 0 || mark.key > kKeyMax) return;
  add_to(static_cast<size_t>(mark.key), mark, sent_us);
  if (mark.kind == RequestKind::kFetchConsumer) add_to(kFetchConsumerRow, mark, sent_us);
  if (mark.kind == RequestKind::kFetchFollower) add_to(kFetchFollowerRow, mark, sent_us);
}

void RequestStats::add_to(size_t index, const ReplyMark& mark, int64_t sent_us) {
  Row* row = rows_[index].load(std::memory_order_relaxed);
  if (row == nullptr) {
    row = new Row();
    rows_[index].store(row, std::memory_order_release);
  }
  const auto version = static_cast<size_t>(std::clamp<int16_t>(mark.version, 0, kVersions - 1));
  row->by_version[version].add(1);
  for (size_t i = 0; i < mark.errors.size; ++i) {
    const auto code = static_cast<size_t>(std::clamp<int>(mark.errors.codes[i] + 1, 0, kErrors - 1));
    row->by_error[code].add(mark.errors.counts[i]);
  }
  row->total.add(sent_us - mark.begun_us);
  row->local.add(mark.handled_us - mark.begun_us);
  row->remote.add(mark.answered_us - mark.handled_us);
  row->response_queue.add(mark.queued_us - mark.answered_us);
  row->response_send.add(sent_us - mark.queued_us);
  row->size.add(mark.request_size);
  row->throttle.add(mark.throttle_ms);
}

}  // namespace klamm::broker::metrics
