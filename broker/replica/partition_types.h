// What is asked of a Partition, and what it answers.
#pragma once

#include <absl/functional/any_invocable.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/types.h"
#include "base/uuid.h"
#include "broker/request.h"
#include "protocol/errors.h"
#include "storage/log_view.h"

namespace klamm::broker {

using protocol::ErrorCode;
using protocol::Outcome;

struct TopicPartitionId {
  std::string topic;
  Uuid topic_id;
  int32_t partition = 0;
};

// What the metadata log says of this partition, as far as every replica needs it.
struct PartitionAssignment {
  NodeId leader = kNoNode;
  Epoch leader_epoch;
  Epoch partition_epoch;
};

// How an append ended. With an error, `message` may say more than the code (Produce v8 and above).
struct AppendResult {
  ErrorCode error = ErrorCode::kNone;
  Offset base_offset = kNoOffset;
  Offset end_offset = kNoOffset;    // behind the last record; a duplicate has its original's
  int64_t log_append_time_ms = -1;  // -1 unless the topic stamps records on arrival
  Offset log_start_offset = kNoOffset;
  bool committed = false;  // the high watermark has reached end_offset
  Epoch leader_epoch{};    // of the term in which it was written
};

// One validated batch on its way into the log. Base offset and leader epoch are patched into `bytes`; the
// checksum covers neither.
struct PendingAppend {
  std::shared_ptr<Frame> frame;  // keeps `bytes` alive, unless they are in `owned`
  Bytes owned;
  std::span<uint8_t> bytes;
  size_t received_size = 0;         // of a batch that was written anew: what it had when it came
  int64_t log_append_time_ms = -1;  // with which validation stamped the batch, if the topic asks for it
  bool all_replicas = false;        // acks=all: refused when too few replicas are in sync
  // A coordinator's: refused with NOT_LEADER_OR_FOLLOWER in every other term, for which its state is too old.
  std::optional<Epoch> leader_epoch{};
  absl::AnyInvocable<void(const AppendResult&)> done;  // exactly once, on any thread, unlocked
};

// For who watches the node: a partition as it is at one moment.
struct PartitionSample {
  std::shared_ptr<const storage::LogView> view{};
  Offset end{};
  Offset high_watermark{};
  Offset last_stable{};
  bool leads = false;
  bool is_offline = false;  // its disk has failed, or it is damaged
  // Of a leader.
  size_t in_sync = 0;
  size_t replicas = 0;
  bool under_replicated = false;
  bool under_min_isr = false;
  bool at_min_isr = false;
  bool is_reassigning = false;
  // Of a follower: how many records it lacks, as the leader told it last.
  int64_t lag = 0;
};

// Told once, from any thread and unlocked, that a partition has something new; reads again to learn what.
class DataListener {
 public:
  virtual ~DataListener() = default;
  virtual void on_data() = 0;
};

// Listeners who are told when this ends: of all that one request has done to its partitions, so that whoever
// waits for several of them finds all of them changed.
class Untold {
 public:
  Untold() = default;
  Untold(const Untold&) = delete;
  Untold& operator=(const Untold&) = delete;
  ~Untold() { tell(); }
  void add(std::weak_ptr<DataListener> listener) { listeners_.push_back(std::move(listener)); }
  // Those that have been added hear of it now.
  void tell() {
    for (const auto& listener : std::exchange(listeners_, {})) {
      if (const auto there = listener.lock()) there->on_data();
    }
  }

 private:
  std::vector<std::weak_ptr<DataListener>> listeners_;
};

struct ReadRequest {
  Offset offset;
  uint32_t size_max = 0;
  bool at_least_one = false;    // the first batch whole, even when it is larger than size_max
  bool committed_only = false;  // read_committed: ends at the last stable offset
  bool any_replica = false;     // also where this one only follows (KIP-392)
  std::optional<Epoch> current_leader_epoch{};
  std::optional<Epoch> last_fetched_epoch{};  // KIP-595: asks for a check of divergence
};

// What there is from the offset of a read on, whether or not it was given: by this Kafka's fetches wait.
struct Reach {
  uint32_t bytes = 0;  // to the limit, or to the end of the offset's segment
  Offset segment = kNoOffset;
  Offset limit_segment = kNoOffset;
  bool beyond = false;  // the offset is above the limit
};

struct ReadResult {
  ErrorCode error = ErrorCode::kNone;
  std::optional<storage::FileSlice> slice{};
  Offset high_watermark = kNoOffset;
  Offset last_stable_offset = kNoOffset;
  Offset log_start_offset = kNoOffset;
  std::optional<std::vector<storage::AbortedTxn>> aborted{};  // only for committed_only
  std::optional<storage::EpochEnd> diverging{};
  Offset end = kNoOffset;              // of the log, as the read found it
  NodeId preferred_replica = kNoNode;  // a follower to read from instead (KIP-392): nothing was read
  Reach reach{};
  storage::LogPosition
      begin{};  // of the first batch that was asked for; or the limit, at which there is none
  // What stands there is being examined, and nothing was given: for listen_for_exam().
  std::optional<uint64_t> exams_seen{};
  size_t size() const { return slice ? slice->size : 0; }
};

}  // namespace klamm::broker
