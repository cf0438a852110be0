// Offsets: what groups have committed, and what is asked of it. Written to the log as OffsetCommit records; a
// partition's state is the replay of its log.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.h"
#include "broker/config/group_coordinator_config.h"
#include "broker/group/groups.h"
#include "broker/group/journal.h"
#include "broker/group/offset_store.h"
#include "broker/group/pending_offsets.h"
#include "broker/metadata/access.h"
#include "broker/metadata/cluster_image.h"
#include "protocol/messages/offset_commit_request.h"
#include "protocol/messages/offset_commit_response.h"
#include "protocol/messages/offset_delete_request.h"
#include "protocol/messages/offset_delete_response.h"
#include "protocol/messages/offset_fetch_request.h"
#include "protocol/messages/offset_fetch_response.h"

namespace klamm::broker::group {

// Answers a commit whose group's shard is not to be had with the code of that. Topics that may not be read,
// and topics and partitions that the image has not, are refused as such all the same.
void refuse_commit(const protocol::OffsetCommitRequest& request, int16_t version, const ClusterImage& image,
                   const Access& access, protocol::ErrorCode code,
                   Answer<protocol::OffsetCommitResponse> answer);

class Offsets {
 public:
  struct Uses {
    const GroupCoordinatorConfig& config;
    Journal& journal;
    Groups& groups;
  };

  explicit Offsets(const Uses& uses) : uses_(uses) {}

  // Each given its answer when it is committed, or has failed. `access` is of who asks, and has been found to
  // allow the group. Topics that may not be read, and topics and partitions that the image has not, are
  // refused before the group is asked.
  void commit(const protocol::OffsetCommitRequest& request, int16_t version, const ClusterImage& image,
              const Access& access, Now now, Answer<protocol::OffsetCommitResponse> answer);
  void remove(const protocol::OffsetDeleteRequest& request, const ClusterImage& image, const Access& access,
              Answer<protocol::OffsetDeleteResponse> answer);
  // One group of an OffsetFetch; the answer may wait until what it tells is committed. Topics that may not be
  // described are refused where they are named, and otherwise not told.
  void fetch(const protocol::OffsetFetchRequest::OffsetFetchRequestGroup& request, bool require_stable,
             int16_t version, const ClusterImage& image, const Access& access,
             Answer<protocol::OffsetFetchResponse::OffsetFetchResponseGroup> answer);

  // The tombstones of all that the group has committed, within transactions too; no more than of `size_max`
  // bytes and one.
  void append_tombstones(std::string_view group, std::vector<CoordinatorRecord>& records,
                         size_t size_max = SIZE_MAX) const;
  bool has_any(std::string_view group) const;
  // KIP-211: writes tombstones for what is too old, and for groups of which nothing is left. A call looks at
  // so many offsets and groups as take little time; true when it has come to the end, else the next goes on.
  bool expire(Now now);
  static constexpr size_t kExpiryStep = 10'000;
  // Groups that the log says are of a kind that is not served have a group here if there are offsets of
  // theirs: these are to be seen, and to be deleted. When all is loaded.
  void make_kept_groups();
  // Not of groups that the log says are of a kind that is not served: whoever serves them decides.
  void keep_from_expiry(std::string_view group) { kept_.emplace(group); }
  void let_expire(std::string_view group) {
    if (auto found = kept_.find(group); found != kept_.end()) kept_.erase(found);
  }
  // The topics have been deleted: so are their offsets, but not those of a new topic of the same name.
  struct DeletedTopic {
    std::string name;
    Uuid id;
  };
  void on_topics_deleted(std::span<const DeletedTopic> topics);

  // An OffsetCommit record, appended or loaded. False for bytes that are none (when loading). Within a
  // transaction it counts when that is committed. A group that is not known comes to be as a simple one.
  bool apply(const CoordinatorRecordView& record);
  void end_transaction(int64_t producer_id, bool committed);

  // For lag: every group's committed offsets, by group, topic and partition.
  struct Committed {
    std::string_view group;
    std::string_view topic;
    int32_t partition;
    Offset offset;
  };
  // The views are valid until the shard's next step.
  std::vector<Committed> all() const;
  // Up to `count` of them, from the first behind the place: there may be millions, and a step is short.
  struct Place {
    std::string group;
    std::string topic;
    int32_t partition = -1;
  };
  std::vector<Committed> some(const Place& after, size_t count) const;

 private:
  void make_group(std::string_view id, int64_t commit_timestamp_ms);
  protocol::ErrorCode check_commit(const protocol::OffsetCommitRequest& request, int16_t version, Now now);
  bool append_expired(const Group& group, Now now, std::vector<CoordinatorRecord>& records,
                      size_t& looked_at) const;

  const Uses uses_;
  OffsetStore committed_;
  PendingOffsets pending_;
  std::set<std::string, std::less<>> kept_;
  std::string expiry_from_;  // the first group that expire() looks at
};

}  // namespace klamm::broker::group
