// The asking side of an incremental fetch session (KIP-227): a request names only the partitions of which
// something else is asked than the leader remembers, and an answer only those of which there is news.
//
// For each partition there is what is wanted, and what the leader was told. Both are the same for an idle
// one, which costs nothing then. The leader, too, remembers what it said of the high watermark and the log
// start, and does not say it again: when that was not taken over, it has to be forgotten there and told
// anew. (Apache Kafka's followers do not do this, and may not hear of a high watermark until it moves.)
//
// Topics are named by their ids alone: versions 13 and up.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "broker/replica/fetcher_types.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"

namespace klamm::broker {

struct FetchAsk {
  Offset offset{};
  Offset log_start{};
  Epoch leader_epoch{};
  Epoch last_epoch = kNoEpoch;  // of the record before `offset`: if the leader's is another, it says where

  // Whether an answer to one of them is one to the other, too.
  bool is_same_place(const FetchAsk& other) const {
    return offset == other.offset && leader_epoch == other.leader_epoch && last_epoch == other.last_epoch;
  }
  friend bool operator==(const FetchAsk&, const FetchAsk&) = default;
};

class FetcherSession {
 public:
  void want(const PartitionKey& partition, const FetchAsk& ask);
  void drop(const PartitionKey& partition);
  // What the leader said of the partition was not taken over.
  void retell(const PartitionKey& partition);
  // The next request names all partitions, and the leader forgets the session that there is.
  void restart() { restart_ = true; }

  // Whether something else is wanted than was told, or may be.
  bool has_changes() const { return !changed_.empty(); }
  // How many partitions are wanted.
  size_t wanted() const { return wanted_; }
  // Whether nothing is wanted any more, and the leader remembers something yet.
  bool has_ended() const { return wanted_ == 0 && epoch_ != 0 && !changed_.empty(); }

  // Sets the session, the topics, and the forgotten ones. True when the next request will have more to say,
  // for which the leader should not be waited for.
  bool fill(protocol::FetchRequest& request, int32_t partition_size_max);

  struct Verdict {
    bool is_usable = false;
    bool is_session_lost = false;  // all is well, but for the session: to be asked again at once
    std::string problem{};         // for the log; none when a leader has only asked for some time
  };
  // After fill(), one of these. An answer is usable as a whole or not at all.
  Verdict on_answer(const protocol::FetchResponse& response);
  void on_failure();

  // Of a usable answer: whether it says of the partition what would be asked now. The epoch or the log may
  // have changed since (KAFKA-18991).
  bool is_answered(const PartitionKey& partition) const;
  // The partition's records were taken. Without a session the order of a request says who comes first, and
  // the next one begins behind the last of them.
  void served(const PartitionKey& partition) { served_ = partition; }

 private:
  struct Entry {
    std::optional<FetchAsk> wanted{};
    std::optional<FetchAsk> told{};
    bool must_retell = false;
    uint64_t answered = 0;  // the last answer that named it
  };
  using Entries = std::map<PartitionKey, Entry>;

  bool fill_changes(protocol::FetchRequest& request, int32_t partition_size_max);
  void fill_all(protocol::FetchRequest& request, int32_t partition_size_max);
  std::string problem_of(const protocol::FetchResponse& response);
  void begin_anew(int32_t session_id);

  Entries entries_;
  std::set<PartitionKey> changed_;  // wanted may not be what was told
  size_t wanted_ = 0;
  size_t told_ = 0;  // in the full request that was sent last
  bool restart_ = false;
  bool is_full_ = false;  // the request that was sent last
  int32_t id_ = 0;
  int32_t epoch_ = 0;  // of the next request; 0 opens a session
  uint64_t answers_ = 0;
  std::optional<PartitionKey> served_;
};

}  // namespace klamm::broker
