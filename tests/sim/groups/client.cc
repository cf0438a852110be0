#include "tests/sim/groups/client.h"

#include <algorithm>

#include "base/check.h"
#include "tests/sim/groups/wire.h"

namespace klamm::sim::groups {

using protocol::ErrorCode;
using protocol::HeartbeatRequest;
using protocol::HeartbeatResponse;
using protocol::JoinGroupRequest;
using protocol::JoinGroupResponse;
using protocol::LeaveGroupRequest;
using protocol::SyncGroupRequest;
using protocol::SyncGroupResponse;

namespace {

constexpr int64_t kRequestTimeout = 15 * kSecond;
// Clients before KIP-394 that give up sooner leave a member behind each time that nobody is, for which others
// wait, until they give up.
constexpr int64_t kJoinTimeoutMin = 30 * kSecond;

}  // namespace

// --- processes ---

void Client::start() {
  if (phase_ != Phase::kOff) return;
  ++life_;
  cluster_.note("{} starts", plan_.client_id);
  member_id_.clear();
  generation_ = -1;
  owned_.clear();
  fetched_.clear();
  committed_.clear();
  phase_ = Phase::kJoining;
  frozen_until_ = retry_at_ = 0;
  finding_ = false;
  wake_at_ = INT64_MAX;
  lose_coordinator();
  wake_in(0);
}

void Client::crash() {
  if (phase_ == Phase::kOff) return;
  cluster_.note("{} crashes", plan_.client_id);
  ++life_;
  lose_coordinator();
  phase_ = Phase::kOff;
}

void Client::close() {
  if (phase_ == Phase::kOff) return;
  if (!plan_.instance_id && !member_id_.empty() && connection_ && connection_->open) {
    LeaveGroupRequest request;
    request.group_id = group();
    request.member_id = member_id_;
    if (plan_.leave >= 3) {
      request.member_id = {};
      request.members.push_back({member_id_, std::nullopt, "closing"});
    }
    send(Api::kLeaveGroup, plan_.leave, encode(request, plan_.leave), kRequestTimeout, nullptr);
  }
  // What it has sent arrives before its connection closes.
  connection_.reset();
  crash();
}

void Client::freeze(int64_t for_ms) {
  cluster_.note("{} stands still for {} ms", plan_.client_id, for_ms);
  frozen_until_ = cluster_.now() + for_ms;
  // What it does first when it goes on, it does as who it was.
  if (!owned_.empty()) commit_at_ = beat_at_ = 0;
}

void Client::lose_connection() {
  if (phase_ == Phase::kOff || !connection_) return;
  lose_coordinator();
  wake_in(cluster_.between(1, 500));
}

void Client::rejoin() {
  if (phase_ == Phase::kStable) start_rebalance();
}

// --- its own time ---

void Client::wake_in(int64_t delay) {
  const int64_t at = cluster_.now() + std::max<int64_t>(delay, 0);
  if (at >= wake_at_) return;
  wake_at_ = at;
  cluster_.after(at - cluster_.now(), [this, life = life_, at] {
    if (life == life_) wake(at);
  });
}

void Client::wake(int64_t at) {
  if (at != wake_at_ || phase_ == Phase::kOff) return;
  wake_at_ = INT64_MAX;
  const int64_t now = cluster_.now();
  if (is_frozen()) return wake_in(frozen_until_ - now);
  const bool timed_out =
      std::ranges::any_of(calls_, [&](const auto& call) { return call.second.deadline <= now; });
  if (timed_out) lose_coordinator();
  if (now < retry_at_) return wake_in(retry_at_ - now);
  if (!connection_ || !connection_->open) return find_coordinator();

  if (phase_ == Phase::kSyncing && !syncing_ && !forgets_sync_) phase_ = Phase::kJoining;
  if (phase_ == Phase::kJoining && !joining_) join();
  if (phase_ == Phase::kStable && now >= commit_at_ && !committing_) commit();
  if (phase_ == Phase::kStable && !fetching_) fetch_offsets();
  if ((phase_ == Phase::kSyncing || phase_ == Phase::kStable) && now >= beat_at_ && !beating_) beat();
  int64_t next = now + 5 * kSecond;
  for (const auto& [id, call] : calls_) next = std::min(next, call.deadline);
  if (phase_ != Phase::kJoining && !beating_) next = std::min(next, beat_at_);
  if (phase_ == Phase::kStable && !committing_) next = std::min(next, commit_at_);
  wake_in(std::max<int64_t>(next - now, 1));
}

void Client::find_coordinator() {
  if (finding_) return;
  finding_ = true;
  cluster_.after(cluster_.between(1, 40), [this, life = life_] {
    if (life != life_) return;
    finding_ = false;
    const int32_t node = cluster_.find_coordinator();
    connection_ = std::make_shared<Connection>();
    if (node >= 0) cluster_.connect(*connection_, node);
    if (!connection_->open) retry_at_ = cluster_.now() + cluster_.between(50, 500);
    wake_in(0);
  });
}

void Client::lose_coordinator() {
  if (connection_) cluster_.disconnect(*connection_);
  connection_.reset();
  calls_.clear();
  joining_ = syncing_ = beating_ = committing_ = fetching_ = false;
  if (rejoins_after_commit_ || phase_ == Phase::kSyncing) phase_ = Phase::kJoining;
  rejoins_after_commit_ = false;
}

void Client::send(Api api, int16_t version, Bytes body, int64_t timeout_ms, Handler handler) {
  if (!connection_ || !connection_->open) return lose_coordinator();
  const uint64_t id = next_call_++;
  Request request{api, version, plan_.client_id, std::move(body)};
  calls_[id] = {request, handler, cluster_.now() + timeout_ms};
  cluster_.send(connection_, std::move(request), [this, life = life_, id](std::optional<Bytes> reply) {
    if (life == life_) on_reply(id, std::move(reply));
  });
}

void Client::on_reply(uint64_t id, std::optional<Bytes> reply) {
  if (is_frozen()) {
    return cluster_.after(frozen_until_ - cluster_.now(), [this, life = life_, id, reply = std::move(reply)] {
      if (life == life_) on_reply(id, reply);
    });
  }
  auto call = calls_.extract(id);
  if (call.empty()) return;
  if (!reply) return lose_connection();
  if (call.mapped().handler != nullptr) (this->*call.mapped().handler)(call.mapped().request, *reply);
  if (phase_ != Phase::kOff) wake_in(0);
}

// True for what is no error.
bool Client::on_error(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNone:
      return true;
    case ErrorCode::kUnknownMemberId:
      lose_membership();
      break;
    case ErrorCode::kIllegalGeneration: {
      // Newer clients keep their id.
      std::string id = plan_.join >= 7 ? member_id_ : "";
      lose_membership();
      member_id_ = std::move(id);
      break;
    }
    case ErrorCode::kRebalanceInProgress:
      start_rebalance();
      break;
    case ErrorCode::kFencedInstanceId:
      crash();
      break;
    case ErrorCode::kGroupMaxSizeReached:
      // Whoever looks after it tries again later.
      crash();
      cluster_.after(cluster_.between(10 * kSecond, kMinute), [this] {
        if (!cluster_.is_quiet()) start();
      });
      break;
    case ErrorCode::kNotCoordinator:
    case ErrorCode::kCoordinatorNotAvailable:
      lose_coordinator();
      retry_at_ = cluster_.now() + 100;
      break;
    default:
      retry_at_ = cluster_.now() + cluster_.between(100, 2000);
  }
  return false;
}

