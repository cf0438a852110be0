// FetchRead: the partitions of one fetch, read in their order under the limit that they share, and listened
// to while the fetch waits for more.
//
// Lives on the loop of the fetch's connection; only what the partitions tell comes from other threads. While
// it waits it knows how much there is, and holds no file: what a response gives is read when it is made.
//
// A follower's outlives its fetch: it stays with the session, and the next fetch looks only at what that one
// names, at what has changed since, and in turn at some of the rest (KIP-227: what is idle costs little).
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_map.h>
#include <absl/synchronization/mutex.h>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "broker/metadata/access.h"
#include "broker/metadata/cluster_image.h"
#include "broker/replica/fetch_session.h"
#include "broker/replica/partition.h"
#include "broker/replica/partitions.h"

namespace klamm::broker {

class FetchRead : public std::enable_shared_from_this<FetchRead> {
 public:
  // Told that partitions have changed: it is time to look_again(). From any thread, and not once more before
  // that was called.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_change() = 0;
  };

  // A follower, as its request names it.
  struct Replica {
    NodeId id;
    int64_t broker_epoch = -1;
    friend bool operator==(const Replica&, const Replica&) = default;
  };

  // What holds for all partitions of a fetch.
  struct Terms {
    size_t size_max = 0;  // of all records together, but for the first batch
    bool committed_only = false;
    bool by_topic_id = false;
    bool any_replica = false;  // consumers may read from followers (KIP-392)
    std::optional<Replica> from_replica{};
    // Where a consumer is, if those in its rack are to read from followers there; and the listener at which
    // it would.
    std::string_view rack{};
    std::string_view listener{};
    int64_t now_ms = 0;  // monotonic
  };

  struct Slot final : DataListener {
    Slot(FetchRead* read, FetchTarget target) : read(read), target(std::move(target)) {}
    ~Slot() override { stop_listening(); }
    void on_data() override;
    void stop_listening() {
      if (std::exchange(listens, false)) partition->stop_listening(this);
    }

    FetchRead* read;
    FetchTarget target;
    std::shared_ptr<Partition> partition;
    ReadResult result;
    size_t size = 0;             // of the records that were found, whether or not `result` has them
    Offset segment = kNoOffset;  // where the first read began
    bool listens = false;        // or has been told, and take_changed() has yet to say so
    bool noted = false;          // the leader knows of this fetch of its follower
    bool met = false;            // it is in met()
    bool named = false;          // by the fetch that begins
  };

  explicit FetchRead(const Partitions& partitions) : partitions_(partitions) {}

  // Who is told from now on, for as long as there is one.
  void tell(std::weak_ptr<Owner> owner) ABSL_LOCKS_EXCLUDED(mutex_);

  // Reads all of the targets' partitions that `access` allows to be read: as a consumer, or as a replica.
  void begin(const Terms& terms, std::vector<FetchTarget> targets, const ClusterImage& image,
             const Access& access);
  // Forgets them, before any was listened to.
  void clear();
  // In place of begin(), for the fetch behind one that could stay(): reads what is named, what has changed
  // since, and of the rest as many as have their turn. False, and of no use any more, when something else is
  // asked for.
  bool go_on(const Terms& terms, const std::vector<FetchTarget>& named, const Access& access);
  // Once the answer is made: whether another fetch can go on with this. What gave nothing is listened to.
  bool stay();
  // Each partition has its turn once in so long, as long as a fetch that finds nothing waits, whatever is
  // told of it: by reading it is noted how far the follower is, so that it stays in sync or may join those
  // who are, and it is seen what else there is to tell it (a high watermark, a log's start).
  static constexpr int64_t kTurnMs = 500;
  // When all of them will have had it.
  int64_t turns_end_ms() const { return turns_ms_ + kTurnMs; }

  size_t partitions() const { return slots_.size(); }
  // Those that this fetch has looked at, each once: of the others nothing is new.
  const std::vector<Slot*>& met() const { return met_; }
  // There are so many bytes, or the answer cannot wait: a partition has an error, has diverged, or has
  // records in later segments than the one that the fetch began in.
  bool is_due(size_t size_min) const;

  // ---- waiting ----
  void listen();
  // Reads those that have changed; then either finish(), or listen_on().
  void look_again();
  void listen_on();
  // Waiting is over, and all that there is to give is read.
  void finish();
  void stop_listening();

 private:
  class Permission;

  void find(Slot& slot, const ClusterImage& image, Permission& permission);
  void count(metrics::TopicStats* topic);
  void read(Slot& slot);
  ReadResult read_as_follower(Slot& slot, const ReadRequest& request);
  void renew_high_watermarks();
  void send_elsewhere(Slot& slot, const ClusterImage& image);
  void listen(Slot& slot);
  void meet(Slot& slot);
  void meet_unnamed();
  void meet_in_turn();
  void on_data(Slot& slot) ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<Slot*> take_changed() ABSL_LOCKS_EXCLUDED(mutex_);

  using Key = std::pair<std::array<uint8_t, 16>, int32_t>;

  const Partitions& partitions_;
  Terms terms_;
  std::deque<Slot> slots_;
  size_t size_ = 0;
  bool let_go_ = false;  // of records that were found
  std::vector<Slot*> met_;
  std::vector<Slot*> looked_at_;
  absl::flat_hash_map<Key, Slot*> by_key_;  // of a follower that names topics by their ids
  int64_t turns_ms_ = 0;                    // up to which turns were given
  size_t next_turn_ = 0;                    // of slots_
  metrics::TopicStats* counted_ = nullptr;  // whose partitions are being found
  int64_t counted_partitions_ = 0;

  absl::Mutex mutex_;
  std::weak_ptr<Owner> owner_ ABSL_GUARDED_BY(mutex_);
  std::vector<Slot*> changed_ ABSL_GUARDED_BY(mutex_);
  bool told_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace klamm::broker
