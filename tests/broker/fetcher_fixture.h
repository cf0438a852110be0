// A ReplicaFetcher that follows topic "t", over logs that are only numbers: its requests and the work that it
// gives out as one line of text.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "broker/replica/fetcher.h"
#include "protocol/messages/fetch_response.h"
#include "tests/storage/test_batches.h"

namespace klamm::broker::testing {

inline constexpr int32_t kSession = 7;

// Topic 1 is called "t", 2 is called "u".
inline PartitionKey key(int32_t partition, uint64_t topic = 1) { return {Uuid::of(0, topic), partition}; }

// Partition 3 of topic 1, in session 7 and its epoch 2: "fetch 7:2 wait 500 [t-3 @10 5/4]", where 5 is the
// leader's epoch and 4 the last one in the log. Behind it, if there are any, " start 8" and " forget [t-4]".
std::string describe(const FetcherRequest& request);
// "t-3 append 10..12 hw 11 start 2"
std::string describe(const LogWork& work);

inline FollowedLog log_to(int64_t end, int32_t last_epoch) {
  return {.start = {0}, .end = {end}, .high_watermark = {end}, .last_epoch = {last_epoch}};
}

// The bytes of a FetchResponse, piece by piece.
class FetchAnswer {
 public:
  explicit FetchAnswer(int32_t session = kSession) { response_.session_id = session; }

  FetchAnswer& top(protocol::ErrorCode code);
  FetchAnswer& throttle(int32_t ms);
  FetchAnswer& error(int32_t partition, protocol::ErrorCode code, uint64_t topic = 1);
  // Without records: a high watermark, and where the leader's log starts.
  FetchAnswer& news(int32_t partition, int64_t high_watermark, int64_t log_start = 0, uint64_t topic = 1);
  FetchAnswer& records(int32_t partition, Bytes batches, int64_t high_watermark, int64_t log_start = 0);
  FetchAnswer& null_records(int32_t partition, int64_t high_watermark);
  FetchAnswer& diverging(int32_t partition, int32_t epoch, int64_t end, int64_t high_watermark = 0);

  FetchedBytes bytes(int16_t version) const;
  const protocol::FetchResponse& message() const { return response_; }

 private:
  protocol::FetchResponse::PartitionData& add(int32_t partition, uint64_t topic = 1);

  protocol::FetchResponse response_;
  std::deque<Bytes> records_;
};

class Fetching : public FollowedEpochs {
 public:
  FetcherSettings settings{.self = {1}, .broker_epoch = 40};
  ReplicaFetcher fetcher{NodeId{2}, settings, *this};
  int64_t now = 1000;
  std::vector<std::string> lines;
  std::map<PartitionKey, LogWork> working;
  std::map<PartitionKey, FollowedLog> logs;
  std::map<PartitionKey, storage::LeaderEpochs> epochs;
  std::optional<FetcherRequest> sent;
  bool overdrawn = false;
  std::map<PartitionKey, int64_t> delays;  // of what is throttled

  // `topic` 1 and 2, both called "t" when they are `namesakes`.
  void follow(int32_t partition, int32_t leader_epoch, FollowedLog log, uint64_t topic = 1,
              bool namesakes = false);
  // All output until there is none: work and the request, divided by " | ". Work stays open.
  std::string go();
  std::string answer(const FetchAnswer& answer);
  // To ListOffsets, of t-0.
  std::string offset(int64_t offset, protocol::ErrorCode code = protocol::ErrorCode::kNone);
  std::string fail();
  std::string pass(int64_t ms);
  // The open work of a partition is done, and reported.
  std::string done(int32_t partition);
  std::string report(int32_t partition, LogOutcome outcome);
  PartitionPhase phase(int32_t partition = 0) const { return *fetcher.phase_of(key(partition)); }
  // The last line for the log.
  std::string said() const { return lines.empty() ? "" : lines.back(); }

  storage::EpochEnd epoch_end(const PartitionKey& partition, Epoch epoch) const override;
  bool is_overdrawn() const override { return overdrawn; }
  int64_t fetch_delay_ms(const PartitionKey& partition) const override {
    const auto delay = delays.find(partition);
    return delay == delays.end() ? 0 : delay->second;
  }
};

// What a fetcher that has partition 0 up to offset 5 in epoch 2 has asked, and the leader answered with
// nothing.
class FetchingFromFive : public Fetching {
 public:
  FetchingFromFive() {
    follow(0, 2, log_to(5, 1));
    go();
    answer(FetchAnswer().news(0, 5));
  }
};

inline Bytes batch(int64_t base, int32_t records, int32_t epoch) {
  return storage::TestBatch().at(base).records(records).epoch(epoch).bytes();
}

inline Bytes joined(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace klamm::broker::testing
