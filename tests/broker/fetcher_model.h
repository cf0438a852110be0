// Logs and a leader for the random test of the fetcher: as simple as they can be, and answering as Kafka's.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "broker/replica/fetch_session_cache.h"
#include "broker/replica/fetcher.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/list_offsets_request.h"

namespace klamm::broker::testing {

struct ModelBatch {
  Offset base{};
  Offset end{};
  Epoch epoch{};
  Bytes bytes{};

  friend bool operator==(const ModelBatch&, const ModelBatch&) = default;
};

// Batches below the log's start stay, for those who compare.
class ModelLog {
 public:
  Offset start() const { return start_; }
  Offset end() const { return end_; }
  Offset high_watermark() const { return high_watermark_; }
  const storage::LeaderEpochs& epochs() const { return epochs_; }
  const std::vector<ModelBatch>& batches() const { return batches_; }
  FollowedLog followed() const;

  void begin_epoch(Epoch epoch) { epochs_.assign(epoch, end_); }
  // A batch that is like no other.
  void write(Epoch epoch, Random& random);
  void append(ByteView run);
  void truncate(Offset offset);
  void restart(Offset offset);
  void commit(Offset high_watermark) { high_watermark_ = high_watermark; }
  void move_start(Offset offset);

  // Where the batch that contains `offset` stands, in bytes; where the log ends for its end.
  size_t position_of(Offset offset) const;
  Bytes bytes_at(size_t position, size_t size) const;
  // A batch's beginning at or above `offset`, or the end.
  Offset boundary(Offset offset) const;

 private:
  void add(ModelBatch batch);

  Offset start_{0}, end_{0}, high_watermark_{0};
  storage::LeaderEpochs epochs_;
  std::vector<ModelBatch> batches_;
};

// The first offset from `from` on that is not the same in both, or the end of the shorter one.
Offset first_difference(const ModelLog& a, const ModelLog& b, Offset from);

// An answer before it is bytes: what is read from files is read when it is sent.
struct ModelAnswer {
  struct Read {
    PartitionKey partition{};
    Epoch epoch{};
    size_t position = 0;
  };
  protocol::FetchResponse response{};
  std::vector<Read> reads{};
  std::deque<Bytes> records{};  // by read
  bool has_news = false;

  FetchedBytes bytes(int16_t version) const;
};

class ModelLeader {
 public:
  struct Partition {
    ModelLog log{};
    Epoch epoch{0};
    protocol::ErrorCode trouble = protocol::ErrorCode::kNone;
  };

  explicit ModelLeader(Random& random) : random_(random) {}

  std::map<PartitionKey, Partition> partitions;
  bool has_room = true;  // for a session

  ModelAnswer fetch(const protocol::FetchRequest& request, int64_t now_ms);
  FetchedBytes list_offsets(const protocol::ListOffsetsRequest& request, int16_t version);
  // Reads again what has changed since, as a leader does that has lost its leadership while it sends.
  // Whether anything had.
  bool tear(ModelAnswer& answer) const;
  void lose_session() { sessions_.remove(session_); }

 private:
  std::vector<FetchTarget> begin_session(const protocol::FetchRequest& request, ModelAnswer& answer,
                                         int64_t now_ms);
  void read(const FetchTarget& target, int32_t size_max, ModelAnswer& answer,
            protocol::FetchResponse::PartitionData& data);
  protocol::ErrorCode check(const PartitionKey& key, Epoch epoch) const;

  Random& random_;
  FetchBudget budget_{100'000};
  FetchSessionCache sessions_{4, budget_, random_};
  std::shared_ptr<const ClientInfo> client_ = std::make_shared<ClientInfo>();
  int32_t session_ = 0;
};

}  // namespace klamm::broker::testing
