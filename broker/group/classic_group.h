// ClassicGroup: a group whose members assign among themselves: they join until the group is complete, the
// leader divides the work, and each is told its part (KIP-62). Here is what a group is; who changes it when
// is in ClassicMembership.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "broker/group/classic_member.h"
#include "broker/group/group.h"
#include "broker/group/journal.h"
#include "protocol/messages/group_metadata_value.h"

namespace klamm::broker::group {

enum class ClassicState : uint8_t {
  kEmpty,                // no members; perhaps offsets
  kPreparingRebalance,   // members join, until all have or the time is over
  kCompletingRebalance,  // all know the generation; the leader's assignment is awaited, or being written
  kStable,               // all have been assigned
  kDead,                 // this node coordinates it no longer
};

//   Empty -> PreparingRebalance          a member joins
//   PreparingRebalance -> Empty          nobody is left
//   PreparingRebalance -> Completing     a generation begins
//   Completing -> Stable                 its assignment is committed
//   Completing, Stable -> Preparing      a member comes, goes, or wants another assignment
//   all -> Dead                          the partition moves elsewhere
bool may_become(ClassicState from, ClassicState to);
std::string_view name_of(ClassicState state);  // "PreparingRebalance"

class ClassicGroup final : public Group {
 public:
  using Members = std::map<std::string, ClassicMember, std::less<>>;

  ClassicGroup(std::string id, Now now);
  // As a record of the log has it, nullptr if it contradicts itself. topics() are not known until
  // read_subscriptions().
  static std::unique_ptr<ClassicGroup> of(std::string_view id, const protocol::GroupMetadataValue& value);

  GroupType type() const override { return GroupType::kClassic; }
  std::string_view state_name() const override { return name_of(state_); }
  std::string_view protocol_type() const override { return protocol_type_; }
  bool is_empty() const override { return state_ == ClassicState::kEmpty; }
  size_t member_count() const override { return members_.size(); }
  protocol::ErrorCode check_commit(const Committer& committer) const override;
  protocol::ErrorCode check_fetch(std::optional<std::string_view> member_id,
                                  int32_t member_epoch) const override;
  protocol::ErrorCode check_offset_delete() const override;
  protocol::ErrorCode check_delete() const override;
  void on_commit(const Committer& committer, Now now) override;
  ExpiryBase expiry_base() const override;
  int64_t state_timestamp_ms() const override { return state_timestamp_ms_; }
  bool is_subscribed_to(std::string_view topic) const override;
  void append_tombstones(std::vector<CoordinatorRecord>& records) const override;

  ClassicState state() const { return state_; }
  // The first members have just come: others are waited for, even when all that are known have joined.
  bool is_initial_rebalance() const {
    return state_ == ClassicState::kPreparingRebalance && previous_state_ == ClassicState::kEmpty;
  }
  int32_t generation() const { return generation_; }
  const std::optional<std::string>& protocol_name() const { return protocol_name_; }
  const std::optional<std::string>& leader() const { return leader_; }
  bool is_leader(std::string_view member_id) const { return leader_ == member_id; }
  const Members& members() const { return members_; }
  Members& members() { return members_; }
  ClassicMember* member(std::string_view id);
  const std::string* static_member_id(std::string_view instance_id) const;
  size_t static_member_count() const { return static_members_.size(); }
  int32_t rebalance_timeout_ms() const;  // the longest of the members'
  // UNKNOWN_MEMBER_ID or FENCED_INSTANCE_ID for who is not what it says; else kNone.
  protocol::ErrorCode check_member(std::string_view id, std::optional<std::string_view> instance_id) const;
  // Whether a member could join with these: of the group's type, and one of them offered by all.
  bool supports(std::string_view protocol_type, const std::vector<ClassicProtocol>& protocols) const;
  // What the next generation would use: of those that all offer, the one most would have; then by name.
  std::string select_protocol() const;

