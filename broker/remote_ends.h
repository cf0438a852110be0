// RemoteEnds: where logs begin and end that this node has no replica of, as their leaders say: for the lag of
// groups that are coordinated here and read what lies elsewhere. Asked for when somebody looks, a bounded
// number of partitions at a time; what is told is good for a while, and one look old at least.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/types.h"
#include "base/uuid.h"
#include "broker/loop.h"
#include "broker/peer.h"
#include "broker/published_image.h"
#include "broker/quorum_wire.h"

namespace klamm::broker {

class RemoteEnds {
 public:
  struct Uses {
    Loop& loop;
    const PublishedImage& images;
    NodeId self;
    std::string listener;  // of the others, between brokers
    std::function<std::unique_ptr<Peer>(NodeId, const NodeAddress&)> connect;
  };
  struct Range {
    Offset start;
    Offset end;
  };

  static constexpr size_t kPartitionsMax = 100'000;
  static constexpr size_t kOfRequest = 1'000;
  static constexpr int64_t kTimeoutMs = 5'000;
  // What nobody has looked at for so long is not asked for any more, and what is older is not told.
  static constexpr int64_t kKeptMs = 300'000;

  explicit RemoteEnds(Uses uses) : uses_(std::move(uses)) {}

  // From any thread; `now_ms` is monotonic. What was told last; from here on it is asked for.
  std::optional<Range> find(const Uuid& topic, int32_t partition, int64_t now_ms) ABSL_LOCKS_EXCLUDED(mutex_);
  // From any thread: the leaders are asked of everything that was looked at, unless they are being asked.
  void refresh() ABSL_LOCKS_EXCLUDED(mutex_);
  // On the loop: nobody is asked any more.
  void stop();

 private:
  using Key = std::pair<Uuid, int32_t>;
  struct Known {
    int64_t looked_ms = 0;
    int64_t told_ms = INT64_MIN / 2;
    Range range{};
  };
  struct Leader {
    NodeAddress address;
    std::unique_ptr<Peer> peer;
    std::vector<Key> left;  // to be asked of it in this round
  };
  // One request's partitions; the image keeps the names that they are asked by.
  struct Asked {
    NodeId leader;
    std::shared_ptr<const ClusterImage> image;
    std::vector<Key> partitions;
    std::map<Key, Range> told;
  };

  void begin_round();
  void ask_next(NodeId leader);
  void send(const std::shared_ptr<Asked>& asked, int64_t timestamp);
  void on_answer(const std::shared_ptr<Asked>& asked, int64_t timestamp,
                 const Result<PeerAnswer, PeerFailure>& answer);
  void end_of(NodeId leader);
  std::vector<Key> wanted() ABSL_LOCKS_EXCLUDED(mutex_);

  const Uses uses_;
  // On the loop.
  std::map<NodeId, Leader> leaders_;
  size_t asking_ = 0;  // leaders
  bool stopped_ = false;

  absl::Mutex mutex_;
  std::map<Key, Known> known_ ABSL_GUARDED_BY(mutex_);
  bool is_asking_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace klamm::broker
