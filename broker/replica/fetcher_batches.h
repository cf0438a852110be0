// What a follower looks at in the records of a Fetch response before they go to its log: framing, checksums
// and offsets, batch by batch. Nothing is copied, and no record is decoded.
//
// A leader that loses its leadership while it sends may send what it wrote meanwhile as the follower of
// another (KAFKA-18723): checksums find what is torn, and a batch of a later epoch than the fetch's is left
// out, with all behind it.
#pragma once

#include <string>

#include "base/result.h"
#include "broker/replica/fetcher_types.h"

namespace klamm::broker {

struct BadRecords {
  // kCorrupt may be gone when the leader is asked again. Of kOutOfOrder Kafka's followers give the partition
  // up until its leader changes, since the records would leave the log wrong.
  enum class What : uint8_t { kCorrupt, kOutOfOrder };
  What what = What::kCorrupt;
  std::string why;
};

struct ExaminedRecords {
  FetchedRun run{};       // of no batches when there is nothing to append
  bool is_ahead = false;  // batches of a later epoch were left out
  bool is_early = false;  // the first batch begins before `fetch_offset`, and reaches it
};

// What of `records` may be appended to a log that ends at `fetch_offset`, for a fetch in `leader_epoch`. A
// last batch that is cut off is left out. Gaps are compaction's. `may_begin_early`: the log is empty, and so
// may begin with a batch in whose middle the leader's log starts (delete-records).
Result<ExaminedRecords, BadRecords> examine_records(const FetchedBytes& records, Offset fetch_offset,
                                                    Epoch leader_epoch, bool may_begin_early);

}  // namespace klamm::broker