  // May be called in the states that may_become() allows.
  void become(ClassicState state, Now now);
  // Its id and instance id are new to the group, and supports() has said yes.
  ClassicMember& add(ClassicMember member, std::string_view protocol_type);
  // Whoever waits with that id is told UNKNOWN_MEMBER_ID. Another leads if it has led.
  void remove(std::string_view member_id);
  void update(ClassicMember& member, std::vector<ClassicProtocol> protocols, int32_t rebalance_timeout_ms,
              int32_t session_timeout_ms);
  // The same static member under a new id; whoever waits with the old one is told FENCED_INSTANCE_ID.
  ClassicMember& replace_static(std::string_view instance_id, std::string_view new_id);

  // An answer that already waits is told to ask again.
  void wait_for_join(ClassicMember& member, JoinAnswer answer);
  void wait_for_sync(ClassicMember& member, Answer<protocol::SyncGroupResponse> answer);
  // False when none waits.
  bool answer_join(ClassicMember& member, protocol::JoinGroupResponse response);
  bool answer_sync(ClassicMember& member, const protocol::SyncGroupResponse& response);
  size_t awaiting_join_count() const { return awaiting_join_count_; }
  bool all_have_joined() const { return awaiting_join_count_ == members_.size() && pending_joins_.empty(); }

  // Ids that were given out, whose owners are expected to join with them (KIP-394).
  const std::set<std::string, std::less<>>& pending_joins() const { return pending_joins_; }
  void add_pending_join(std::string id) { pending_joins_.insert(std::move(id)); }
  bool is_pending_join(std::string_view id) const { return pending_joins_.contains(id); }
  // Members of this generation that have not synced.
  const std::set<std::string, std::less<>>& pending_syncs() const { return pending_syncs_; }
  void add_pending_sync(std::string id) { pending_syncs_.insert(std::move(id)); }
  void remove_pending_sync(std::string_view id);
  void clear_pending_syncs() { pending_syncs_.clear(); }

  // When the leader has not joined, another that has joined leads. False when nobody has.
  bool elect_joined_leader();
  // CompletingRebalance with those that are left, or Empty.
  void begin_generation(Now now);
  void read_subscriptions();

  // The first rebalance waits in steps for members to come: the step that runs, and what may follow it. Set
  // while such a step is what the group's kJoin deadline means.
  struct InitialDelay {
    int64_t step_ms;
    int64_t left_ms;
    bool has_new_member = false;
  };
  std::optional<InitialDelay> initial_delay{};
  // The assignment of this generation is on its way to the log: a second one is not written.
  bool is_storing_assignment = false;

  // Views into the group. With these assignments in place of the members' own, where given.
  using Assignments = std::map<std::string, Bytes, std::less<>>;
  protocol::GroupMetadataValue as_record(const Assignments* assignments = nullptr) const;

 private:
  void count_protocols(const ClassicMember& member, int by);

  ClassicState state_ = ClassicState::kEmpty;
  ClassicState previous_state_ = ClassicState::kDead;
  int64_t state_timestamp_ms_;   // wall time, since when it is in this state; -1 when an old log does not say
  std::string protocol_type_{};  // empty until somebody has joined
  std::optional<std::string> protocol_name_{};
  int32_t generation_ = 0;
  std::optional<std::string> leader_{};
  Members members_{};
  std::map<std::string, std::string, std::less<>> static_members_{};  // instance id to member id
  std::map<std::string, size_t, std::less<>> protocol_counts_{};      // how many members offer it; never 0
  std::set<std::string, std::less<>> pending_joins_{};
  std::set<std::string, std::less<>> pending_syncs_{};
  size_t awaiting_join_count_ = 0;
  std::optional<std::set<std::string, std::less<>>> topics_{};  // subscribed to, where that is known
};

// A group that only has committed offsets, until somebody joins it.
std::unique_ptr<Group> make_simple_group(std::string id, Now now);

}  // namespace klamm::broker::group
