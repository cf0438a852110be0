// What a consumer commits, and where it begins again.
#include <algorithm>

#include "protocol/messages/find_coordinator_request.h"
#include "protocol/messages/find_coordinator_response.h"
#include "protocol/messages/offset_commit_request.h"
#include "protocol/messages/offset_commit_response.h"
#include "protocol/messages/offset_fetch_request.h"
#include "protocol/messages/offset_fetch_response.h"
#include "tests/sim/cluster/consumer.h"

namespace klamm::sim::cluster {
namespace {

constexpr int64_t kRequestMs = 12'000;
constexpr int64_t kBackoffMs = 300;
constexpr int64_t kCommitMs = 800;
constexpr uint64_t kRestartOneIn = 200;
constexpr int64_t kLostMs = 300'000;
constexpr int16_t kFindVersion = 3;
constexpr int16_t kCommitVersion = 8;
constexpr int16_t kFetchVersion = 7;

bool may_be_tried_again(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNetworkException:
    case ErrorCode::kCoordinatorNotAvailable:
    case ErrorCode::kCoordinatorLoadInProgress:
    case ErrorCode::kNotCoordinator:
    case ErrorCode::kRequestTimedOut:
    case ErrorCode::kUnknownTopicOrPartition:
    case ErrorCode::kUnstableOffsetCommit:
      return true;
    default:
      return false;
  }
}

}  // namespace

// As a process that starts: who leads, who coordinates, how far it had come, and on from there.
void Consumer::begin_again() {
  const int64_t life = ++life_;
  if (std::exchange(committing_, false)) {
    for (auto& [where, position] : positions_) {
      position.lost = std::min(position.lost, position.acknowledged);
      position.lost_at_ms = now_ms();
    }
  }
  auto go_on = [this, life] {
    if (life != life_) return;
    fetch_committed();
  };
  refresh([this, life, go_on] {
    if (life == life_) find_coordinator(go_on);
  });
}

void Consumer::find_coordinator(std::function<void()> then) {
  protocol::FindCoordinatorRequest request;
  const std::string name = group();
  request.key = name;
  ask<protocol::FindCoordinatorResponse>(
      any_broker(), request, kFindVersion, kRequestMs,
      [this, then, life = life_](const protocol::FindCoordinatorResponse* response) {
        if (life != life_) return;
        if (response != nullptr && response->error_code == 0) {
          coordinator_ = response->node_id;
          learn_address(coordinator_, response->port);
          return then();
        }
        after(kBackoffMs, [this, then, life] {
          if (life == life_) find_coordinator(then);
        });
      });
}

void Consumer::fetch_committed() {
  protocol::OffsetFetchRequest request;
  const std::string name = group();
  request.group_id = name;
  request.require_stable = true;
  for (const auto& [where, position] : positions_) {
    if (request.topics->empty() || request.topics->back().name != where.first)
      request.topics->emplace_back().name = where.first;
    request.topics->back().partition_indexes.push_back(where.second);
  }
  auto again = [this, life = life_] {
    after(kBackoffMs, [this, life] {
      if (life != life_) return;
      find_coordinator([this] { fetch_committed(); });
    });
  };
  ask<protocol::OffsetFetchResponse>(
      coordinator_, request, kFetchVersion, kRequestMs,
      [this, again, life = life_](const protocol::OffsetFetchResponse* response) {
        if (life != life_) return;
        if (response == nullptr || response->error_code != 0) return again();
        for (const auto& topic : response->topics) {
          for (const auto& part : topic.partitions) {
            if (part.error_code != 0) return again();
            const TopicPartition where{std::string(topic.name), part.partition_index};
            Position& position = positions_[where];
            if (part.committed_offset < least_committed(position) || part.committed_offset > position.sent) {
              return cluster_.world.fail(fmt::format(
                  "{}-{}: {} had committed {} (and sent {}), and is told {}", where.first, where.second,
                  group(), position.acknowledged, position.sent, part.committed_offset));
            }
            position.next = std::max<int64_t>(part.committed_offset, 0);
          }
        }
        has_positions_ = true;
        fetch();
        commit_later();
      });
}

void Consumer::commit_later() {
  after(kCommitMs, [this, life = life_] {
    if (life != life_) return;
    if (!rests() && random().one_in(kRestartOneIn)) return begin_again();
    rests() ? commit_later() : commit();
  });
}

int64_t Consumer::least_committed(const Position& position) const {
  const bool is_recent = now_ms() < position.lost_at_ms + kLostMs;
  return is_recent ? std::min(position.lost, position.acknowledged) : position.acknowledged;
}

void Consumer::commit() {
  protocol::OffsetCommitRequest request;
  const std::string name = group();
  request.group_id = name;
  request.generation_id_or_member_epoch = -1;
  std::map<TopicPartition, int64_t> what;
  for (auto& [where, position] : positions_) {
    if (request.topics.empty() || request.topics.back().name != where.first)
      request.topics.emplace_back().name = where.first;
    auto& partition = request.topics.back().partitions.emplace_back();
    partition.partition_index = where.second;
    partition.committed_offset = position.next;
    partition.committed_metadata = "";
    position.sent = std::max(position.sent, position.next);
    what[where] = position.next;
  }
  committing_ = true;
  ask<protocol::OffsetCommitResponse>(
      coordinator_, request, kCommitVersion, kRequestMs,
      [this, what, life = life_](const protocol::OffsetCommitResponse* response) {
        if (life == life_) on_committed(what, response);
      });
}

void Consumer::on_committed(const std::map<TopicPartition, int64_t>& what,
                            const protocol::OffsetCommitResponse* response) {
  committing_ = false;
  ErrorCode worst = ErrorCode::kNone;
  if (response == nullptr) {
    worst = ErrorCode::kNetworkException;
    for (const auto& [where, offset] : what) {
      Position& position = positions_[where];
      position.lost = now_ms() < position.lost_at_ms + kLostMs ? std::min(position.lost, offset) : offset;
      position.lost_at_ms = now_ms();
    }
  } else {
    for (const auto& topic : response->topics) {
      for (const auto& part : topic.partitions) {
        const TopicPartition where{std::string(topic.name), part.partition_index};
        Position& position = positions_[where];
        if (part.error_code != 0) {
          worst = static_cast<ErrorCode>(part.error_code);
        } else {
          position.acknowledged = std::max(position.acknowledged, what.at(where));
        }
      }
    }
  }
  if (worst == ErrorCode::kNone) {
    ++cluster_.counters.commits;
    return commit_later();
  }
  if (!may_be_tried_again(worst)) {
    return cluster_.world.fail(
        fmt::format("a commit of {} was answered with error {}", group(), static_cast<int>(worst)));
  }
  ++cluster_.counters.client_retries;
  after(kBackoffMs, [this, life = life_] {
    if (life != life_) return;
    find_coordinator([this] { commit_later(); });
  });
}

}  // namespace klamm::sim::cluster
