// Which leader epoch wrote which part of a log: each epoch with the offset of its first record, both strictly
// increasing. Kafka keeps it in `leader-epoch-checkpoint`; replicas find their point of divergence with it.
//
// An immutable value: the writer makes a new table, readers keep the one that was published.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/types.h"
#include "storage/disk.h"

namespace klamm::storage {

struct EpochStart {
  Epoch epoch;
  Offset start;
  friend bool operator==(const EpochStart&, const EpochStart&) = default;
};

// The end offset of an epoch; kNoEpoch and kNoOffset when nothing is known of it.
struct EpochEnd {
  Epoch epoch = kNoEpoch;
  Offset end = kNoOffset;
  friend bool operator==(const EpochEnd&, const EpochEnd&) = default;
};

class LeaderEpochs {
 public:
  const std::vector<EpochStart>& entries() const { return entries_; }
  std::optional<EpochStart> latest() const;
  std::optional<EpochStart> earliest() const;
  std::optional<Epoch> epoch_of(Offset offset) const;
  // Kafka's answer to OffsetForLeaderEpoch: the largest known epoch that is not above `epoch`, and where the
  // next one starts. The latest epoch ends at `log_end`; an epoch above the latest is unknown; one below the
  // earliest answers itself and the earliest's start.
  EpochEnd end_of(Epoch epoch, Offset log_end) const;

  // Records that `epoch` begins at `start`, dropping entries that contradict it. False when nothing changed.
  bool assign(Epoch epoch, Offset start);
  // Drops epochs that begin at or after `end`, also when `end` is the log's end (KAFKA-10706).
  bool truncate_from_end(Offset end);
  // The epoch that covers `start` begins there from now on; earlier ones are dropped.
  bool truncate_from_start(Offset start);

  // The checkpoint file's text, and back. Nothing when the text is not what Kafka writes.
  std::string to_text() const;
  static std::optional<LeaderEpochs> from_text(std::string_view text);
  friend bool operator==(const LeaderEpochs&, const LeaderEpochs&) = default;

 private:
  std::vector<EpochStart> entries_;
};

inline constexpr std::string_view kLeaderEpochFile = "leader-epoch-checkpoint";

}  // namespace klamm::storage
