#include "tests/sim/cluster/member.h"

#include <algorithm>
#include <charconv>

#include "protocol/messages/find_coordinator_request.h"
#include "protocol/messages/find_coordinator_response.h"
#include "protocol/messages/heartbeat_request.h"
#include "protocol/messages/heartbeat_response.h"
#include "protocol/messages/join_group_request.h"
#include "protocol/messages/join_group_response.h"
#include "protocol/messages/offset_commit_request.h"
#include "protocol/messages/offset_commit_response.h"
#include "protocol/messages/offset_fetch_request.h"
#include "protocol/messages/offset_fetch_response.h"
#include "protocol/messages/sync_group_request.h"
#include "protocol/messages/sync_group_response.h"

namespace klamm::sim::cluster {
namespace {

constexpr int32_t kSessionMs = 10'000;
constexpr int32_t kRebalanceMs = 15'000;
constexpr int64_t kRequestMs = 12'000;
constexpr int64_t kBackoffMs = 300;
constexpr int64_t kBeatMs = 2'000;
constexpr int64_t kLostMs = 300'000;
constexpr int64_t kStuckMs = 60'000;
constexpr uint64_t kCrashOneIn = 100;  // of the beats
constexpr std::string_view kProtocol = "one";
constexpr std::string_view kProtocolType = "sim";

// "t0:1 t1:0 "
std::string text_of(const std::vector<TopicPartition>& partitions) {
  std::string text;
  for (const auto& [topic, index] : partitions) text += fmt::format("{}:{} ", topic, index);
  return text;
}

std::vector<TopicPartition> partitions_of(std::string_view text) {
  std::vector<TopicPartition> partitions;
  while (!text.empty()) {
    const size_t colon = text.find(':'), end = text.find(' ');
    int32_t index = 0;
    std::from_chars(text.data() + colon + 1, text.data() + end, index);
    partitions.emplace_back(std::string(text.substr(0, colon)), index);
    text.remove_prefix(end + 1);
  }
  return partitions;
}

}  // namespace

void Member::begin_again(int64_t pause_ms) {
  const int64_t life = ++life_;
  assigned_.clear();
  after(pause_ms, [this, life] {
    if (life == life_) find();
  });
}

bool Member::is_idle() const { return now_ms() < lived_at_ms_ + kStuckMs; }

bool Member::follow(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNone:
      return false;
    case ErrorCode::kUnknownMemberId:
      id_.clear();
      begin_again(kBackoffMs);
      return true;
    case ErrorCode::kNetworkException:
    case ErrorCode::kRebalanceInProgress:
    case ErrorCode::kIllegalGeneration:
    case ErrorCode::kCoordinatorNotAvailable:
    case ErrorCode::kCoordinatorLoadInProgress:
    case ErrorCode::kNotCoordinator:
    case ErrorCode::kRequestTimedOut:
    case ErrorCode::kUnstableOffsetCommit:
    case ErrorCode::kUnknownTopicOrPartition:
      begin_again(kBackoffMs);
      return true;
    default:
      cluster_.world.fail(
          fmt::format("a member of {} is answered with error {}", group_.name, static_cast<int>(code)));
      return true;
  }
}

void Member::find() {
  protocol::FindCoordinatorRequest request;
  request.key = group_.name;
  ask<protocol::FindCoordinatorResponse>(
      any_broker(), request, 3, kRequestMs,
      [this, life = life_](const protocol::FindCoordinatorResponse* response) {
        if (life != life_) return;
        if (response == nullptr || response->error_code != 0) return begin_again(kBackoffMs);
        coordinator_ = response->node_id;
        learn_address(coordinator_, response->port);
        join();
      });
}

void Member::join() {
  protocol::JoinGroupRequest request;
  request.group_id = group_.name;
  request.session_timeout_ms = kSessionMs;
  request.rebalance_timeout_ms = kRebalanceMs;
  request.member_id = id_;
  request.protocol_type = kProtocolType;
  request.protocols.push_back({kProtocol, as_bytes("all")});
  ask<protocol::JoinGroupResponse>(coordinator_, request, 5, kRequestMs + kRebalanceMs,
                                   [this, life = life_](const protocol::JoinGroupResponse* response) {
                                     if (life != life_) return;
                                     if (response == nullptr)
                                       return on_joined(ErrorCode::kNetworkException, {});
                                     Joined joined{std::string(response->member_id),
                                                   std::string(response->leader), response->generation_id};
                                     for (const auto& member : response->members)
                                       joined.members.emplace_back(member.member_id);
                                     on_joined(static_cast<ErrorCode>(response->error_code),
                                               std::move(joined));
                                   });
}

void Member::on_joined(ErrorCode code, Joined joined) {
  if (code == ErrorCode::kMemberIdRequired) {
    id_ = joined.id;
    return join();
  }
  if (follow(code)) return;
  id_ = joined.id;
  generation_ = joined.generation;
  sync(joined);
}

// Round robin, by the leader.
void Member::sync(const Joined& joined) {
  std::map<std::string, std::vector<TopicPartition>> assigned;
  if (joined.leader == joined.id && !joined.members.empty()) {
    for (size_t i = 0; i < group_.partitions.size(); ++i)
      assigned[joined.members[i % joined.members.size()]].push_back(group_.partitions[i]);
  }
  std::map<std::string, std::string> texts;
  for (const auto& [id, partitions] : assigned) texts[id] = text_of(partitions);
  protocol::SyncGroupRequest request;
  request.group_id = group_.name;
  request.generation_id = generation_;
  request.member_id = id_;
  for (const auto& [id, text] : texts) request.assignments.push_back({id, as_bytes(text)});
  ask<protocol::SyncGroupResponse>(coordinator_, request, 3, kRequestMs + kRebalanceMs,
                                   [this, life = life_](const protocol::SyncGroupResponse* response) {
                                     if (life != life_) return;
                                     const auto code = response == nullptr ? ErrorCode::kNetworkException
                                                                           : ErrorCode{response->error_code};
                                     if (!follow(code))
                                       on_assigned(partitions_of(as_text(response->assignment)));
                                   });
}