void Client::lose_membership() {
  member_id_.clear();
  generation_ = -1;
  owned_.clear();
  fetched_.clear();
  committed_.clear();
  rejoins_after_commit_ = false;
  phase_ = Phase::kJoining;
}

// What it has done it commits, before the partitions are another's.
void Client::start_rebalance() {
  if (phase_ == Phase::kStable && !rejoins_after_commit_) {
    rejoins_after_commit_ = true;
    if (committing_) return;
    commit();
    if (committing_) return;
  }
  if (rejoins_after_commit_ && committing_) return;
  rejoins_after_commit_ = false;
  if (protocol_ != kCooperative) owned_.clear();
  phase_ = Phase::kJoining;
}

// --- membership ---

Bytes Client::subscription(const std::string& protocol) const {
  Subscription subscription{plan_.topics, {}};
  if (protocol == kCooperative) subscription.owned = owned_;
  return write_subscription(subscription);
}

void Client::join() {
  joining_ = true;
  syncing_ = false;
  JoinGroupRequest request;
  request.group_id = group();
  request.session_timeout_ms = plan_.session_timeout_ms;
  request.rebalance_timeout_ms = plan_.rebalance_timeout_ms;
  request.member_id = member_id_;
  if (plan_.join >= 5) request.group_instance_id = plan_.instance_id;
  request.protocol_type = "consumer";
  std::vector<Bytes> subscriptions;
  for (const std::string& name : plan_.protocols) subscriptions.push_back(subscription(name));
  for (size_t i = 0; i < subscriptions.size(); ++i) {
    request.protocols.push_back({plan_.protocols[i], subscriptions[i]});
  }
  if (plan_.join >= 8) request.reason = "simulated";
  send(Api::kJoinGroup, plan_.join, encode(request, plan_.join),
       std::max<int64_t>(kJoinTimeoutMin, plan_.rebalance_timeout_ms + 5 * kSecond), &Client::on_joined);
}

