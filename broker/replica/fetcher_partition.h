// One partition of a ReplicaFetcher: where its log ends, in which epoch it follows, and what it waits for.
//
//   from      to        when
//   fetching  working   an answer says what is to be done with the log
//   fetching  waiting   an answer is an error, or holds nothing that could be appended
//   fetching  asking    OFFSET_OUT_OF_RANGE
//   fetching  waiting   it is throttled, and the quota is overdrawn
//   fetching  failed    FENCED_LEADER_EPOCH, or records that would leave the log wrong
//   asking    asking    the leader's log ends behind ours: where does it start?
//   asking    working   the log must be cut, or begun anew
//   asking    waiting   an error, or offsets between which ours lies
//   asking    failed    FENCED_LEADER_EPOCH
//   working   working   the log begins anew, and what came of the leader is to be written
//   working   fetching  the work is done, or the epoch in which it was to be done is over
//   working   waiting   it left the log as it was, although it should not, or the log was not as we thought
//   working   failed    the log has failed, or refuses what should continue it
//   waiting   fetching  replica.fetch.backoff.ms have passed, or less: for a leader that may not have heard
//                       yet that it leads
//   each      fetching  the leader's epoch is another; without known epochs the log is cut first: working.
//                       What works goes on with that, and then fetches in the new epoch.
//
// Followers have asked OffsetsForLeaderEpoch no more since truncation came into Fetch (KIP-595, 2.7): the
// leader compares last_fetched_epoch itself. Only remote storage (KIP-405) has a use for it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "broker/replica/fetcher_session.h"
#include "broker/replica/fetcher_types.h"
#include "protocol/errors.h"

namespace klamm::broker {

// A partition that is to be followed, or in whose following something has changed.
struct FollowedPartition {
  PartitionKey key{};
  std::shared_ptr<const std::string> topic{};
  Epoch leader_epoch{};
  FollowedLog log{};
};

enum class PartitionPhase : uint8_t { kFetching, kWorking, kWaiting, kAsking, kFailed };

class FetcherPartition {
 public:
  // What one event is judged by.
  struct Turn {
    const FollowedEpochs& epochs;
    const FetcherSettings& settings;
    int64_t now_ms = 0;
    uint64_t ticket = 0;  // for the work that may come of it
  };
  // What comes of an event.
  struct Step {
    std::optional<LogWork> work{};
    std::optional<FetcherLine> line{};
    bool retell = false;  // what the leader said was not taken over
  };
  enum class Sought : uint8_t { kLatest, kEarliest };

  explicit FetcherPartition(const FollowedPartition& followed) : key_(followed.key), topic_(followed.topic) {}

  PartitionPhase phase() const { return static_cast<PartitionPhase>(state_.index()); }
  FetchAsk ask() const { return {log_.end, log_.start, leader_epoch_, log_.last_epoch}; }
  Epoch leader_epoch() const { return leader_epoch_; }
  const std::shared_ptr<const std::string>& topic() const { return topic_; }
  // How far behind the leader's high watermark the log ends, as far as that is known.
  std::optional<int64_t> lag() const { return lag_; }
  // Of kWaiting.
  std::optional<int64_t> waits_until() const;
  // Of kWorking.
  std::optional<uint64_t> ticket() const;
  // Of kAsking.
  std::optional<Sought> sought() const;

  // Does nothing unless the epoch is a later one than before: a partition's other changes are none of ours.
  Step follow(const FollowedPartition& followed, const Turn& turn);
  // The replica's own retention has moved the start of its log.
  void move_log_start(Offset start);
  // While kFetching, with what was asked for being what would be asked now.
  Step on_answer(const protocol::FetchResponse::PartitionData& data, const std::shared_ptr<const void>& owner,
                 const Turn& turn);
  // While kAsking. A negative offset is one that the leader does not know.
  Step on_offset(protocol::ErrorCode code, Offset offset, const Turn& turn);
  // While kWorking, with its ticket.
  Step on_report(const LogReport& report, const Turn& turn);
  // Whether it fetches what it lacks, as far as is known.
  bool catches_up() const { return phase() == PartitionPhase::kFetching && lag_.value_or(1) > 0; }
  // While kFetching: not before.
  void delay(int64_t until_ms) { state_ = Waiting{until_ms}; }
  // While kWaiting, and it is over.
  void wake() { state_ = Fetching(); }

 private:
  struct Fetching {};
  struct Working {
    uint64_t ticket = 0;
    Epoch leader_epoch{};
    std::optional<Offset> appends_to{};
    bool must_change = false;  // the log's end or its epochs, for the leader would say the same again
    std::shared_ptr<const LogWork> then{};  // behind it, in the same epoch
  };
  struct Waiting {
    int64_t until_ms = 0;
  };
  struct Asking {
    Sought sought = Sought::kLatest;
  };
  struct Failed {};

  Step on_error(protocol::ErrorCode code, const Turn& turn);
  Step on_diverging(storage::EpochEnd leader, const Turn& turn);
  Step on_records(const protocol::FetchResponse::PartitionData& data, const FetchedBytes& records,
                  const Turn& turn);
  Step on_refusal(const LogReport& report, bool is_of_this_epoch, const Turn& turn);
  Step cut(Offset target, const Turn& turn, std::string_view why);
  Step wait(const Turn& turn, LogLevel level, std::string_view why);
  Step wait_for_leader(const Turn& turn, LogLevel level, std::string_view why);
  Step fail(LogLevel level, std::string_view why);
  LogWork begin_work(const Turn& turn, Working working);
  LogWork begin_anew(Offset base, LogWork then, const Turn& turn);
  FetcherLine line(LogLevel level, std::string_view text) const;

  PartitionKey key_;
  std::shared_ptr<const std::string> topic_;
  Epoch leader_epoch_ = kNoEpoch;
  FollowedLog log_;
  std::optional<int64_t> lag_;
  int leader_is_behind_ = 0;  // how often in a row it has said so
  std::variant<Fetching, Working, Waiting, Asking, Failed> state_;
};

// Where a follower's log must be cut when the leader says that it diverges: the leader knows `leader.epoch`
// as the latest epoch that is not above the log's last, and its end. `own` is what the follower knows of the
// same epoch. Kafka's getOffsetTruncationState: what lies below is not proved to be the same, but the next
// fetch asks again from there (KIP-279).
Offset truncation_target(storage::EpochEnd leader, storage::EpochEnd own, Offset log_end);

}  // namespace klamm::broker
