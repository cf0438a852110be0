// Offsets: what groups have committed, and what is asked of it. Written to the log as OffsetCommit records; a
// partition's state is the replay of its log.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/uuid.h"
#include "broker/config/group_coordinator_config.h"
#include "broker/group/groups.h"
#include "broker/group/journal.h"
#include "broker/metadata/cluster_image.h"
#include "protocol/messages/offset_commit_request.h"
#include "protocol/messages/offset_commit_response.h"
#include "protocol/messages/offset_delete_request.h"
#include "protocol/messages/offset_delete_response.h"
#include "protocol/messages/offset_fetch_request.h"
#include "protocol/messages/offset_fetch_response.h"

namespace klamm::broker::group {

class Offsets {
 public:
  struct Uses {
    const GroupCoordinatorConfig& config;
    Journal& journal;
    Groups& groups;
  };

  explicit Offsets(const Uses& uses);
  ~Offsets();

  // Each given its answer when it is committed, or has failed.
  void commit(const protocol::OffsetCommitRequest& request, int16_t version, const ClusterImage& image,
              Now now, Answer<protocol::OffsetCommitResponse> answer);
  void remove(const protocol::OffsetDeleteRequest& request, Now now,
              Answer<protocol::OffsetDeleteResponse> answer);
  // One group of an OffsetFetch; the answer may wait until what it tells is committed.
  void fetch(const protocol::OffsetFetchRequest::OffsetFetchRequestGroup& request, bool require_stable,
             int16_t version, const ClusterImage& image,
             Answer<protocol::OffsetFetchResponse::OffsetFetchResponseGroup> answer);

  // The tombstones of all that the group has committed.
  void append_tombstones(std::string_view group, std::vector<CoordinatorRecord>& records) const;
  bool has_any(std::string_view group) const;
  // KIP-211: writes tombstones for what is too old, and for groups of which nothing is left.
  void expire(Now now);
  // The topics have been deleted: so are their offsets.
  void on_topics_deleted(std::span<const std::string> topics, Now now);

  // An OffsetCommit record, appended or loaded. False for bytes that are none (when loading). Within a
  // transaction it counts when that is committed.
  bool apply(const CoordinatorRecordView& record);
  void end_transaction(int64_t producer_id, bool committed);

  // For lag: every group's committed offsets, by group, topic and partition.
  struct Committed {
    std::string_view group;
    std::string_view topic;
    int32_t partition;
    Offset offset;
  };
  std::vector<Committed> all() const;
};

}  // namespace klamm::broker::group
