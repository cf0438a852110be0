// What must hold of members, generations and assignments. Each claim is stated in its invariant's comment.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "broker/group/group_records.h"
#include "protocol/messages/offset_commit_request.h"
#include "protocol/messages/offset_commit_response.h"
#include "tests/sim/groups/assignor.h"
#include "tests/sim/groups/invariants.h"
#include "tests/sim/groups/wire.h"

namespace klamm::sim::groups {
namespace {

using protocol::ErrorCode;
using protocol::HeartbeatRequest;
using protocol::HeartbeatResponse;
using protocol::JoinGroupRequest;
using protocol::JoinGroupResponse;
using protocol::OffsetCommitRequest;
using protocol::OffsetCommitResponse;
using protocol::SyncGroupRequest;
using protocol::SyncGroupResponse;

bool has_succeeded(const OffsetCommitResponse& response) {
  return std::ranges::any_of(response.topics, [](const auto& topic) {
    return std::ranges::any_of(topic.partitions,
                               [](const auto& partition) { return partition.error_code == 0; });
  });
}

// A request is answered once, while its coordinator lives.
class OneAnswerEach final : public Invariant {
 public:
  std::string_view name() const override { return "OneAnswerEach"; }
  void on_wrong_answers(const Exchange& exchange) override {
    broken(fmt::format("{} of {} was answered {} times", groups::name_of(exchange.request.api),
                       exchange.request.client_id, exchange.answers));
  }
  void on_resigned(const Coordinator& coordinator) override {
    for (const auto& [id, open] : coordinator.open()) {
      auto exchange = open.lock();
      if (exchange && exchange->answers == 0) return on_wrong_answers(*exchange);
    }
  }
};

// A partition has one owner in a generation, as far as members are told. A static member is the same under
// each of its ids.
class OneOwner final : public Invariant {
 public:
  explicit OneOwner(const Cluster& cluster) : cluster_(cluster) {}
  std::string_view name() const override { return "OneOwner"; }
  void on_sync(const Coordinator& coordinator, const Exchange&, const SyncGroupRequest& asked,
               const SyncGroupResponse& given) override {
    if (given.error_code != 0 || !cluster_.is_current(coordinator) || coordinator.is_ahead()) return;
    const std::pair generation(cluster_.committed().life(asked.group_id), asked.generation_id);
    Owned& owned = owned_[std::string(asked.group_id)];
    if (owned.generation != generation) owned = {generation, {}};
    const std::string member(asked.group_instance_id.value_or(asked.member_id));
    for (const TopicPartition& partition : read_assignment(given.assignment)) {
      const std::string& owner = owned.owners.try_emplace(partition, member).first->second;
      if (owner == member) continue;
      return broken(fmt::format("{}-{} is {}'s and {}'s in generation {} of {}", partition.topic,
                                partition.partition, owner, member, asked.generation_id, asked.group_id));
    }
  }

 private:
  const Cluster& cluster_;
  struct Owned {
    std::pair<int32_t, int32_t> generation;
    std::map<TopicPartition, std::string> owners;
  };
  std::map<std::string, Owned> owned_;
};

// What a member is given is what the committed log has for it in the generation it asks for.
class AssignmentIsTheLogs final : public Invariant {
 public:
  explicit AssignmentIsTheLogs(const Cluster& cluster) : cluster_(cluster) {}
  std::string_view name() const override { return "AssignmentIsTheLogs"; }
  void on_sync(const Coordinator& coordinator, const Exchange&, const SyncGroupRequest& asked,
               const SyncGroupResponse& given) override {
    if (given.error_code != 0 || !cluster_.is_current(coordinator) || coordinator.is_ahead()) return;
    if (coordinator.is_doubtful(asked.group_id)) return;
    const CommittedGroup* group = cluster_.committed().group(asked.group_id);
    const auto text = fmt::format("{} is given an assignment of {} in generation {}", asked.member_id,
                                  asked.group_id, asked.generation_id);
    if (group == nullptr) return broken(text + ", which is not in the log");
    if (group->generation != asked.generation_id) {
      return broken(fmt::format("{}; the log has generation {}", text, group->generation));
    }
    auto member = group->members.find(asked.member_id);
    if (member == group->members.end()) return broken(text + "; it is no member by the log");
    if (!same_bytes(member->second.assignment, given.assignment)) broken(text + "; the log has another one");
  }

