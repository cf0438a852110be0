// ImageLoader: follows the metadata log, batch by batch, and knows two images of it: the latest, with every
// record in it, and the visible one, which stands at the end of a batch outside of any metadata transaction
// (KIP-868). Brokers and snapshots see the visible one. An aborted transaction leaves no trace in either; a
// new controller aborts the one that it finds open, and decides on what was before it.
#pragma once

#include <optional>
#include <span>

#include "base/result.h"
#include "base/types.h"
#include "broker/metadata/cluster_image.h"

namespace klamm::broker {

// Where a batch stands in the metadata log.
struct MetadataBatch {
  Offset base_offset;
  Epoch epoch;
  int64_t append_time_ms = -1;
  std::span<const protocol::MetadataRecord> records;
};

class ImageLoader {
 public:
  // An image to go on from: empty, of a snapshot, or a published one.
  explicit ImageLoader(ClusterImage start = {}) : latest_(start), visible_(std::move(start)) {}

  // Applies a batch. After a Failure, which names the record's offset, the loader is in the middle of that
  // batch and of no more use: this node cannot follow the log.
  Result<void, Failure> apply(const MetadataBatch& batch);
  // A batch of control records, or one that compaction emptied: only the position moves on.
  void skip_to(Offset last_offset, Epoch epoch, int64_t append_time_ms);

  const ClusterImage& latest() const { return latest_; }
  const ClusterImage& visible() const { return visible_; }

  struct Transaction {
    Offset begun_at;      // where its BeginTransaction stands
    ClusterImage before;  // the latest image as it was there: what an AbortTransaction makes of it again
  };
  // The one that the log has begun and not ended.
  const std::optional<Transaction>& open_transaction() const { return open_; }

 private:
  Result<void, Failure> apply(const protocol::MetadataRecord& record, Offset offset);
  void finish_batch(AppliedTo applied);

  ClusterImage latest_;
  ClusterImage visible_;
  std::optional<Transaction> open_;
};

}  // namespace klamm::broker
