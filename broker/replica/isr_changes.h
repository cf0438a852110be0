// IsrChanges: the proposals of all partitions that this node leads, on their way to the controller: as many
// as there are in one AlterPartition request (versions 2-3), one request at a time, one proposal for each
// partition. Kafka: DefaultAlterPartitionManager.
//
// A proposal is sent until it is answered. What an answer means is its partition's affair (LeaderTerm); only
// NOT_CONTROLLER never gets there, and the proposal goes to the next controller. (Kafka asks that one for the
// whole request again, also for what was answered.)
//
// A machine without I/O, on one thread. The caller asks for a request when it has submitted something, when
// one has ended, and at next_attempt_ms(); it sends it to the active controller, and says how it ended.
// Times are milliseconds of one monotonic clock.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/types.h"
#include "base/uuid.h"
#include "broker/replica/isr_proposal.h"

namespace klamm::protocol {
struct AlterPartitionRequest;
struct AlterPartitionResponse;
}  // namespace klamm::protocol

namespace klamm::broker {

class IsrChanges {
 public:
  struct Key {
    Uuid topic_id;
    int32_t partition = 0;

    friend auto operator<=>(const Key&, const Key&) = default;
  };
  // How a proposal ended: for LeaderTerm::on_answer().
  struct Ended {
    Key key;
    IsrProposal proposal;
    Outcome<CommittedIsr> answer;
  };
  struct Answered {
    ErrorCode error = ErrorCode::kNone;  // of the request as a whole, for the log
    bool find_controller = false;        // that was none, or is behind: another is to be looked for
    std::vector<Ended> ended{};
  };

  explicit IsrChanges(NodeId self) : self_(self) {}

  // False while an earlier proposal of the partition is on its way: then this one has ended with
  // OPERATION_NOT_ATTEMPTED. One that has not gone out is replaced: its leader has given it up.
  bool submit(const Key& key, IsrProposal proposal);

  // When there may be something to send; nothing when there is not, or a request is on its way.
  std::optional<int64_t> next_attempt_ms() const;
  // What is to be sent now, if anything. `broker_epoch` is this node's. Good for both versions.
  std::optional<protocol::AlterPartitionRequest> take_request(int64_t broker_epoch, int64_t now_ms);
  // The end of the request that was taken: one of these, once.
  Answered on_response(const protocol::AlterPartitionResponse& response, int64_t now_ms);
  // Not connected, disconnected, timed out, not understood: nobody knows whether it was done.
  void on_failure(int64_t now_ms);

  // A request's work is done in one turn of the controller's loop, between heartbeats.
  static constexpr size_t kPartitionsMax = 2000;
  static constexpr int64_t kRetryMs = 50;

 private:
  using Proposals = std::map<Key, IsrProposal>;

  void retry_later(int64_t now_ms);

  Proposals waiting_;
  Proposals sent_;  // not empty: a request is on its way. No partition is in both.
  Key last_sent_;   // the next request begins behind it, so that everybody's turn comes
  int64_t not_before_ms_ = INT64_MIN;
  const NodeId self_;
};

}  // namespace klamm::broker