 private:
  const Cluster& cluster_;
};

// Who is told by one coordinator of one generation is told of one leader and one protocol. The leader is a
// member, and it alone sees the members, each once.
class OneLeader final : public Invariant {
 public:
  std::string_view name() const override { return "OneLeader"; }
  void on_join(const Coordinator& coordinator, const Exchange&, const JoinGroupRequest& asked,
               const JoinGroupResponse& given) override {
    if (given.error_code != 0) return;
    const std::string id(given.member_id), leader(given.leader);
    if (asked.group_instance_id) instances_[id] = *asked.group_instance_id;
    for (const auto& member : given.members) {
      if (member.group_instance_id) instances_[std::string(member.member_id)] = *member.group_instance_id;
    }
    const std::string group(asked.group_id);
    const auto* known = find_group(coordinator, group);
    if (known != nullptr) {
      for (const auto& [member_id, member] : known->members()) {
        if (member.instance_id) instances_[member_id] = *member.instance_id;
      }
    }
    Led& led = led_[group];
    const std::pair generation(coordinator.epoch(), given.generation_id);
    if (led.generation != generation) led = {generation, identity(leader), std::string(*given.protocol_name)};
    const auto text =
        fmt::format("{} is told that {} leads generation {} of {}", id, leader, given.generation_id, group);
    if (led.leader != identity(leader)) return broken(text + ", and others that " + led.leader + " does");
    if (led.protocol != *given.protocol_name) return broken(text + " with another protocol than others");
    // Old clients that come back under their instance id are told of the leader before them.
    const bool is_back = asked.group_instance_id && asked.member_id.empty();
    if (!is_back && identity(leader) == leader && (known == nullptr || !known->members().contains(leader))) {
      return broken(text + ", which is no member");
    }
    if (leader != id && !given.members.empty()) return broken(text + ", and sees all members");
    std::set<std::string_view> members;
    for (const auto& member : given.members) {
      if (!members.insert(member.member_id).second) return broken(text + ", and has a member twice");
    }
    if (leader == id && !members.contains(id)) return broken(text + ", but does not see itself");
  }
  void on_append(const Coordinator& coordinator, const broker::CoordinatorRecord& record) override {
    if (record.value) return;
    auto group = broker::group::read_group_metadata(record.key, std::nullopt);
    if (group) led_.erase(std::string(group->group));
    (void)coordinator;
  }

