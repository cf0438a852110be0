// FetchRead: the partitions of one fetch, read in their order under the limit that they share, and listened
// to while the fetch waits for more.
//
// Lives on the loop of the fetch's connection; only what the partitions tell comes from other threads. While
// it waits it knows how much there is, and holds no file: what a response gives is read when it is made.
#pragma once

#include <atomic>
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

class FetchRead {
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
    bool listens = false;
    bool noted = false;  // the leader knows of this fetch of its follower
    std::atomic<bool> changed{false};
  };

  // The owner holds this.
  FetchRead(Owner& owner, const Partitions& partitions) : owner_(owner), partitions_(partitions) {}

  // Reads all of the targets' partitions that `access` allows to be read: as a consumer, or as a replica.
  void begin(const Terms& terms, std::vector<FetchTarget> targets, const ClusterImage& image,
             const Access& access);
  // Forgets them, before any was listened to.
  void clear();

  size_t partitions() const { return slots_.size(); }
  std::deque<Slot>& slots() { return slots_; }
  // There are so many bytes, or the answer cannot wait: a partition has an error, has diverged, or has
  // records in later segments than the one that the fetch began in.
  bool is_due(size_t size_min) const;

  // ---- waiting. `life` keeps the owner alive while it is told something ----
  void listen(const std::shared_ptr<void>& life);
  // Reads those that have changed; then either finish(), or listen_on().
  void look_again();
  void listen_on(const std::shared_ptr<void>& life);
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
  void listen(Slot& slot, const std::shared_ptr<void>& life);

  Owner& owner_;
  const Partitions& partitions_;
  Terms terms_;
  std::deque<Slot> slots_;
  size_t size_ = 0;
  bool let_go_ = false;  // of records that were found
  std::vector<Slot*> looked_at_;
  metrics::TopicStats* counted_ = nullptr;  // whose partitions are being found
  int64_t counted_partitions_ = 0;
  std::atomic<bool> told_{false};
};

}  // namespace klamm::broker
