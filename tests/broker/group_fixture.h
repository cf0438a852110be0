// A world for one shard's classic groups: a journal that commits at once, later, or refuses; a clock; members
// as verbs. Every answer is counted: none may come twice.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/group/classic_membership.h"
#include "protocol/errors.h"

namespace klamm::broker::group::testing {

using protocol::ErrorCode;

class FakeJournal final : public Journal {
 public:
  enum class Mode { kAtOnce, kLater, kRefuse };

  void write(std::vector<CoordinatorRecord> records, Then then) override;
  // What was written in the step is committed, kept for commit_next(), or refused.
  void end_step(Now now);
  bool commit_next(Now now);
  // Late: it had been appended, and was lost.
  void fail_next(ErrorCode error, Now now);
  bool has_pending() const { return !pending_.empty() || !written_.empty(); }
  const std::vector<CoordinatorRecord>& log() const { return log_; }

  Mode mode = Mode::kAtOnce;
  ErrorCode refusal = ErrorCode::kCoordinatorNotAvailable;

 private:
  struct Written {
    std::vector<CoordinatorRecord> records;
    Then then;
  };
  std::vector<Written> written_;  // in this step
  std::deque<Then> pending_;      // appended, to be committed
  std::vector<CoordinatorRecord> log_;
};

// An answer that is there, or not yet.
template <class T>
class Call {
 public:
  bool answered() const { return state_->has_value(); }
  const T& operator*() const { return state_->value(); }
  const T* operator->() const { return &state_->value(); }
  void give(T answer) {
    KLAMM_CHECK(!answered());
    *state_ = std::move(answer);
  }

 private:
  std::shared_ptr<std::optional<T>> state_ = std::make_shared<std::optional<T>>();
};

struct Joined {
  ErrorCode error{};
  int32_t generation = -1;
  std::optional<std::string> protocol_type{};
  std::optional<std::string> protocol{};
  std::string leader{};
  std::string member_id{};
  std::map<std::string, std::string> members{};  // id to metadata
  bool skip_assignment = false;
};

struct Synced {
  ErrorCode error{};
  std::optional<std::string> protocol_type{};
  std::optional<std::string> protocol{};
  std::string assignment{};
};

struct Left {
  ErrorCode error{};
  std::vector<std::pair<std::string, ErrorCode>> members{};
};

using Protocols = std::vector<std::pair<std::string, std::string>>;  // name and metadata

struct JoinAs {
  std::string member_id{};
  std::optional<std::string> instance_id{};
  int16_t version = 9;
  int32_t session_timeout_ms = 10'000;
  int32_t rebalance_timeout_ms = 60'000;
  std::string protocol_type = "consumer";
  Protocols protocols = {{"range", "r"}};
  std::string client_id = "client";
  std::optional<std::string> reason{};
  std::string group = "group";
};

struct SyncAs {
  std::string member_id{};
  int32_t generation = 1;
  std::map<std::string, std::string> assignments{};
  std::optional<std::string> instance_id{};
  std::optional<std::string> protocol_type = "consumer";
  std::optional<std::string> protocol = "range";
  int16_t version = 5;
  std::string group = "group";
};

struct Leaver {
  std::string member_id{};
  std::optional<std::string> instance_id{};
};

class GroupFixture {
 public:
  explicit GroupFixture(uint64_t seed = 1) : random(seed) {}

  Call<Joined> join(const JoinAs& as);
  Call<Synced> sync(const SyncAs& as);
  ErrorCode heartbeat(const std::string& member_id, int32_t generation,
                      std::optional<std::string> instance_id = {}, const std::string& group = "group");
  Call<Left> leave(const std::vector<Leaver>& leavers, int16_t version = 5,
                   const std::string& group = "group");

  // Time goes by, and whatever becomes due comes in its turn.
  void advance(int64_t ms);
  // Until the join phase is over.
  void end_join(const std::string& group = "group");
  void commit_all();
  // As the host does when nobody is in it.
  void delete_group(const std::string& group = "group");

  // An id that was given out, whose owner has not come yet (version 4 and later).
  std::string pending_id(const JoinAs& as = {});
  // Joins in both steps, and waits.
  Call<Joined> join_anew(const JoinAs& as = {});
  // That many dynamic members in a stable group of generation 1, leader first.
  std::vector<std::string> stable_group(int count, const JoinAs& as = {});
  // The leader brings an assignment ("<id>'s part") for all, and all sync.
  void sync_all(int32_t generation);
  // The group has one static member, "instance", stable in generation 1. Gives its id.
  std::string stable_static(const JoinAs& as = {.instance_id = "instance"});

  ClassicGroup& group(const std::string& id = "group");
  std::string state(const std::string& id = "group");
  // The step is over: what it wrote goes its way.
  void end_step();
  std::function<void()> after_step = [] {};

  // Of a world that has only the log.
  void load(const std::vector<CoordinatorRecord>& log);
  protocol::GroupMetadataValue last_record();
  bool waits(DeadlineKind kind, const std::string& member = "") const;

  GroupCoordinatorConfig config;
  SeededRandom random;
  FakeJournal journal;
  Groups groups;
  Deadlines deadlines;
  ClassicMembership membership{{config, random, journal, groups, deadlines}};
  Now now{1'000'000, 1'700'000'000'000};
};

// The subscription of a consumer, as it stands in a protocol's metadata.
std::string subscription(const std::vector<std::string_view>& topics);

}  // namespace klamm::broker::group::testing