void Member::on_assigned(std::vector<TopicPartition> assigned) {
  assigned_ = std::move(assigned);
  for (const TopicPartition& where : assigned_) {
    const auto [owner, is_new] = group_.owners.try_emplace({generation_, where}, id_);
    if (owner->second != id_) {
      return cluster_.world.fail(fmt::format("{}: {}-{} has two owners in generation {}", group_.name,
                                             where.first, where.second, generation_));
    }
  }
  ++cluster_.counters.rebalances;
  assigned_.empty() ? live() : read_committed();
}

void Member::read_committed() {
  protocol::OffsetFetchRequest request;
  request.group_id = group_.name;
  request.require_stable = true;
  for (const TopicPartition& where : assigned_) {
    if (request.topics->empty() || request.topics->back().name != where.first)
      request.topics->emplace_back().name = where.first;
    request.topics->back().partition_indexes.push_back(where.second);
  }
  ask<protocol::OffsetFetchResponse>(
      coordinator_, request, 7, kRequestMs,
      [this, life = life_](const protocol::OffsetFetchResponse* response) {
        if (life != life_) return;
        if (follow(response == nullptr ? ErrorCode::kNetworkException : ErrorCode{response->error_code}))
          return;
        for (const auto& topic : response->topics) {
          for (const auto& part : topic.partitions) {
            if (follow(ErrorCode{part.error_code})) return;
            const TopicPartition where{std::string(topic.name), part.partition_index};
            const GroupLedger::Commits& known = group_.commits[where];
            const bool lost = now_ms() < known.lost_at_ms + kLostMs;
            const int64_t least = lost ? std::min(known.lost, known.acknowledged) : known.acknowledged;
            if (part.committed_offset < least || part.committed_offset > known.sent) {
              return cluster_.world.fail(fmt::format(
                  "{}: {} was committed for {}-{} (and {} sent), and {} is told", group_.name,
                  known.acknowledged, where.first, where.second, known.sent, part.committed_offset));
            }
            positions_[where] = part.committed_offset;
          }
        }
        live();
      });
}

void Member::live() {
  lived_at_ms_ = now_ms();
  after(kBeatMs / 2, [this, life = life_] {
    if (life != life_) return;
    // A crash: nobody is told, and another process comes later.
    if (!rests() && random().one_in(kCrashOneIn)) {
      id_.clear();
      return begin_again(1 + static_cast<int64_t>(random().below(20'000)));
    }
    rests() || assigned_.empty() || random().one_in(2) ? beat() : commit();
  });
}

void Member::beat() {
  protocol::HeartbeatRequest request;
  request.group_id = group_.name;
  request.generation_id = generation_;
  request.member_id = id_;
  ask<protocol::HeartbeatResponse>(
      coordinator_, request, 3, kRequestMs,
      [this, life = life_](const protocol::HeartbeatResponse* response) {
        if (life != life_) return;
        if (!follow(response == nullptr ? ErrorCode::kNetworkException : ErrorCode{response->error_code}))
          live();
      });
}

void Member::commit() {
  protocol::OffsetCommitRequest request;
  request.group_id = group_.name;
  request.generation_id_or_member_epoch = generation_;
  request.member_id = id_;
  std::map<TopicPartition, int64_t> what;
  for (const TopicPartition& where : assigned_) {
    const int64_t next = std::max<int64_t>(positions_[where], 0) + 1;
    if (request.topics.empty() || request.topics.back().name != where.first)
      request.topics.emplace_back().name = where.first;
    auto& partition = request.topics.back().partitions.emplace_back();
    partition.partition_index = where.second;
    partition.committed_offset = what[where] = positions_[where] = next;
    GroupLedger::Commits& known = group_.commits[where];
    known.sent = std::max(known.sent, next);
  }
  ask<protocol::OffsetCommitResponse>(
      coordinator_, request, 7, kRequestMs,
      [this, what, life = life_](const protocol::OffsetCommitResponse* response) {
        ErrorCode worst = response == nullptr ? ErrorCode::kNetworkException : ErrorCode::kNone;
        if (response != nullptr) {
          for (const auto& topic : response->topics) {
            for (const auto& part : topic.partitions) {
              if (part.error_code != 0) worst = ErrorCode{part.error_code};
            }
          }
        }
        on_committed(what, worst);
        if (life == life_ && !follow(worst)) live();
      });
}

void Member::on_committed(const std::map<TopicPartition, int64_t>& what, ErrorCode code) {
  for (const auto& [where, offset] : what) {
    GroupLedger::Commits& known = group_.commits[where];
    if (code == ErrorCode::kNone) known.acknowledged = std::max(known.acknowledged, offset);
    if (code != ErrorCode::kNetworkException) continue;
    known.lost = now_ms() < known.lost_at_ms + kLostMs ? std::min(known.lost, offset) : offset;
    known.lost_at_ms = now_ms();
  }
  if (code == ErrorCode::kNone) ++cluster_.counters.commits;
}

}  // namespace klamm::sim::cluster
