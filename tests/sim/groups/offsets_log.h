// OffsetsLog: a partition of __consumer_offsets, as replication and compaction treat it. What is appended is
// there, but counts only below the committed end; a new leader may or may not have what lies above that.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "base/random.h"
#include "broker/coordinator_record.h"
#include "protocol/errors.h"

namespace klamm::sim::groups {

struct LogRecord {
  Offset offset;
  broker::CoordinatorRecord record;
  int64_t producer_id = -1;
  enum class Kind : uint8_t { kData, kCommitMarker, kAbortMarker } kind = Kind::kData;
  int64_t appended_at = 0;
  size_t batch_records = 1;  // of its batch, behind and with this one: a batch is there or is not
  int64_t alone_since = -1;  // of a tombstone: since when compaction has left nothing that it deletes

  broker::CoordinatorRecordView view() const {
    broker::CoordinatorRecordView view = broker::view_of(record, offset);
    view.producer_id = producer_id;
    return view;
  }
};

class OffsetsLog {
 public:
  // The largest batch that the topic takes.
  static constexpr size_t kBatchSizeMax = 160 * 1024;

  // By the leader of that epoch, as one batch. MESSAGE_TOO_LARGE, or NOT_COORDINATOR for an older one.
  protocol::Outcome<Offset> append(int32_t epoch, const std::vector<broker::CoordinatorRecord>& records,
                                   int64_t now, int64_t producer_id = -1);
  void append_marker(int64_t producer_id, bool commits, int64_t now);
  // What has become committed.
  std::span<const LogRecord> commit(Offset end);

  // A new epoch begins, for which a leader has been chosen that lacks some of what is not committed.
  int32_t elect(Random& random);
  // What compaction may take away, it takes or leaves: records below the committed end and below any open
  // transaction, behind which there is another of their key. Tombstones stay for a while.
  void compact(Random& random, int64_t now);

  // The first record at the offset or behind it; nullptr at the end.
  const LogRecord* read(Offset from) const;
  const std::vector<LogRecord>& records() const { return records_; }
  Offset end() const { return end_; }
  Offset committed() const { return committed_; }
  int32_t epoch() const { return epoch_; }
  // By producer id: where its transaction begins that has not ended.
  const std::map<int64_t, Offset>& open_transactions() const { return open_; }

 private:
  std::vector<LogRecord>::iterator lower_bound(Offset offset);
  void find_open_transactions();

  std::vector<LogRecord> records_;  // by offset, with the gaps that compaction leaves
  Offset end_{0};
  Offset committed_{0};
  int32_t epoch_ = 0;
  std::map<int64_t, Offset> open_;
};

}  // namespace klamm::sim::groups
