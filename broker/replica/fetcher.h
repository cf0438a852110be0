// ReplicaFetcher: follows the partitions that one other broker leads, from all of which it fetches in one
// session. A machine without I/O: it is told what happened, and says what to send and what to do with the
// logs.
//
//   for (auto output = fetcher.take_output(now); !output.empty(); output = fetcher.take_output(now)) {
//     write output.lines to the log;
//     begin output.work, calling on_report() for what ends at once;
//     send output.request;
//   }
//   be back at fetcher.next_deadline_ms(), and whenever the fetcher was told something
//
// One request is on its way at a time, as Kafka's own followers have it. It names each partition that is to
// be fetched; those whose logs are written to, and those that wait after an error, are asked for again when
// that is over. An idle session costs nothing for each partition: not here, not on the wire, not there.
//
// KIP-101, KIP-279, KIP-320 (epochs), KIP-227 (sessions), KIP-516 (topic ids), KIP-595 (truncation on fetch),
// KIP-903 (the broker's epoch).
//
// Differs from Apache Kafka: what is asked for does not wait for a leader that has nothing to say, when it
// could have been in the request a moment later: a request waits kLogPatienceMs for logs that are being
// written to, and asks the leader to wait no longer than until somebody's backoff ends. A leader that has yet
// to hear that it is one is asked again before a backoff is over. Answers that would come again at once as
// they were (an error for the whole request, no whole batch, nothing to truncate) wait for the backoff; Kafka
// asks again at once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "broker/replica/fetcher_partition.h"
#include "broker/replica/fetcher_session.h"
#include "broker/replica/fetcher_types.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"

namespace klamm::broker {

// A request to the leader, in the terms of PeerRequest.
struct FetcherRequest {
  int16_t key = 0;
  int16_t version_min = 0;
  int16_t version_max = 0;
  std::variant<protocol::FetchRequest, protocol::ListOffsetsRequest> message{};
  std::vector<std::shared_ptr<const std::string>> topics{};  // which the message shows

  void encode(int16_t version, Bytes& out) const;
};

// In this order. Work of different partitions may be done in any order, and at the same time.
struct FetcherOutput {
  std::vector<FetcherLine> lines{};
  std::vector<LogWork> work{};
  std::optional<FetcherRequest> request{};

  bool empty() const { return lines.empty() && work.empty() && !request; }
};

class ReplicaFetcher {
 public:
  // How long a request waits for logs that the last answer is being written to, and a leader for records
  // while others are left out because of that.
  static constexpr int64_t kLogPatienceMs = 20;

  // `leader` is only for the log's lines.
  ReplicaFetcher(NodeId leader, const FetcherSettings& settings, const FollowedEpochs& epochs)
      : leader_(leader), settings_(settings), epochs_(epochs) {}

  // The session begins anew with the next request.
  void configure(const FetcherSettings& settings);

  // ---- what the metadata says ----
  // A new partition, or a new epoch of its leader; else nothing happens. When a partition comes, no work of
  // an earlier time is being done with its log.
  void follow(const FollowedPartition& followed, int64_t now_ms);
  // Work that was given out may be done or left: a report of it is not needed, and not listened to.
  void unfollow(const PartitionKey& partition);
  // The replica's own retention has moved the start of its log.
  void move_log_start(const PartitionKey& partition, Offset start);

  // ---- what has come of what was given out ----
  // One of these for each request. `body` is what stands behind the response's header.
  void on_answer(int16_t version, const FetchedBytes& body, int64_t now_ms);
  void on_failure(std::string_view why, int64_t now_ms);
  void on_report(const LogReport& report, int64_t now_ms);

  // ---- what is to be done ----
  FetcherOutput take_output(int64_t now_ms);
  // When take_output() will have something if nothing happens before; INT64_MAX for never.
  int64_t next_deadline_ms() const;

  // ---- questions ----
  size_t partitions() const { return partitions_.size(); }
  size_t failed() const { return failed_; }
  // Whether a request would ask for something else than the one that is on its way.
  bool wants_another() const { return session_.has_changes(); }
  std::optional<PartitionPhase> phase_of(const PartitionKey& partition) const;
  std::optional<int64_t> lag_of(const PartitionKey& partition) const;

 private:
  using Partitions = std::map<PartitionKey, FetcherPartition>;
  using Step = FetcherPartition::Step;
  using Turn = FetcherPartition::Turn;
  struct FetchSent {};
  // By name and index: of two topics that had the same name, one is asked for at a time.
  struct OffsetsSent {
    std::map<std::pair<std::string, int32_t>, PartitionKey> asked{};
  };
  struct Idle {};

  template <class Event>
  void tell(Partitions::iterator partition, int64_t now_ms, Event event);
  void leave_phase(const FetcherPartition& partition, const PartitionKey& key);
  void enter_phase(const FetcherPartition& partition, const PartitionKey& key);
  void wake(int64_t now_ms);
  void delay_throttled(int64_t now_ms);

  void on_fetched(int16_t version, const FetchedBytes& body, int64_t now_ms);
  void on_offsets(int16_t version, const FetchedBytes& body, int64_t now_ms);
  void take_over(const protocol::FetchResponse& response, const FetchedBytes& body, int64_t now_ms);
  void tell_offset(const PartitionKey& partition, protocol::ErrorCode code, Offset offset, int64_t now_ms);
  void back_off(std::string_view why, int64_t now_ms);
  bool has_anything_to_send() const;
  bool waits_for_logs() const;
  FetcherRequest fetch_request(int64_t now_ms);
  FetcherRequest offsets_request();
  void say(LogLevel level, std::string_view text);

  const NodeId leader_;
  FetcherSettings settings_;
  const FollowedEpochs& epochs_;

  Partitions partitions_;
  FetcherSession session_;
  std::variant<Idle, FetchSent, OffsetsSent> sent_;

  // Of the partitions, by phase.
  std::set<std::pair<int64_t, PartitionKey>> waiting_;  // by when it is over
  std::set<PartitionKey> asking_;
  std::set<uint64_t> working_;  // tickets, which ascend
  size_t failed_ = 0;

  uint64_t tickets_ = 0;
  uint64_t tickets_when_sent_ = 0;  // work with later ones is what the last answer has brought
  int64_t patience_until_ms_ = 0;
  int64_t not_before_ms_ = 0;  // no request goes out
  bool lost_session_ = false;  // by the last answer
  FetcherOutput output_;
};

}  // namespace klamm::broker