void Client::on_joined(const Request& request, const Bytes& reply) {
  joining_ = false;
  const auto response = decode<JoinGroupResponse>(reply, request.version);
  const auto code = static_cast<ErrorCode>(response.error_code);
  if (phase_ != Phase::kJoining) return;
  if (code == ErrorCode::kMemberIdRequired) {
    member_id_ = response.member_id;
    return;
  }
  if (!on_error(code)) return;
  member_id_ = response.member_id;
  generation_ = response.generation_id;
  protocol_ = response.protocol_name.value_or("");
  phase_ = Phase::kSyncing;
  beat_at_ = cluster_.now() + plan_.session_timeout_ms / 3;
  cluster_.note("{} has joined {} in generation {} as {}, led by {}", plan_.client_id, group(), generation_,
                member_id_, response.leader);
  if (forgets_sync_) return;
  if (response.leader != response.member_id || response.skip_assignment) return sync({});
  std::vector<AssignedMember> members;
  std::map<std::string, int32_t> counts;
  for (const auto& member : response.members) {
    members.push_back({std::string(member.member_id), std::nullopt, read_subscription(member.metadata)});
    if (member.group_instance_id) members.back().instance_id = *member.group_instance_id;
    for (const std::string& topic : members.back().subscription.topics) {
      const broker::TopicImage* found = cluster_.image().topics().find(topic);
      if (found != nullptr) counts[topic] = static_cast<int32_t>(found->partitions.size());
    }
  }
  std::vector<std::pair<std::string, Bytes>> assignments;
  for (const auto& [id, partitions] : assign(members, counts, protocol_ == kCooperative)) {
    assignments.emplace_back(id, write_assignment(partitions));
  }
  sync(std::move(assignments));
}

void Client::sync(std::vector<std::pair<std::string, Bytes>> assignments) {
  syncing_ = true;
  SyncGroupRequest request;
  request.group_id = group();
  request.generation_id = generation_;
  request.member_id = member_id_;
  if (plan_.sync >= 3) request.group_instance_id = plan_.instance_id;
  request.protocol_type = "consumer";
  request.protocol_name = protocol_;
  for (const auto& [id, assignment] : assignments) request.assignments.push_back({id, assignment});
  send(Api::kSyncGroup, plan_.sync, encode(request, plan_.sync), plan_.rebalance_timeout_ms + 5 * kSecond,
       &Client::on_synced);
}

void Client::on_synced(const Request& request, const Bytes& reply) {
  const bool is_mine = phase_ == Phase::kSyncing &&
                       decode<SyncGroupRequest>(request.body, request.version).generation_id == generation_;
  if (!is_mine) return;
  syncing_ = false;
  const auto response = decode<SyncGroupResponse>(reply, request.version);
  if (!on_error(static_cast<ErrorCode>(response.error_code))) {
    if (phase_ == Phase::kSyncing) phase_ = Phase::kJoining;
    return;
  }
  phase_ = Phase::kStable;
  ++cluster_.counters.rebalances;
  commit_at_ = cluster_.now() + cluster_.between(200, 5 * kSecond);
  Partitions assigned = read_assignment(response.assignment);
  cluster_.note("{} is given {} partitions in generation {}", plan_.client_id, assigned.size(), generation_);
  Partitions revoked;
  std::ranges::set_difference(owned_, assigned, std::inserter(revoked, revoked.end()));
  if (protocol_ == kCooperative && !revoked.empty()) {
    // KIP-429: what is given up is committed, and then all join again, so that others may have it.
    rejoins_after_commit_ = true;
    if (!committing_) commit();
    rejoins_after_commit_ = committing_;
    if (!committing_) phase_ = Phase::kJoining;
  }
  owned_ = std::move(assigned);
  std::erase_if(fetched_, [&](const TopicPartition& partition) { return !owned_.contains(partition); });
  std::erase_if(committed_, [&](const TopicPartition& partition) { return !owned_.contains(partition); });
}

void Client::beat() {
  beating_ = true;
  beat_at_ = cluster_.now() + plan_.session_timeout_ms / 3;
  HeartbeatRequest request;
  request.group_id = group();
  request.generation_id = generation_;
  request.member_id = member_id_;
  if (plan_.heartbeat >= 3) request.group_instance_id = plan_.instance_id;
  send(Api::kHeartbeat, plan_.heartbeat, encode(request, plan_.heartbeat), kRequestTimeout,
       &Client::on_beaten);
}

void Client::on_beaten(const Request& request, const Bytes& reply) {
  beating_ = false;
  const auto asked = decode<HeartbeatRequest>(request.body, request.version);
  const auto code = static_cast<ErrorCode>(decode<HeartbeatResponse>(reply, request.version).error_code);
  const bool is_mine = asked.generation_id == generation_ && asked.member_id == member_id_;
  if (!is_mine || phase_ == Phase::kJoining) return;
  // A client that waits for its assignment hears of the rebalance by that.
  if (code == ErrorCode::kRebalanceInProgress && phase_ == Phase::kSyncing && !forgets_sync_) return;
  on_error(code);
}

}  // namespace klamm::sim::groups
