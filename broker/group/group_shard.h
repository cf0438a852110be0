// GroupShard: the groups whose ids fall to one partition of __consumer_offsets. A state machine without I/O:
// steps run one after the other, are handed the time, leave what they write in a Journal, and give their
// answers now or in a later step (docs/ARCHITECTURE.md).
//
//   shard.classic().join(...);           members
//   shard.offsets().commit(...);         offsets
//   shard.tick(now)                      whenever next_deadline_ms() has passed
#pragma once

#include "broker/group/classic_membership.h"
#include "broker/group/deadlines.h"
#include "broker/group/group_filter.h"
#include "broker/group/groups.h"
#include "broker/group/journal.h"
#include "broker/group/offsets.h"
#include "protocol/messages/delete_groups_request.h"
#include "protocol/messages/delete_groups_response.h"
#include "protocol/messages/describe_groups_request.h"
#include "protocol/messages/describe_groups_response.h"
#include "protocol/messages/list_groups_response.h"

namespace klamm::broker::group {

class GroupShard {
 public:
  GroupShard(const GroupCoordinatorConfig& config, Random& random, Journal& journal);

  ClassicMembership& classic() { return classic_; }
  Offsets& offsets() { return offsets_; }
  const Groups& groups() const { return groups_; }

  // Views into the shard, valid until its next step. The groups are added to those in the response.
  void list(const GroupFilter& filter, protocol::ListGroupsResponse& response) const;
  // Views the id that is given, too, and `message`, which gets the text of an error.
  protocol::DescribeGroupsResponse::DescribedGroup describe(std::string_view group_id, int16_t version,
                                                            std::string& message) const;
  // Answered when the group is gone from the log.
  using RemoveAnswer = Answer<protocol::DeleteGroupsResponse::DeletableGroupResult>;
  void remove(std::string_view group_id, RemoveAnswer answer);

  // What the log holds, while it is loaded. Records of kinds that are not known are skipped, as on a
  // downgrade. False for a record that cannot be read: a log with such a record is not served.
  bool load(const CoordinatorRecordView& record, Now now);
  void end_transaction(int64_t producer_id, bool committed) {
    offsets_.end_transaction(producer_id, committed);
  }
  void on_loaded(Now now);
  // What a step of this shard wrote, as it is appended: the offset in the log is part of what is kept.
  void apply(const CoordinatorRecordView& record);

  void tick(Now now);
  int64_t next_deadline_ms() const { return deadlines_.next_ms(); }
  // This node leads the partition no longer: whoever waits is told so. The shard is not used afterwards.
  void resign() { classic_.resign(); }

 private:
  void pass_over(int16_t type, const CoordinatorRecordView& record);
  void schedule_expiry(Now now, int64_t in_ms);

  const GroupCoordinatorConfig& config_;
  Journal& journal_;
  Groups groups_;
  Deadlines deadlines_;
  ClassicMembership classic_;
  Offsets offsets_;

  // While the log is loaded: records that were passed over.
  size_t other_kinds_ = 0;  // of consumer, share and streams groups
  size_t unknown_kinds_ = 0;
};

}  // namespace klamm::broker::group
