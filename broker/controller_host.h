// ControllerHost: follows the metadata log on the quorum loop, publishes its images to the node, and, while
// this node leads the quorum, decides: the controller. One code path for a controller that is alone and one
// that is not.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "broker/config/node_config.h"
#include "broker/controller/decided.h"
#include "broker/metadata/image_loader.h"
#include "broker/metadata/metadata_batch.h"
#include "broker/published_image.h"
#include "broker/quorum_records.h"
#include "broker/raft_driver.h"
#include "broker/request.h"
#include "broker/state_machine.h"

namespace klamm::broker {

// The state that decisions are made on: the pending image, which every appended record goes into at once.
struct PendingImage {
  ClusterImage image;
  void apply(ByteView record);
};

class ControllerHost final : public MetadataFollower {
 public:
  using Image = std::shared_ptr<const ClusterImage>;

  struct Uses {
    Loop& loop;
    Random& random;
    const NodeConfig& config;
    PublishedImage& published;
    storage::Disk& disk;
    const Clock& clock;
    Workers& workers;  // snapshots are written there
    // Makes the node be what `after` says, and calls `done`, on any thread. One call at a time.
    std::function<void(Image before, Image after, Task done)> apply;
    // This node has become the active controller, or is no longer (the quorum loop).
    std::function<void(bool active)> on_active;
    std::function<void(const std::string&)> fatal;
    // Both on the quorum loop: this node acts on the image; and who leads the quorum now, of which this node
    // is told only when it is active.
    std::function<void(const Image&)> on_published;
    std::function<void(raft::Leadership)> on_leader;
  };

  explicit ControllerHost(Uses uses) : uses_(std::move(uses)) {}

  // Of this controller, in this life of the process.
  const Uuid& incarnation_id() const { return incarnation_id_; }

  // Before the driver starts. `bootstrap` is what a new cluster's log begins with; not atomic where it brings
  // a metadata transaction of its own.
  void attach(RaftDriver& driver, Decision bootstrap, ImageLoader loader, Offset applied);

  bool is_active() const { return host_ && host_->leads(); }
  const ClusterImage& pending() const { return host_->pending().image; }
  // Where the next record will stand, for decisions whose record says so. Not from on_active: what was
  // appended there is not in the log yet.
  Offset next_offset() const { return driver_->log().end().offset; }
  RaftDriver& driver() { return *driver_; }
  ControllerView view() const;

  // On the quorum loop, while active: appends what was decided, and answers when it is committed and this
  // node has acted on it.
  void perform(Decision decision, Answer answer);
  // For another node, which goes by its own copy of the log: answered when it is committed. What this node's
  // disks make of it takes its time.
  void perform_for_node(Decision decision, Answer answer);

  // Answers a request with what `decide(view)` gives, or with `refuse(code)` where this node is not the
  // controller, or where nothing comes of what was decided: then with the throttle time of the decision, whose
  // partitions are charged already. What came by way of another node is answered as a node is
  // (perform_for_node).
  template <class Decide, class Refuse>
  void answer(Reply reply, Decide decide, Refuse refuse, bool came_by_node = false) {
    if (!is_active()) return reply.send(refuse(ErrorCode::kNotController));
    auto decided = decide(view());
    const int32_t throttle_ms = decided.response.throttle_time_ms;
    auto refuse_charged = [refuse = std::move(refuse), throttle_ms](ErrorCode code) {
      auto refused = refuse(code);
      refused.throttle_time_ms = throttle_ms;
      return refused;
    };
    // Kafka refuses all of it (its BoundedList), whatever the parts would have been answered.
    if (decided.decision.records.size() > kRecordsPerRequestMax) {
      return reply.send(refuse_charged(ErrorCode::kPolicyViolation));
    }
    Response response = reply.encode(decided.response, reply.version());
    const auto way = came_by_node ? &ControllerHost::perform_for_node : &ControllerHost::perform;
    (this->*way)(std::move(decided.decision),
                 [reply = std::move(reply), response = std::move(response),
                  refuse_charged = std::move(refuse_charged)](ErrorCode code) mutable {
                   if (code == ErrorCode::kNone) return reply.send(std::move(response));
                   reply.send(refuse_charged(code));
                 });
  }

  // MetadataFollower
  Result<void, Failure> on_committed(ByteView batch) override;
  Result<void, Failure> on_snapshot(LoadedSnapshot snapshot, raft::SnapshotId id) override;
  void on_caught_up(Offset end) override;
  void on_leadership(raft::Leadership leadership) override;

 private:
  using Host = StateMachineHost<PendingImage>;

  bool fits(const Decision& decision) const;
  std::optional<PendingImage> foreseen(const Decision& decision) const;
  bool counts_these_voters() const;
  void tell_of(const std::vector<protocol::MetadataRecord>& records) const;
  void lead(raft::Leadership leadership);
  bool has_transactions(const ClusterImage& image) const;
  void abort_open_transaction();
  void publish();
  void on_applied(Offset end);
  void snapshot_if_due(Offset end);
  void on_snapshot(const storage::DiskResult<raft::SnapshotId>& written);

  const Uses uses_;
  RaftDriver* driver_ = nullptr;
  Decision bootstrap_;
  std::optional<ImageLoader> loader_;
  MetadataBatchReader reader_;
  QuorumRecords quorum_;  // as the log says up to where it has been read; snapshots repeat it
  std::optional<Host> host_;

  const Uuid incarnation_id_ = Uuid::random(uses_.random);
  bool has_led_ = false;
  Epoch leading_epoch_ = kNoEpoch;  // while host_ leads
  Offset caught_up_{0};             // the latest image holds everything below
  bool has_begun_ = false;          // it has been told how far it is, if only by its own snapshot
  Image published_ = std::make_shared<ClusterImage>();
  int64_t bytes_since_snapshot_ = 0;
  int64_t last_snapshot_ms_ = 0;
  bool snapshotting_ = false;
  bool applying_ = false;
  bool apply_again_ = false;
};

}  // namespace klamm::broker