 private:
  // An instance may be named by an id that it lost before it was told of it. The id says whose it is.
  std::string identity(const std::string& member) const {
    if (auto found = instances_.find(member); found != instances_.end()) return found->second;
    constexpr size_t kUuid = 37;
    const bool is_static = member.size() > kUuid && member.find("-instance-") != std::string::npos;
    return is_static ? member.substr(0, member.size() - kUuid) : member;
  }
  struct Led {
    std::pair<int32_t, int32_t> generation;
    std::string leader;
    std::string protocol;
  };
  std::map<std::string, Led> led_;
  std::map<std::string, std::string> instances_;
};

// Nobody beats, synchronises or commits in another generation than the group's: the last that its coordinator
// has told anybody of, or has found in the log. Who has none commits to groups without members.
class OtherGenerationsRefused final : public Invariant {
 public:
  explicit OtherGenerationsRefused(const Cluster& cluster) : cluster_(cluster) {}
  std::string_view name() const override { return "OtherGenerationsRefused"; }
  void on_loaded(const Coordinator& coordinator) override {
    Committed log;
    for (const LogRecord& record : cluster_.log().records()) log.apply(record);
    for (const GroupPlan& plan : cluster_.groups()) {
      const CommittedGroup* group = log.group(plan.id);
      known_[{coordinator.epoch(), plan.id}] = group == nullptr ? -1 : group->generation;
    }
  }
  void on_append(const Coordinator& coordinator, const broker::CoordinatorRecord& record) override {
    auto read = broker::group::read_group_metadata(record.key, std::nullopt);
    if (!read) return;
    const auto value = broker::group::read_group_metadata(
                           record.key, record.value ? std::optional<ByteView>(*record.value) : std::nullopt)
                           ->value;
    known_[{coordinator.epoch(), std::string(read->group)}] = value ? value->generation : -1;
  }
  void on_join(const Coordinator& coordinator, const Exchange&, const JoinGroupRequest& asked,
               const JoinGroupResponse& given) override {
    if (given.error_code != 0) return;
    int32_t& known = known_[{coordinator.epoch(), std::string(asked.group_id)}];
    if (given.generation_id < known) {
      broken(fmt::format("{} joins generation {} of {}, after {}", given.member_id, given.generation_id,
                         asked.group_id, known));
    }
    known = std::max(known, given.generation_id);
  }
  void before(const Coordinator& coordinator, const Exchange& exchange) override {
    const Request& request = exchange.request;
    const ByteView body = request.body;
    std::string_view group;
    switch (request.api) {
      case Api::kHeartbeat:
        group = decode<HeartbeatRequest>(body, request.version).group_id;
        break;
      case Api::kSyncGroup:
        group = decode<SyncGroupRequest>(body, request.version).group_id;
        break;
      case Api::kOffsetCommit:
        group = decode<OffsetCommitRequest>(body, request.version).group_id;
        break;
      default:
        return;
    }
    const auto* known = find_group(coordinator, group);
    // A rebalance may have ended by itself with nobody told: then whoever is in the group will be.
    int32_t generation = known_[{coordinator.epoch(), std::string(group)}];
    begun_[exchange.id] = {generation, known == nullptr ? 0 : known->member_count()};
  }
  void on_heartbeat(const Coordinator&, const Exchange& exchange, const HeartbeatRequest& asked,
                    const HeartbeatResponse& given) override {
    check(exchange, asked.member_id, asked.generation_id, given.error_code == 0);
  }
  void on_sync(const Coordinator&, const Exchange& exchange, const SyncGroupRequest& asked,
               const SyncGroupResponse& given) override {
    check(exchange, asked.member_id, asked.generation_id, given.error_code == 0);
  }
  void on_commit(const Coordinator&, const Exchange& exchange, const OffsetCommitRequest& asked,
                 const OffsetCommitResponse& given) override {
    check(exchange, asked.member_id, asked.generation_id_or_member_epoch, has_succeeded(given));
  }

 private:
  struct Begun {
    int32_t generation;
    size_t members;
  };
  void check(const Exchange& exchange, std::string_view member, int32_t generation, bool accepted) {
    auto begun = begun_.extract(exchange.id);
    if (!accepted) return;
    const Begun& at = begun.mapped();
    const auto text = fmt::format("{} of {} in generation {} is accepted",
                                  groups::name_of(exchange.request.api), member, generation);
    if (generation < 0 && at.members > 0) broken(fmt::format("{}, with {} members", text, at.members));
    if (generation >= 0 && generation != at.generation)
      broken(fmt::format("{}; it is {}", text, at.generation));
  }

  const Cluster& cluster_;
  std::map<std::pair<int32_t, std::string>, int32_t> known_;
  std::map<uint64_t, Begun> begun_;
};

// Once a static member has been told a new id, nobody gets on with an old one.
class ReplacedInstancesFenced final : public Invariant {
 public:
  std::string_view name() const override { return "ReplacedInstancesFenced"; }
  void before(const Coordinator& coordinator, const Exchange& exchange) override {
    const Request& request = exchange.request;
    switch (request.api) {
      case Api::kHeartbeat:
        return begin<HeartbeatRequest>(coordinator, exchange);
      case Api::kSyncGroup:
        return begin<SyncGroupRequest>(coordinator, exchange);
      case Api::kOffsetCommit:
        return begin<OffsetCommitRequest>(coordinator, exchange);
      case Api::kJoinGroup:
        return begin<JoinGroupRequest>(coordinator, exchange);
      default:
        return;
    }
  }
  void on_join(const Coordinator& coordinator, const Exchange& exchange, const JoinGroupRequest& asked,
               const JoinGroupResponse& given) override {
    end(exchange, given.error_code == 0);
    if (given.error_code != 0 || !asked.group_instance_id) return;
    ids_[{coordinator.epoch(), std::string(asked.group_id), std::string(*asked.group_instance_id)}] =
        given.member_id;
  }
  void on_heartbeat(const Coordinator&, const Exchange& exchange, const HeartbeatRequest&,
                    const HeartbeatResponse& given) override {
    end(exchange, given.error_code == 0);
  }
  void on_sync(const Coordinator&, const Exchange& exchange, const SyncGroupRequest&,
               const SyncGroupResponse& given) override {
    end(exchange, given.error_code == 0);
  }
  void on_commit(const Coordinator&, const Exchange& exchange, const OffsetCommitRequest&,
                 const OffsetCommitResponse& given) override {
    end(exchange, has_succeeded(given));
  }

