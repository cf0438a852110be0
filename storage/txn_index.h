// The transaction index (`.txnindex`) of a segment: the aborted transactions whose marker lies in it, in the
// order of their markers. The file is made with the first of them. docs/format-log-segment.md.
#pragma once

#include <atomic>
#include <vector>

#include "storage/segment_file.h"

namespace klamm::storage {

struct AbortedTxn {
  static constexpr uint32_t kSize = 34;
  int64_t producer_id = -1;
  Offset first_offset;
  Offset last_offset;         // of the marker
  Offset last_stable_offset;  // once this transaction is complete

  void encode(uint8_t* to) const;
  static AbortedTxn decode(const uint8_t* from);
  friend bool operator==(const AbortedTxn&, const AbortedTxn&) = default;
};

class TxnIndex {
 public:
  TxnIndex(const SegmentFiles& files, uint32_t count) : files_(files), count_(count) {}

  uint32_t count() const { return count_.load(std::memory_order_acquire); }
  DiskResult<std::vector<AbortedTxn>> all() const;
  // Adds those whose range touches [from, to) to `found`. True when no later segment can hold another.
  DiskResult<bool> collect(Offset from, Offset to, std::vector<AbortedTxn>& found) const;

  // The writer's side.
  DiskResult<> append(SegmentFiles& files, const AbortedTxn& txn);

 private:
  const SegmentFiles& files_;
  std::atomic<uint32_t> count_;
};

}  // namespace klamm::storage
