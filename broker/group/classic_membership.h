// ClassicMembership: members of classic groups join, synchronise, beat and leave (KIP-62, KIP-345, KIP-394,
// KIP-800). What a restart forgets (heartbeats, waiting joins and syncs, deadlines) is here and in the
// groups; what the log remembers is written when a group is new, when a generation is complete, when the
// last member has gone, and when a static member is replaced.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "broker/config/group_coordinator_config.h"
#include "broker/group/classic_group.h"
#include "broker/group/deadlines.h"
#include "broker/group/groups.h"
#include "broker/group/journal.h"
#include "protocol/messages/heartbeat_request.h"
#include "protocol/messages/heartbeat_response.h"
#include "protocol/messages/join_group_request.h"
#include "protocol/messages/join_group_response.h"
#include "protocol/messages/leave_group_request.h"
#include "protocol/messages/leave_group_response.h"
#include "protocol/messages/sync_group_request.h"
#include "protocol/messages/sync_group_response.h"

namespace klamm::broker::group {

// What of a request is not in its body.
struct RequestContext {
  int16_t version = 0;
  std::string_view client_id;
  std::string_view client_host;  // as it is stored: "/127.0.0.1"
};

// What a JoinGroup is refused with wherever its group is, before that is looked for.
protocol::ErrorCode check_join(const protocol::JoinGroupRequest& request,
                               const GroupCoordinatorConfig& config);

class ClassicMembership {
 public:
  struct Uses {
    const GroupCoordinatorConfig& config;
    Random& random;
    Journal& journal;
    Groups& groups;
    Deadlines& deadlines;
  };

  explicit ClassicMembership(const Uses& uses) : uses_(uses) {}

  void join(const protocol::JoinGroupRequest& request, const RequestContext& context, Now now,
            Answer<protocol::JoinGroupResponse> answer);
  void sync(const protocol::SyncGroupRequest& request, const RequestContext& context, Now now,
            Answer<protocol::SyncGroupResponse> answer);
  protocol::HeartbeatResponse heartbeat(const protocol::HeartbeatRequest& request, Now now);
  void leave(const protocol::LeaveGroupRequest& request, const RequestContext& context, Now now,
             Answer<protocol::LeaveGroupResponse> answer);

  // A record of a classic group in a log that is loaded; false for bytes that are none. A tombstone ends the
  // group, so it may also be one that this shard has just written.
  bool load(ByteView key, std::optional<ByteView> value, Now now);
  // All of the log is loaded: members have their session timeout to show themselves.
  void on_loaded(Now now);

  // A deadline of a group or of a member is due.
  void on_deadline(const DeadlineKey& key, Now now);
  // The shard moves elsewhere: everyone who waits is told to ask again.
  void resign();

 private:
  // What the functions below want written for an empty generation, for their caller to write.
  using Records = std::vector<CoordinatorRecord>;
  // A JoinGroup on its way. The answer is given, or waits in a member.
  struct Joining {
    const protocol::JoinGroupRequest& request;
    const RequestContext& context;
    Now now;
    JoinAnswer answer;
    std::vector<ClassicProtocol> protocols;
    int32_t rebalance_timeout_ms;
  };
  // What a static member was before it came back, to be restored when that cannot be written.
  struct Replaced {
    std::string group_id;
    std::string instance_id;
    std::string old_id;
    std::string new_id;
    std::string old_leader;
    std::vector<ClassicProtocol> protocols;
    int32_t rebalance_timeout_ms;
    int32_t session_timeout_ms;
  };

  ClassicGroup* find(std::string_view group_id) const;
  bool accepts(ClassicGroup& group, std::string_view member_id) const;

  [[nodiscard]] Records join_group(ClassicGroup& group, Joining& joining);
  [[nodiscard]] Records join_new(ClassicGroup& group, Joining& joining);
  [[nodiscard]] Records join_known(ClassicGroup& group, Joining& joining);
  [[nodiscard]] Records add_member(ClassicGroup& group, Joining& joining, std::string member_id);
  [[nodiscard]] Records update_member(ClassicGroup& group, ClassicMember& member, Joining& joining,
                                      std::string_view what);
  void write_new_group(const ClassicGroup& group);

  [[nodiscard]] Records replace_static(ClassicGroup& group, Joining& joining, std::string new_id);
  void store_replacement(ClassicGroup& group, Replaced replaced);
  void on_replacement_stored(const Replaced& replaced, protocol::ErrorCode error, Now now);

  void store_assignment(ClassicGroup& group, const protocol::SyncGroupRequest& request);
  void on_assignment_stored(std::string_view group_id, int32_t generation, std::string_view leader,
                            ClassicGroup::Assignments assignments, protocol::ErrorCode error, Now now);
  void answer_syncs(ClassicGroup& group, protocol::ErrorCode error, Now now);
  void synced(ClassicGroup& group, std::string_view member_id);

  // The steps of a rebalance. A group may be complete, and so in its next generation, when they return.
  [[nodiscard]] Records prepare_rebalance(ClassicGroup& group, std::string_view reason, Now now);
  [[nodiscard]] Records rebalance_or_complete(ClassicGroup& group, std::string_view reason, Now now);
  [[nodiscard]] Records complete_if_all_joined(ClassicGroup& group, Now now);
  [[nodiscard]] Records end_initial_delay(ClassicGroup& group, Now now);
  [[nodiscard]] Records complete_join(ClassicGroup& group, Now now);
  void remove_member(ClassicGroup& group, const std::string& member_id);
  void write(std::string_view group_id, Records records);

  void expect_within(const ClassicGroup& group, ClassicMember& member, int64_t timeout_ms, Now now);
  [[nodiscard]] Records end_session(ClassicGroup& group, const std::string& member_id, Now now);
  [[nodiscard]] Records end_syncs(ClassicGroup& group, Now now);
  protocol::ErrorCode leave_one(ClassicGroup& group,
                                const protocol::LeaveGroupRequest::MemberIdentity& identity);

  const Uses uses_;
};

// What a member of the current generation is told of it; the leader, with all members.
protocol::JoinGroupResponse joined_response(const ClassicGroup& group, const ClassicMember& member);

}  // namespace klamm::broker::group
