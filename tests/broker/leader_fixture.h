// The leader of partition t-0 and what it is told, as text. Broker 1 leads in leader epoch 0; brokers 1 to 4
// are registered in epochs 101 to 104, and hold what partition_on() says.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "broker/replica/leader_term.h"
#include "tests/broker/metadata_records.h"

namespace klamm::broker::testing {

inline constexpr int64_t kLagMs = 30'000;

inline storage::LogPosition at(int64_t offset, int64_t segment = 0) {
  return {Offset{offset}, Offset{segment}, static_cast<uint32_t>(offset * 100)};
}

inline std::string text_of(const std::vector<NodeId>& nodes) {
  std::string text;
  for (NodeId id : nodes) text += (text.empty() ? "" : ",") + std::to_string(id.value);
  return text;
}

// "1,2:102": the second with the epoch of its broker.
inline std::string text_of(const IsrProposal& proposal) {
  std::string text;
  for (const IsrMember& member : proposal.isr) {
    text += (text.empty() ? "" : ",") + std::to_string(member.id.value);
    if (member.broker_epoch != -1) text += ":" + std::to_string(member.broker_epoch);
  }
  return text;
}

struct Leading {
  ClusterImage image;
  std::optional<LeaderTerm> leader;
  std::optional<IsrProposal> proposed;
  int64_t now_ms = 1000;

  Leading() {
    for (int32_t number = 1; number <= 4; ++number) apply(broker(number, 100 + number));
  }

  void apply(const MetadataRecord& record) { REQUIRE(image.apply(record).ok()); }
  const PartitionImage& partition() const { return *image.topics().find("t", 0); }

  // ---- the beginning ----
  void partition_on(std::vector<int32_t> replicas, std::vector<int32_t> isr) {
    apply(topic("t", 1));
    auto record = std::get<protocol::PartitionRecord>(testing::partition(1, 0, std::move(replicas)));
    record.isr = std::move(isr);
    apply(record);
  }
  void lead(int64_t end = 0, int64_t high_watermark = 0, uint32_t isr_min = 1) {
    leader.emplace(LeaderStart{.self = NodeId{1},
                               .lag_time_max_ms = kLagMs,
                               .isr_min = isr_min,
                               .end = at(end),
                               .high_watermark = at(high_watermark),
                               .now_ms = now_ms},
                   partition(), image.brokers());
  }

  // ---- what happens to it: each says what has moved ----
  std::string append_to(int64_t end) { return say(leader->on_end(at(end), now_ms)); }
  FollowerFetch fetch_of(int32_t replica, int64_t offset) const {
    return {.replica = NodeId{replica},
            .broker_epoch = 100 + replica,
            .leader_epoch = leader->leader_epoch(),
            .position = at(offset),
            .leader_end = leader->end().offset,
            .time_ms = now_ms};
  }
  std::string fetch(const FollowerFetch& fetch) {
    auto moves = leader->on_fetch(fetch);
    return moves ? say(*moves) : std::to_string(wire_value(moves.error()));
  }
  std::string fetch(int32_t replica, int64_t offset) { return fetch(fetch_of(replica, offset)); }
  std::string wait(int64_t ms) {
    now_ms += ms;
    return say(leader->tick(now_ms));
  }
  // The controller's answers to what was proposed last.
  std::string accept(std::vector<NodeId> isr, int32_t partition_epoch = 1, int32_t leader_epoch = 0) {
    const CommittedIsr committed{Epoch{leader_epoch}, Epoch{partition_epoch}, std::move(isr)};
    return say(leader->on_answer(*proposed, committed, now_ms));
  }
  std::string refuse(ErrorCode code) { return say(leader->on_answer(*proposed, Error{code}, now_ms)); }
  // The image changes, and the leader hears of it.
  std::string change(const protocol::PartitionChangeRecord& record) {
    apply(record);
    return assign();
  }
  std::string change_isr(std::vector<int32_t> isr) {
    auto record = partition_change(1, 0);
    record.isr = std::move(isr);
    return change(record);
  }
  std::string assign() { return say(leader->assign(partition(), image.brokers(), now_ms)); }
  std::string follow() { return leader ? say(leader->follow(image.brokers(), now_ms)) : ""; }
  std::string register_in(int32_t number, int64_t epoch) {
    apply(broker(number, epoch));
    return follow();
  }
  std::string fence(int32_t number) {
    auto record = broker_change(number);
    record.fenced = 1;
    apply(record);
    return follow();
  }
  std::string shut_down(int32_t number) {
    auto record = broker_change(number);
    record.in_controlled_shutdown = 1;
    apply(record);
    return follow();
  }

  // ---- what it knows ----
  int64_t high_watermark() const { return leader->high_watermark().offset.value; }
  std::string isr() const { return text_of(leader->isr()); }

 private:
  protocol::BrokerRegistrationChangeRecord broker_change(int32_t number) const {
    protocol::BrokerRegistrationChangeRecord record;
    record.broker_id = number;
    record.broker_epoch = image.brokers().find(NodeId{number})->epoch;
    return record;
  }
  // "hw 10, low, propose 1,2:102"; "" when nothing has moved.
  std::string say(const Moves& moves) {
    std::string text;
    auto part = [&](const std::string& more) { text += (text.empty() ? "" : ", ") + more; };
    if (moves.high_watermark) part(fmt::format("hw {}", high_watermark()));
    if (moves.low_watermark) part("low");
    if (moves.isr == Moves::Isr::kExpanded) part("expanded");
    if (moves.isr == Moves::Isr::kShrunk) part("shrunk");
    if (moves.isr == Moves::Isr::kFailed) part("failed");
    if (moves.proposal) part("propose " + text_of(*moves.proposal));
    if (moves.proposal) proposed = moves.proposal;
    return text;
  }
};

}  // namespace klamm::broker::testing
