// ImageLoader: follows the metadata log, batch by batch, and knows two images of it: the latest, with every
// record in it, and the visible one, which stands at the end of a batch outside of any metadata transaction
// (KIP-868). The controller decides on the latest; brokers and snapshots see the visible one. An aborted
// transaction leaves no trace in either.
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
  bool in_transaction() const { return before_transaction_.has_value(); }

 private:
  Result<void, Failure> apply(const protocol::MetadataRecord& record);
  void finish_batch(AppliedTo applied);

  ClusterImage latest_;
  ClusterImage visible_;
  // While a transaction is open: latest_ as it was when the transaction began.
  std::optional<ClusterImage> before_transaction_;
};

}  // namespace klamm::broker