 private:
  template <class Asked>
  void begin(const Coordinator& coordinator, const Exchange& exchange) {
    const auto asked = decode<Asked>(exchange.request.body, exchange.request.version);
    if (!asked.group_instance_id || asked.member_id.empty()) return;
    auto found =
        ids_.find({coordinator.epoch(), std::string(asked.group_id), std::string(*asked.group_instance_id)});
    if (found != ids_.end() && found->second != asked.member_id) {
      fenced_[exchange.id] =
          fmt::format("{} is accepted, which {} has replaced", asked.member_id, found->second);
    }
  }
  void end(const Exchange& exchange, bool accepted) {
    auto fenced = fenced_.extract(exchange.id);
    if (accepted && !fenced.empty()) broken(fenced.mapped());
  }

  std::map<std::tuple<int32_t, std::string, std::string>, std::string> ids_;
  std::map<uint64_t, std::string> fenced_;
};

// Who joins with an id has it from this coordinator, or is in the log that it has loaded; and dynamic members
// of clients that can be told an id are told it first (KIP-394).
class IdsWereGiven final : public Invariant {
 public:
  std::string_view name() const override { return "IdsWereGiven"; }
  void on_loaded(const Coordinator& coordinator) override {
    auto& given = given_[coordinator.epoch()];
    for (const auto& [id, group] : coordinator.shard().groups().by_id()) {
      for (const auto& [member_id, member] : find_group(coordinator, id)->members()) given.insert(member_id);
    }
  }
  void on_join(const Coordinator& coordinator, const Exchange& exchange, const JoinGroupRequest& asked,
               const JoinGroupResponse& given) override {
    const std::string_view id = asked.member_id;
    auto& known = given_[coordinator.epoch()];
    if (given.error_code == 0 && !id.empty() && !known.contains(id)) {
      return broken(fmt::format("{} joins, and was given that id by nobody", id));
    }
    const bool is_told_first = exchange.request.version >= 4 && !asked.group_instance_id && id.empty();
    if (given.error_code == 0 && is_told_first) {
      return broken(fmt::format("{} joins without having been told its id first", given.member_id));
    }
    const bool is_given =
        given.error_code == 0 || given.error_code == protocol::wire_value(ErrorCode::kMemberIdRequired);
    if (is_given) known.emplace(given.member_id);
  }

 private:
  std::map<int32_t, std::set<std::string, std::less<>>> given_;
};

// Who is told of a generation that is in the log is in it there.
class MembersAreWritten final : public Invariant {
 public:
  explicit MembersAreWritten(const Cluster& cluster) : cluster_(cluster) {}
  std::string_view name() const override { return "MembersAreWritten"; }
  void on_join(const Coordinator& coordinator, const Exchange&, const JoinGroupRequest& asked,
               const JoinGroupResponse& given) override {
    if (given.error_code != 0 || !cluster_.is_current(coordinator)) return;
    if (coordinator.is_doubtful(asked.group_id)) return;
    const CommittedGroup* group = cluster_.committed().group(asked.group_id);
    if (group == nullptr || group->generation != given.generation_id) return;
    if (group->members.contains(given.member_id)) return;
    broken(fmt::format("{} is told that it is in generation {} of {}, and is not by the log", given.member_id,
                       given.generation_id, asked.group_id));
  }

 private:
  const Cluster& cluster_;
};

}  // namespace

void add_membership_invariants(Invariants& all, Cluster& cluster) {
  all.push_back(std::make_unique<OneAnswerEach>());
  all.push_back(std::make_unique<OneOwner>(cluster));
  all.push_back(std::make_unique<AssignmentIsTheLogs>(cluster));
  all.push_back(std::make_unique<OneLeader>());
  all.push_back(std::make_unique<OtherGenerationsRefused>(cluster));
  all.push_back(std::make_unique<ReplacedInstancesFenced>());
  all.push_back(std::make_unique<IdsWereGiven>());
  all.push_back(std::make_unique<MembersAreWritten>(cluster));
}

}  // namespace klamm::sim::groups
